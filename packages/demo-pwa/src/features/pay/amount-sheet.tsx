/** How much of one's own money to move: the amount, how much there is, and what keeps it from being signed. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Amount, Asset, Money } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { moneyToText } from "../../format/money.ts";
import type { FailureText } from "../../texts/failure-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { AmountField, useAmountInput } from "./amount-field.tsx";
import { describeRefusal, Refusal } from "./refusal.tsx";

export interface AmountSheetProps {
  readonly view: WalletView;
  readonly asset: Asset;
  readonly title: string;
  /** What it may be at most, and how that is called. */
  readonly most: { readonly name: string; readonly amount: bigint };
  readonly action: string;
  readonly move: (money: Money) => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function AmountSheet({ view, asset, title, most, action, move, onClose, children }: AmountSheetProps) {
  const { now } = useApp();
  const refusal = useSignal<FailureText | undefined>(undefined);
  const input = useAmountInput(asset, () => (refusal.value = undefined));
  const isSigning = useSignal(false);

  const sign = async (amount: Amount): Promise<void> => {
    isSigning.value = true;
    refusal.value = undefined;
    try {
      await whilePaying(() => move({ asset: asset.code, amount }));
      onClose();
    } catch (thrown) {
      refusal.value = describeRefusal(thrown, { view, now: now.value });
    } finally {
      isSigning.value = false;
    }
  };
  const submit = (): void => {
    const amount = isSigning.value ? undefined : input.read();
    if (amount !== undefined) void sign(amount);
  };

  return (
    <Sheet title={title} onClose={onClose} isHeld={isSigning.value}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <AmountField asset={asset} input={input} />
        <Facts>
          <Fact name={most.name}>
            <span class="number">{moneyToText(most.amount > 0n ? most.amount : 0n, asset, locale)}</span>
          </Fact>
        </Facts>
        {children}
        <Refusal text={refusal.value} />
        <Button kind="primary" type="submit" isBusy={isSigning.value}>
          {isSigning.value ? texts.pay.signing : action}
        </Button>
      </form>
    </Sheet>
  );
}
