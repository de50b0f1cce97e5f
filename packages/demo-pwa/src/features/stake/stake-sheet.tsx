/** How much to stake and behind whom, or how much to take back. */
import { useSignal } from "@preact/signals";
import type { AccountId, Amount } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { moneyToText } from "../../format/money.ts";
import type { FailureText } from "../../texts/failure-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { contactNames } from "../../wallet/contacts.ts";
import { mainAsset } from "../../wallet/selectors.ts";
import { AmountField, useAmountInput } from "../pay/amount-field.tsx";
import { describeRefusal, Refusal } from "../pay/refusal.tsx";
import { whoIs } from "./who-is.ts";

export type Moving =
  | { readonly way: "stake" }
  | { readonly way: "unstake"; readonly validator: AccountId; readonly most: bigint };

export interface StakeSheetProps {
  readonly view: WalletView;
  readonly moving: Moving;
  readonly onClose: () => void;
}

export function StakeSheet({ view, moving, onClose }: StakeSheetProps) {
  const { client, now } = useApp();
  const asset = mainAsset(view);
  const validator = useSignal(moving.way === "unstake" ? moving.validator : view.account);
  const refusal = useSignal<FailureText | undefined>(undefined);
  const input = useAmountInput(asset, () => (refusal.value = undefined));
  const isSigning = useSignal(false);
  const words = texts.stake;
  const isStaking = moving.way === "stake";
  const most = isStaking ? (view.balances[0]?.available ?? 0n) : moving.most;

  const move = async (amount: Amount): Promise<void> => {
    isSigning.value = true;
    refusal.value = undefined;
    try {
      const money = { asset: asset.code, amount };
      await whilePaying(() => client.calls[moving.way]({ validator: validator.value, money }));
      onClose();
    } catch (thrown) {
      refusal.value = describeRefusal(thrown, { view, now: now.value });
    } finally {
      isSigning.value = false;
    }
  };
  const submit = (): void => {
    const amount = isSigning.value ? undefined : input.read();
    if (amount !== undefined) void move(amount);
  };

  return (
    <Sheet
      title={isStaking ? words.addTitle : words.takeBackTitle(whoIs(moving.validator, view))}
      onClose={onClose}
      isHeld={isSigning.value}
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <AmountField asset={asset} input={input} />
        <Facts>
          <Fact name={isStaking ? words.available : words.most}>
            <span class="number">{moneyToText(most, asset, locale)}</span>
          </Fact>
        </Facts>
        {isStaking ? (
          <fieldset class="stack choice">
            <legend>
              <h3>{words.whom}</h3>
            </legend>
            {[view.account, ...contactNames.value.keys()].map((account) => (
              <label key={account} class="choice-option">
                <input
                  type="radio"
                  name="validator"
                  checked={validator.value === account}
                  onChange={() => (validator.value = account)}
                />
                <bdi>{whoIs(account, view)}</bdi>
              </label>
            ))}
            <p class="small soft">{validator.value === view.account ? words.selfHint : words.otherHint}</p>
          </fieldset>
        ) : null}
        <Refusal text={refusal.value} />
        <Button kind="primary" type="submit" isBusy={isSigning.value}>
          {isSigning.value ? texts.pay.signing : isStaking ? words.add : words.takeBack}
        </Button>
      </form>
    </Sheet>
  );
}
