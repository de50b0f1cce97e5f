/** What this device may still send of an asset, and when that renews: the same numbers that the rules will use. */
import type { Asset } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import type { LimitStatus } from "@amigos/reconcile";
import { amountToText, moneyToText } from "../../format/money.ts";
import { distance } from "../../format/time.ts";
import { locale, texts } from "../../texts/index.ts";
import { Fact } from "../../ui/facts.tsx";

export function LimitFacts({
  view,
  asset,
  now,
}: {
  readonly view: WalletView;
  readonly asset: Asset;
  readonly now: number;
}) {
  return (
    <>
      {view.session.limits
        .filter((limit) => limit.asset === asset.code)
        .map((limit) => (
          <LimitFact key={limit.type} limit={limit} asset={asset} now={now} />
        ))}
    </>
  );
}

function LimitFact({
  limit,
  asset,
  now,
}: {
  readonly limit: LimitStatus;
  readonly asset: Asset;
  readonly now: number;
}) {
  const money = (amount: bigint): string => moneyToText(amount, asset, locale);
  if (limit.type === "limit-per-transaction")
    return <Fact name={texts.pay.limitTransaction}>{money(limit.limit)}</Fact>;
  return (
    <Fact name={limit.type === "limit-per-day" ? texts.pay.limitDay : texts.pay.limitOffline}>
      <span class="number">{texts.pay.leftOf(amountToText(limit.left, asset, locale), money(limit.limit))}</span>
      {limit.renewsAt === undefined ? null : (
        <span class="soft small fact-more">{texts.pay.renews(distance(limit.renewsAt, now, locale))}</span>
      )}
    </Fact>
  );
}
