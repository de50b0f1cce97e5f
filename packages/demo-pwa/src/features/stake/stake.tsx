/** Money that the account has put behind witnesses: where, how much, what is on its way back and when it is there. */
import { useSignal } from "@preact/signals";
import type { StakeView, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { moneyToText } from "../../format/money.ts";
import { dateAndTime, distance, durationToText } from "../../format/time.ts";
import { describeFailure } from "../../texts/failure-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import { mainAsset } from "../../wallet/selectors.ts";
import { StakeSheet, type Moving } from "./stake-sheet.tsx";
import { whoIs } from "./who-is.ts";

export interface StakeProps {
  readonly view: WalletView;
  readonly unbondingMs: number;
}

export function Stake({ view, unbondingMs }: StakeProps) {
  const moving = useSignal<Moving | undefined>(undefined);
  const asset = mainAsset(view);
  const words = texts.stake;
  const money = (amount: bigint): string => moneyToText(amount, asset, locale);
  const { staked, unbonding, pending } = view.staking;
  const mayStake = view.session.status === "active" && view.session.terms.some(({ key }) => key === "may-stake");
  return (
    <Screen title={words.title}>
      <p class="soft">{words.lead}</p>
      <Notice tone="open">
        <p>{words.risk}</p>
        <p>{words.wait(durationToText(unbondingMs, locale))}</p>
      </Notice>
      <p class="small soft">{words.earns}</p>
      <section class="stack">
        <h2>{words.staked}</h2>
        {staked.length === 0 ? (
          <p class="soft">{words.none}</p>
        ) : (
          <Facts>
            {staked.map(({ validator, amount }) => (
              <Fact key={validator} name={whoIs(validator, view)}>
                <span class="number" data-testid="staked">
                  {money(amount)}
                </span>
                {mayStake ? (
                  <Button
                    kind="quiet"
                    label={words.takeBackFrom(whoIs(validator, view))}
                    onClick={() => (moving.value = { way: "unstake", validator, most: amount })}
                  >
                    {words.takeBack}
                  </Button>
                ) : null}
              </Fact>
            ))}
          </Facts>
        )}
        {mayStake ? (
          <Button kind="primary" onClick={() => (moving.value = { way: "stake" })}>
            {words.add}
          </Button>
        ) : (
          <p class="small soft">{words.notAllowed}</p>
        )}
      </section>
      {pending.length === 0 ? null : (
        <section class="stack">
          <h2>{words.pending}</h2>
          <ul class="terms">
            {pending.map((entry) => (
              <li key={entry.id}>
                <PendingText entry={entry} view={view} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {unbonding.length === 0 ? null : <Unbonding view={view} />}
      {moving.value === undefined ? null : (
        <StakeSheet view={view} moving={moving.value} onClose={() => (moving.value = undefined)} />
      )}
    </Screen>
  );
}

function Unbonding({ view }: { readonly view: WalletView }) {
  const { now } = useApp();
  const words = texts.stake;
  // By which the delay is counted; where nothing settles, it stands still.
  const time = Math.max(now.value, view.ledger.time);
  return (
    <section class="stack">
      <h2>{words.unbonding}</h2>
      <Facts>
        {view.staking.unbonding.map(({ amount, due }) => (
          <Fact
            key={due}
            name={due <= time ? words.dueNow : words.due(distance(due, time, locale), dateAndTime(due, locale))}
          >
            <span class="number" data-testid="unbonding">
              {moneyToText(amount, mainAsset(view), locale)}
            </span>
          </Fact>
        ))}
      </Facts>
    </section>
  );
}

function PendingText({ entry, view }: { readonly entry: StakeView; readonly view: WalletView }) {
  const { now } = useApp();
  const words = texts.stake;
  const money = moneyToText(entry.amount, mainAsset(view), locale);
  if (entry.failure !== undefined)
    return <>{words.refused(money, describeFailure(entry.failure, { view, now: now.value, isOwn: true }).sentence)}</>;
  const who = whoIs(entry.validator, view);
  return <>{entry.type === "stake" ? words.pendingStake(money, who) : words.pendingUnstake(money, who)}</>;
}
