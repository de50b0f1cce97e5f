/** Money that this device has set aside for a time without network: how much, how sure, and more or less of it. */
import { useSignal } from "@preact/signals";
import type { Amount, Asset } from "@amigos/core";
import type { BalanceView, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { moneyToText } from "../../format/money.ts";
import type { FailureText } from "../../texts/failure-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { AmountField, useAmountInput } from "../pay/amount-field.tsx";
import { describeRefusal, Refusal } from "../pay/refusal.tsx";

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
        <AmountSheet view={view} balance={balance} way={way.value} onClose={() => (way.value = undefined)} />
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

interface AmountSheetProps {
  readonly view: WalletView;
  readonly balance: BalanceView;
  readonly way: Way;
  readonly onClose: () => void;
}

function AmountSheet({ view, balance, way, onClose }: AmountSheetProps) {
  const { client, now } = useApp();
  const asset = { code: balance.asset, decimals: balance.decimals };
  const refusal = useSignal<FailureText | undefined>(undefined);
  const input = useAmountInput(asset, () => (refusal.value = undefined));
  const isSigning = useSignal(false);
  const words = texts.setAside[way];
  const most = way === "setAside" ? balance.available - balance.setAside : balance.setAside;

  const move = async (amount: Amount): Promise<void> => {
    isSigning.value = true;
    refusal.value = undefined;
    try {
      await whilePaying(() => client.calls[way]({ money: { asset: asset.code, amount } }));
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
    <Sheet title={words.title} onClose={onClose} isHeld={isSigning.value}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <AmountField asset={asset} input={input} />
        <Facts>
          <Fact name={words.most}>
            <span class="number">{moneyToText(most > 0n ? most : 0n, asset, locale)}</span>
          </Fact>
        </Facts>
        <p class="small soft">{words.hint}</p>
        <Refusal text={refusal.value} />
        <Button kind="primary" type="submit" isBusy={isSigning.value}>
          {isSigning.value ? texts.pay.signing : words.action}
        </Button>
      </form>
    </Sheet>
  );
}
