/**
 * Why a double spend is one: a lane for each who has a part in it, time going down, the fork and the two ways it went, and the
 * rule that decides. The picture and the table say the same; who cannot see one reads the other.
 */
import type { ConflictSide, ConflictView, WalletView } from "@amigos/engine";
import { moneyToText } from "../../format/money.ts";
import { describeFailure } from "../../texts/failure-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { conflictLanes, type Lane, type LaneStep } from "../../wallet/conflict-lanes.ts";
import { nameOfAccount } from "../../wallet/contacts.ts";
import { assetOf } from "../../wallet/selectors.ts";
import { LanesPicture } from "./lanes-picture.tsx";
import { StepsTable } from "./steps-table.tsx";
import "./why.css";

export interface WhyProps {
  readonly conflict: ConflictView;
  readonly view: WalletView;
  /** The network's conflict policy (spec [EQV3]). */
  readonly policy: string;
  /** In milliseconds. */
  readonly now: number;
}

export function Why({ conflict, view, policy, now }: WhyProps) {
  const told = conflictLanes(conflict, view);
  const name = (lane: Lane | undefined): string => laneName(lane, conflict, view);
  const sentence = (step: LaneStep): string => {
    const words = texts.conflict.why;
    switch (step.type) {
      case "forked":
        return words.forked(new Intl.NumberFormat(locale).format(step.sequence + 1));
      case "signed": {
        const money = moneyToText(step.content.amount, assetOf(view, step.content.asset), locale);
        return words.signed(step.side, money, payeeName(step.content, view));
      }
      case "proven":
        return words.proven;
      case "decided": {
        const { outcome, failure } = step.content;
        if (outcome === "accepted") return words.kept(step.side);
        const why =
          failure === undefined ? "" : describeFailure(failure, { view, now, isOwn: conflict.isOwn }).sentence;
        return words.refused(step.side, why);
      }
      case "undecided":
        return words.undecided;
    }
  };
  return (
    <section class="stack why">
      <h2>{texts.conflict.why.title}</h2>
      <LanesPicture told={told} name={(lane) => unlessId(name(lane))} />
      <StepsTable
        words={texts.conflict.why}
        rows={told.steps.map((step) => ({ who: name(told.lanes[step.lane]), what: sentence(step) }))}
      />
      <h2>{texts.conflict.why.rule}</h2>
      <p>{policyText(policy)}</p>
    </section>
  );
}

function payeeName(side: ConflictSide, view: WalletView): string {
  if (side.type !== "pay") return texts.conflict.nobody;
  return side.to === view.account ? texts.common.you : nameOfAccount(side.to);
}

function laneName(lane: Lane | undefined, conflict: ConflictView, view: WalletView): string {
  switch (lane?.type) {
    case undefined:
      return texts.conflict.nobody;
    case "payer":
      return lane.isOwn ? texts.common.thisDevice : (conflict.device ?? nameOfAccount(lane.account));
    case "payee":
      return lane.account === view.account ? texts.common.thisDevice : nameOfAccount(lane.account);
    case "here":
      return texts.common.thisDevice;
    case "ledger":
      return texts.device.ledger;
  }
}

/** Above a lane there is room for the end of an id alone. The table has more of it. */
function unlessId(name: string): string {
  return name.startsWith("amigo1") ? name.slice(name.indexOf("…")) : name;
}

function policyText(policy: string): string {
  const { policies } = texts.conflict.why;
  return policy in policies ? policies[policy as keyof typeof policies] : texts.conflict.why.otherPolicy(policy);
}
