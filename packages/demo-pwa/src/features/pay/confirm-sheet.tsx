/**
 * The last look before a signature: to whom, how much, what that leaves, and what will happen. A rule that would refuse
 * the payment later refuses it here, with its numbers, and nothing is signed.
 */
import { useSignal } from "@preact/signals";
import { isPlainText, limits, accountToText, type Amount } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { accountToShortText } from "../../format/identity.ts";
import { amountToText, moneyToText, textToAmount } from "../../format/money.ts";
import type { FailureText } from "../../texts/failure-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { AccountHead } from "../../ui/account-head.tsx";
import { Button } from "../../ui/button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { contactNames } from "../../wallet/contacts.ts";
import type { PayTarget } from "../../wallet/read-input.ts";
import { assetOf, isHubInReach, mainAsset } from "../../wallet/selectors.ts";
import { AmountField, useAmountInput } from "./amount-field.tsx";
import { LimitFacts } from "./limit-facts.tsx";
import { describeRefusal, Refusal } from "./refusal.tsx";
import "./pay.css";

export interface ConfirmSheetProps {
  readonly view: WalletView;
  readonly target: PayTarget;
  readonly onClose: () => void;
}

export function ConfirmSheet({ view, target, onClose }: ConfirmSheetProps) {
  const { client, router, now } = useApp();
  const asset = target.asset === undefined ? mainAsset(view) : assetOf(view, target.asset);
  const memo = useSignal("");
  const refusal = useSignal<FailureText | undefined>(undefined);
  const input = useAmountInput(asset, () => (refusal.value = undefined));
  const isSigning = useSignal(false);

  const available = view.balances.find((balance) => balance.asset === asset.code)?.available ?? 0n;
  const typed = target.amount ?? parsed(textToAmount(input.text.value, asset));

  const pay = async (amount: Amount): Promise<void> => {
    const words = target.memo ?? memo.value.trim();
    isSigning.value = true;
    refusal.value = undefined;
    try {
      const payment = await whilePaying(() =>
        client.calls.pay({
          to: target.to,
          money: { asset: asset.code, amount },
          ...(words === "" ? {} : { memo: words }),
        }),
      );
      router.go({ screen: "handover", payment: payment.id }, { replace: true });
    } catch (thrown) {
      refusal.value = describeRefusal(thrown, { view, now: now.value });
    } finally {
      isSigning.value = false;
    }
  };

  const submit = (): void => {
    const amount = isSigning.value ? undefined : (target.amount ?? input.read());
    if (amount !== undefined) void pay(amount);
  };

  return (
    <Sheet title={texts.pay.confirmTitle} onClose={onClose} isHeld={isSigning.value}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <AccountHead account={target.to} label={texts.pay.to}>
          {contactNames.value.has(target.to) ? <span class="soft small">{accountToShortText(target.to)}</span> : null}
          <span class="visually-hidden">{accountToText(target.to)}</span>
        </AccountHead>
        {target.amount === undefined ? (
          <AmountField asset={asset} input={input} />
        ) : (
          <p class="asked">
            <span class="asked-number number">{amountToText(target.amount, asset, locale)}</span>{" "}
            <span class="asked-code">{asset.code}</span>
          </p>
        )}
        {target.amount === undefined && target.memo === undefined ? (
          <Field
            label={texts.pay.memoLabel}
            hint={texts.pay.memoHint}
            value={memo.value}
            error={
              memo.value === "" || isPlainText(memo.value, limits.MEMO_BYTES_MAX) ? undefined : texts.pay.memoTooLong
            }
            onInput={(value) => (memo.value = value)}
          />
        ) : null}
        {refusal.value === undefined ? (
          <Facts>
            {target.memo === undefined ? null : <Fact name={texts.pay.memo}>{target.memo}</Fact>}
            <Fact name={texts.pay.availableLeft}>
              <span class="number">{moneyToText(available, asset, locale)}</span>
            </Fact>
            <LimitFacts view={view} asset={asset} now={now.value} />
          </Facts>
        ) : null}
        {refusal.value === undefined ? (
          <p class="settles small soft">
            <Icon name={isHubInReach(view) ? "reach" : "clock"} size={18} />
            {isHubInReach(view) ? texts.pay.settlesSoon : texts.pay.settlesLater}
          </p>
        ) : null}
        <Refusal text={refusal.value} />
        <Button kind="primary" type="submit" isBusy={isSigning.value}>
          {isSigning.value
            ? texts.pay.signing
            : typed === undefined
              ? texts.pay.confirmNoAmount
              : texts.pay.confirm(moneyToText(typed, asset, locale))}
        </Button>
      </form>
    </Sheet>
  );
}

function parsed<Value>(
  result: { readonly ok: true; readonly value: Value } | { readonly ok: false },
): Value | undefined {
  return result.ok ? result.value : undefined;
}
