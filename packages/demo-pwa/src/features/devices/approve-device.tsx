/** Whether a device is let in: the digits to compare, and what it may do and for how long. */
import { useSignal } from "@preact/signals";
import { isPlainText, limits, type Amount } from "@amigos/core";
import type { DeviceReview, WalletView } from "@amigos/engine";
import { daysToText } from "../../format/time.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Screen } from "../../ui/screen.tsx";
import type { DeviceTerms } from "../../wallet/device-terms.ts";
import { mainAsset } from "../../wallet/selectors.ts";
import { Digits } from "../join/digits.tsx";
import { AmountField, useAmountInput } from "../pay/amount-field.tsx";

export interface ApproveDeviceProps {
  readonly review: DeviceReview;
  readonly view: WalletView;
  readonly error: string | undefined;
  readonly isBusy: boolean;
  readonly onApprove: (terms: DeviceTerms) => void;
  readonly onDeny: () => void;
}

/** How long a device may be let in for, in days: an afternoon's loan, a trip, a month, a quarter. */
const DAYS = [1, 7, 30, 90] as const;
const DAYS_PROPOSED = 30;
const DAY_MS = 86_400_000;

export function ApproveDevice({ review, view, error, isBusy, onApprove, onDeny }: ApproveDeviceProps) {
  const asset = mainAsset(view);
  const name = useSignal(review.device);
  const mayPay = useSignal(true);
  const mayView = useSignal(true);
  const mayRecover = useSignal(false);
  const days = useSignal<number>(DAYS_PROPOSED);
  const problem = useSignal<string | undefined>(undefined);
  const input = useAmountInput(asset, () => (problem.value = undefined));
  const words = texts.approve;

  const submit = (): void => {
    problem.value = undefined;
    const device = name.value.trim();
    if (!isPlainText(device, limits.DEVICE_NAME_BYTES_MAX)) {
      problem.value = sentenceForError({ type: "device-name-invalid" });
      return;
    }
    if (!mayPay.value && !mayView.value && !mayRecover.value) {
      problem.value = words.nothing;
      return;
    }
    const amount: Amount | undefined = mayPay.value ? input.read() : undefined;
    if (mayPay.value && amount === undefined) return;
    onApprove({
      device,
      mayView: mayView.value,
      mayRecover: mayRecover.value,
      days: days.value,
      ...(amount === undefined ? {} : { daily: { asset: asset.code, amount } }),
    });
  };

  return (
    <Screen title={words.reviewTitle(review.device)}>
      <Digits code={review.code} />
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) submit();
        }}
      >
        <Field
          label={texts.device.name}
          value={name.value}
          lengthMax={limits.DEVICE_NAME_BYTES_MAX}
          onInput={(value) => (name.value = value)}
        />
        <fieldset class="stack choice">
          <legend>
            <h2>{texts.device.terms}</h2>
          </legend>
          <Tick label={words.mayPay} isOn={mayPay.value} onChange={(is) => (mayPay.value = is)} />
          {mayPay.value ? <AmountField asset={asset} input={input} label={words.daily} /> : null}
          <Tick label={words.mayView} isOn={mayView.value} onChange={(is) => (mayView.value = is)} />
          <Tick label={words.mayRecover} isOn={mayRecover.value} onChange={(is) => (mayRecover.value = is)} />
        </fieldset>
        <fieldset class="stack choice">
          <legend>
            <h2>{words.howLong}</h2>
          </legend>
          {DAYS.map((count) => (
            <label key={count} class="choice-option">
              <input type="radio" name="days" checked={days.value === count} onChange={() => (days.value = count)} />
              {daysToText(count * DAY_MS, locale)}
            </label>
          ))}
        </fieldset>
        <p class="field-error" role="alert">
          {problem.value ?? error}
        </p>
        <Button kind="primary" type="submit" isBusy={isBusy}>
          {isBusy ? texts.pay.signing : words.confirm}
        </Button>
        <Button kind="quiet" onClick={onDeny}>
          {words.deny}
        </Button>
      </form>
    </Screen>
  );
}

interface TickProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Tick({ label, isOn, onChange }: TickProps) {
  return (
    <label class="choice-option">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
