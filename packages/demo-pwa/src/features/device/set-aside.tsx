/** Money that this device has set aside for a time without network: how much, how sure, and more or less of it. */
import { useSignal } from "@preact/signals";
import type { Asset } from "@amigos/core";
import type { BalanceView, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { moneyToText } from "../../format/money.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { AmountSheet } from "../pay/amount-sheet.tsx";

/** Which way money goes: into this device's part, or out of it. */
type Way = "setAside" | "giveBack";

export function SetAside({ view }: { readonly view: WalletView }) {
  const way = useSignal<Way | undefined>(undefined);
  const [balance] = view.balances;
  if (balance === undefined) return null;
  const asset = { code: balance.asset, decimals: balance.decimals };
  const words = texts.setAside;
  return (
    <section class="stack">
      <h2>{words.title}</h2>
      <Facts>
        <Fact name={words.amount}>
          <span class="number" data-testid="set-aside">
            {moneyToText(balance.setAside, asset, locale)}
          </span>
          <Pending balance={balance} asset={asset} />
        </Fact>
      </Facts>
      <p class="small soft">{words.hint}</p>
      {view.session.status === "active" ? (
        <div class="buttons">
          <Button onClick={() => (way.value = "setAside")}>{words.setAside.action}</Button>
          {balance.setAside > 0n ? (
            <Button kind="quiet" onClick={() => (way.value = "giveBack")}>
              {words.giveBack.action}
            </Button>
          ) : null}
        </div>
      ) : null}
      {way.value === undefined ? null : (
        <MoveSheet view={view} balance={balance} way={way.value} onClose={() => (way.value = undefined)} />
      )}
    </section>
  );
}

/** Only what is settled is safe from the account's other devices. */
function Pending({ balance, asset }: { readonly balance: BalanceView; readonly asset: Asset }) {
  if (balance.setAside === balance.setAsideSettled) return null;
  return (
    <span class="soft small fact-more">
      {texts.setAside.settled(moneyToText(balance.setAsideSettled, asset, locale))}
    </span>
  );
}

interface MoveSheetProps {
  readonly view: WalletView;
  readonly balance: BalanceView;
  readonly way: Way;
  readonly onClose: () => void;
}

function MoveSheet({ view, balance, way, onClose }: MoveSheetProps) {
  const { client } = useApp();
  const words = texts.setAside[way];
  const most = way === "setAside" ? balance.available - balance.setAside : balance.setAside;
  return (
    <AmountSheet
      view={view}
      asset={{ code: balance.asset, decimals: balance.decimals }}
      title={words.title}
      most={{ name: words.most, amount: most }}
      action={words.action}
      move={(money) => client.calls[way]({ money })}
      onClose={onClose}
    >
      <p class="small soft">{words.hint}</p>
    </AmountSheet>
  );
}
