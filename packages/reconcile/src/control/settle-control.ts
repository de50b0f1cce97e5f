/**
 * Stage 1: what accounts say about themselves, before anything that builds on it (spec [CTL2] to [CTL11], [RCV2] to [RCV7]).
 * Revocations and kill switches act first, whatever branch they come from; then each account's log is followed in order, so a
 * grant in the same call as the entries it allows is known when they are judged; then recoveries move on.
 */
import {
  isOrdered,
  type Link,
  type OrderedControl,
  type RecoveryStatement,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedInception,
} from "@amigos/core";
import { byText } from "../compare.ts";
import { distinct } from "../distinct.ts";
import { groupBy } from "../group-by.ts";
import { editAccount, readAccount, type LedgerDraft } from "../state/draft.ts";
import { isDecided, type ControlVerdict, type Outcome } from "../verdict.ts";
import { actFromAnyBranch } from "./acting.ts";
import { followLog, type Settled } from "./control-log.ts";
import { settleStatement } from "./recovery.ts";

export type Statement = VerifiedControlEntry<RecoveryStatement>;

export interface ControlInput {
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  /** Ledger time of the call. */
  readonly time: TimeMs;
}

export interface ControlOutcome {
  /** One per distinct inception and control entry, in order of ids. */
  readonly verdicts: readonly ControlVerdict[];
  /** Of the control entries that took a place, moved a recovery on, or acted: under which signature. */
  readonly counted: ReadonlySet<Link>;
}

export function settleControl(draft: LedgerDraft, { inceptions, control, time }: ControlInput): ControlOutcome {
  if (inceptions.length === 0 && control.length === 0) return NOTHING;
  // Under each key for itself: nobody can push out what the right key signed by signing it too (spec [REC4]).
  const { ordered, statements } = sortByKind(distinct(control, ({ id, key }) => `${id}/${key}`));
  const verdicts = distinct(inceptions).map((inception) => settleInception(draft, inception));
  const settled: Settled[] = [];
  const settle = (statement: Statement): number =>
    settled.push({ link: statement.link, verdict: settleStatement(draft, statement, time) });
  const underWay = statements.filter((statement) => isVetoOfPending(draft, statement));
  underWay.forEach(settle);
  const acted = actFromAnyBranch(draft, ordered);
  for (const [account, log] of groupBy(ordered, ({ entry }) => entry.account))
    settled.push(...followLog(draft, account, log, { time, acted }));
  const vetoed = new Set(underWay);
  for (const type of ["recovery-start", "recovery-approve", "recovery-veto"] as const)
    statements.filter((statement) => statement.entry.operation.type === type && !vetoed.has(statement)).forEach(settle);
  const decided = settled.filter(({ verdict }) => isDecided(verdict));
  return {
    verdicts: [...verdicts, ...bestOfEach(settled)].toSorted(byText((verdict) => verdict.id)),
    counted: new Set([...acted.values(), ...decided.map(({ link }) => link)]),
  };
}

const NOTHING: ControlOutcome = { verdicts: [], counted: new Set() };

/** Best first. */
const OUTCOMES: readonly Outcome[] = ["accepted", "rejected", "deferred", "ignored"];

/** One body under several keys is one entry, and what became of it under the right one counts. */
function bestOfEach(settled: readonly Settled[]): readonly ControlVerdict[] {
  const best = new Map<string, ControlVerdict>();
  for (const { verdict } of settled) {
    const known = best.get(verdict.id);
    const isBetter = known === undefined || OUTCOMES.indexOf(verdict.outcome) < OUTCOMES.indexOf(known.outcome);
    if (isBetter) best.set(verdict.id, verdict);
  }
  return [...best.values()];
}

function settleInception(draft: LedgerDraft, { id, inception }: VerifiedInception): ControlVerdict {
  const subject = { record: "inception", account: id, id } as const;
  if (readAccount(draft, id)?.keys !== undefined)
    return { ...subject, outcome: "ignored", failure: { code: "duplicate" } };
  const { masterKey, nextKeyDigest, recovery } = inception;
  const account = editAccount(draft, id);
  account.keys = { masterKey, nextKeyDigest };
  account.recovery = recovery;
  return { ...subject, outcome: "accepted" };
}

/** Each in order of ids, then links. */
function sortByKind(control: readonly VerifiedControlEntry[]): {
  readonly ordered: readonly OrderedControl[];
  readonly statements: readonly Statement[];
} {
  const ordered: OrderedControl[] = [];
  const statements: Statement[] = [];
  for (const item of control.toSorted(byText(({ id, link }) => `${id}${link}`))) {
    if (isOrdered(item)) ordered.push(item);
    else statements.push(item as Statement);
  }
  return { ordered, statements };
}

function isVetoOfPending(draft: LedgerDraft, { entry: { account, operation } }: Statement): boolean {
  const pending = readAccount(draft, account)?.recoveries ?? [];
  return operation.type === "recovery-veto" && pending.some(({ start }) => start === operation.start);
}
