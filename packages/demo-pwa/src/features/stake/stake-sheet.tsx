/** How much to stake and behind whom, or how much to take back. */
import { useSignal } from "@preact/signals";
import type { AccountId } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { texts } from "../../texts/index.ts";
import { contactNames } from "../../wallet/contacts.ts";
import { mainAsset } from "../../wallet/selectors.ts";
import { AmountSheet } from "../pay/amount-sheet.tsx";
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
  const { client } = useApp();
  const validator = useSignal(moving.way === "unstake" ? moving.validator : view.account);
  const words = texts.stake;
  const isStaking = moving.way === "stake";
  return (
    <AmountSheet
      view={view}
      asset={mainAsset(view)}
      title={isStaking ? words.addTitle : words.takeBackTitle(whoIs(moving.validator, view))}
      most={
        isStaking
          ? { name: words.available, amount: view.balances[0]?.available ?? 0n }
          : { name: words.most, amount: moving.most }
      }
      action={isStaking ? words.add : words.takeBack}
      move={(money) => client.calls[moving.way]({ validator: validator.value, money })}
      onClose={onClose}
    >
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
    </AmountSheet>
  );
}
