/**
 * Stage 1: what accounts say about themselves, before anything that builds on it (spec [CTL2] to [CTL11], [RCV2] to [RCV7]).
 * Revocations and kill switches act first, whatever branch they come from; then each account's log is followed in order, so a
 * grant in the same call as the entries it allows is known when they are judged; then recoveries move on.
 */
import type {
  Link,
  OrderedControlEntry,
  RecoveryStatement,
  TimeMs,
  VerifiedControlEntry,
  VerifiedInception,
} from "@amigos/core";
import { byText } from "../compare.ts";
import { distinct } from "../distinct.ts";
import { groupBy } from "../group-by.ts";
import { editAccount, readAccount, type LedgerDraft } from "../state/draft.ts";
import type { ControlVerdict } from "../verdict.ts";
import { actFromAnyBranch } from "./acting.ts";
import { followLog } from "./control-log.ts";
import { settleStatement } from "./recovery.ts";
import { signedBodies, type SignedBody } from "./signed-body.ts";

export type Ordered = SignedBody<OrderedControlEntry>;
export type Statement = SignedBody<RecoveryStatement>;

export interface ControlInput {
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  /** Ledger time of the call. */
  readonly time: TimeMs;
}

export interface SettledControl {
  readonly verdicts: readonly ControlVerdict[];
  /** Links of the control entries that something came of: those that were decided, and those that acted. */
  readonly taken: ReadonlySet<Link>;
}

export function settleControl(draft: LedgerDraft, { inceptions, control, time }: ControlInput): SettledControl {
  const taken = new Set<Link>();
  const { ordered, statements } = sortByKind(control);
  const verdicts = distinct(inceptions).map((inception) => settleInception(draft, inception));
  const underWay = statements.filter((statement) => isVetoOfPending(draft, statement));
  for (const veto of underWay) verdicts.push(settleStatement(draft, veto, { time, taken }));
  const acted = actFromAnyBranch(draft, ordered, taken);
  for (const [account, log] of groupBy(ordered, ({ entry }) => entry.account))
    verdicts.push(...followLog(draft, account, log, { time, acted, taken }));
  const vetoed = new Set(underWay);
  for (const type of ["recovery-start", "recovery-approve", "recovery-veto"] as const) {
    for (const statement of statements) {
      if (statement.entry.operation.type === type && !vetoed.has(statement))
        verdicts.push(settleStatement(draft, statement, { time, taken }));
    }
  }
  return { verdicts: verdicts.toSorted(byText((verdict) => verdict.id)), taken };
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
  readonly ordered: readonly Ordered[];
  readonly statements: readonly Statement[];
} {
  const ordered: Ordered[] = [];
  const statements: Statement[] = [];
  for (const body of signedBodies(control)) {
    if (body.entry.sequence === undefined) statements.push(body as Statement);
    else ordered.push(body as Ordered);
  }
  return { ordered, statements };
}

function isVetoOfPending(draft: LedgerDraft, { entry: { account, operation } }: Statement): boolean {
  const pending = readAccount(draft, account)?.recoveries ?? [];
  return operation.type === "recovery-veto" && pending.some(({ start }) => start === operation.start);
}
