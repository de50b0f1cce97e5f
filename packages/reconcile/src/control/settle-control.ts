/**
 * Stage 1: what accounts say about themselves, before anything that builds on it (spec [CTL2] to [CTL11], [RCV2] to [RCV7]).
 * Revocations and kill switches act first, whatever branch they come from; then each account's log is followed in order, so a
 * grant in the same call as the entries it allows is known when they are judged; then recoveries move on.
 */
import {
  isOrdered,
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
import type { ControlVerdict } from "../verdict.ts";
import { actFromAnyBranch } from "./acting.ts";
import { followLog } from "./control-log.ts";
import { settleStatement } from "./recovery.ts";

export type Statement = VerifiedControlEntry<RecoveryStatement>;

export interface ControlInput {
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  /** Ledger time of the call. */
  readonly time: TimeMs;
}

export function settleControl(
  draft: LedgerDraft,
  { inceptions, control, time }: ControlInput,
): readonly ControlVerdict[] {
  if (inceptions.length === 0 && control.length === 0) return [];
  const { ordered, statements } = sortByKind(distinct(control));
  const verdicts = distinct(inceptions).map((inception) => settleInception(draft, inception));
  const underWay = statements.filter((statement) => isVetoOfPending(draft, statement));
  for (const veto of underWay) verdicts.push(settleStatement(draft, veto, time));
  const acted = actFromAnyBranch(draft, ordered);
  for (const [account, log] of groupBy(ordered, ({ entry: { account } }) => account))
    verdicts.push(...followLog(draft, account, log, { time, acted }));
  const vetoed = new Set(underWay);
  for (const type of ["recovery-start", "recovery-approve", "recovery-veto"] as const) {
    for (const statement of statements) {
      if (statement.entry.operation.type === type && !vetoed.has(statement))
        verdicts.push(settleStatement(draft, statement, time));
    }
  }
  return verdicts.toSorted(byText((verdict) => verdict.id));
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

/** Each in order of ids. */
function sortByKind(control: readonly VerifiedControlEntry[]): {
  readonly ordered: readonly OrderedControl[];
  readonly statements: readonly Statement[];
} {
  const ordered: OrderedControl[] = [];
  const statements: Statement[] = [];
  for (const item of control.toSorted(byText(({ id }) => id))) {
    if (isOrdered(item)) ordered.push(item);
    else statements.push(item as Statement);
  }
  return { ordered, statements };
}

function isVetoOfPending(draft: LedgerDraft, { entry: { account, operation } }: Statement): boolean {
  const pending = readAccount(draft, account)?.recoveries ?? [];
  return operation.type === "recovery-veto" && pending.some(({ start }) => start === operation.start);
}
