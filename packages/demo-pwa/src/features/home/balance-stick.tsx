/** The balance, split in what can be spent and what is still open. The gap between the halves is the open part. */
import type { AccountId } from "@amigos/core";
import type { BalanceView } from "@amigos/engine";
import { amountToText, changeToText } from "../../format/money.ts";
import { locale, texts } from "../../texts/index.ts";
import { Icon } from "../../ui/icon.tsx";
import { Stick } from "../../ui/stick.tsx";

export interface BalanceStickProps {
  readonly balance: BalanceView;
  readonly account: AccountId;
  /** Whose it is, where several are on one page. */
  readonly owner?: string;
}

export function BalanceStick({ balance, account, owner }: BalanceStickProps) {
  const asset = { code: balance.asset, decimals: balance.decimals };
  const isOpen = balance.pendingIn > 0n || balance.pendingOut > 0n;
  return (
    <section aria-label={owner === undefined ? asset.code : `${asset.code}: ${owner}`}>
      <Stick
        id={account}
        isOpen={isOpen}
        upper={
          <dl class="balance">
            <dt>{texts.home.available}</dt>
            <dd>
              <span class="balance-number number">{amountToText(balance.available, asset, locale)}</span>{" "}
              <span class="balance-code">{asset.code}</span>
            </dd>
          </dl>
        }
        lower={
          isOpen ? (
            <dl class="pending">
              <div>
                <dt>{texts.home.pendingIn}</dt>
                <dd class="number">{changeOrNone("in", balance.pendingIn)}</dd>
              </div>
              <div>
                <dt>{texts.home.pendingOut}</dt>
                <dd class="number">{changeOrNone("out", balance.pendingOut)}</dd>
              </div>
            </dl>
          ) : (
            <p class="pending-none">
              <Icon name="check" size={18} />
              {texts.home.allSettled}
            </p>
          )
        }
      />
    </section>
  );

  function changeOrNone(direction: "in" | "out", amount: bigint): string {
    return amount === 0n ? amountToText(0n, asset, locale) : changeToText(direction, amount, asset, locale);
  }
}
