/** What this wallet's owner takes without a network: how much, from whom, by how old a knowledge of the payer. */
import { useSignal } from "@preact/signals";
import type { Amount, Asset, AssetCode, Money } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { amountToText, textToAmount } from "../../format/money.ts";
import { durationToText } from "../../format/time.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Screen } from "../../ui/screen.tsx";
import { useStep } from "../../ui/use-step.ts";
import { mainAsset } from "../../wallet/selectors.ts";

const HOUR_MS = 3_600_000;
/** A shift, a day, a weekend, a week. Another that was set elsewhere stands beside them. */
const AGES_MS = [HOUR_MS, 8 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS, 168 * HOUR_MS] as const;

export function Acceptance({ view }: { readonly view: WalletView }) {
  const { client, router } = useApp();
  const asset = mainAsset(view);
  const before = view.acceptance;
  const perPayment = useBound(before.mostPerPayment, asset);
  const perPayer = useBound(before.mostPerPayer, asset);
  const ageMsMax = useSignal(before.checkpointAgeMsMax);
  const isFloatOnly = useSignal(before.isFloatOnly === true);
  const step = useStep();
  const words = texts.acceptance;

  const keep = (): void => {
    const bounds = [perPayment.read(), perPayer.read()];
    const [mostPerPayment, mostPerPayer] = bounds;
    if (mostPerPayment === "wrong" || mostPerPayer === "wrong") return;
    step.run(async () => {
      await client.calls.setAcceptance({
        ...boundsOf("mostPerPayment", before.mostPerPayment, asset.code, mostPerPayment),
        ...boundsOf("mostPerPayer", before.mostPerPayer, asset.code, mostPerPayer),
        ...(ageMsMax.value === undefined ? {} : { checkpointAgeMsMax: ageMsMax.value }),
        ...(isFloatOnly.value ? { isFloatOnly: true } : {}),
      });
      router.back();
    });
  };
  const ages = [...new Set([...AGES_MS, ...(ageMsMax.value === undefined ? [] : [ageMsMax.value])])];
  return (
    <Screen title={words.title}>
      <p class="soft">{words.lead}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          keep();
        }}
      >
        <BoundField label={words.perPayment} asset={asset} bound={perPayment} />
        <BoundField label={words.perPayer} asset={asset} bound={perPayer} />
        <fieldset class="stack choice">
          <legend>
            <h2>{words.age}</h2>
          </legend>
          {[undefined, ...ages.toSorted((a, b) => a - b)].map((age) => (
            <label key={age ?? 0} class="choice-option">
              <input type="radio" name="age" checked={ageMsMax.value === age} onChange={() => (ageMsMax.value = age)} />
              {age === undefined ? words.anyAge : durationToText(age, locale)}
            </label>
          ))}
          <p class="small soft">{words.ageHint}</p>
        </fieldset>
        <label class="choice-option">
          <input
            type="checkbox"
            checked={isFloatOnly.value}
            onChange={(event) => (isFloatOnly.value = event.currentTarget.checked)}
          />
          {words.floatOnly}
        </label>
        <p class="small soft">{words.floatOnlyHint}</p>
        <p class="field-error" role="alert">
          {step.error.value}
        </p>
        <Button kind="primary" type="submit" isBusy={step.isBusy.value}>
          {step.isBusy.value ? words.keeping : words.keep}
        </Button>
      </form>
    </Screen>
  );
}

interface Bound {
  readonly text: string;
  readonly error: string | undefined;
  readonly write: (text: string) => void;
  /** `undefined`: no bound. */
  readonly read: () => Amount | undefined | "wrong";
}

function useBound(monies: readonly Money[] | undefined, asset: Asset): Bound {
  const most = monies?.find((money) => money.asset === asset.code)?.amount;
  const text = useSignal(most === undefined ? "" : amountToText(most, asset, locale));
  const error = useSignal<string | undefined>(undefined);
  return {
    text: text.value,
    error: error.value,
    write: (value) => {
      text.value = value;
      error.value = undefined;
    },
    read: () => {
      if (text.value.trim() === "") return undefined;
      const amount = textToAmount(text.value, asset);
      if (amount.ok) return amount.value;
      error.value = sentenceForError(amount.error);
      return "wrong";
    },
  };
}

interface BoundFieldProps {
  readonly label: string;
  readonly asset: Asset;
  readonly bound: Bound;
}

function BoundField({ label, asset, bound }: BoundFieldProps) {
  return (
    <Field
      label={label}
      hint={texts.acceptance.anyAmount}
      value={bound.text}
      error={bound.error}
      suffix={asset.code}
      inputMode="decimal"
      onInput={bound.write}
    />
  );
}

/** With this bound of one asset, and those of others as they were. */
function boundsOf(
  name: "mostPerPayment" | "mostPerPayer",
  before: readonly Money[] | undefined,
  asset: AssetCode,
  amount: Amount | undefined,
): { readonly [Name in typeof name]?: readonly Money[] } {
  const others = (before ?? []).filter((money) => money.asset !== asset);
  const bounds = amount === undefined ? others : [...others, { asset, amount }];
  return bounds.length === 0 ? {} : { [name]: bounds };
}
