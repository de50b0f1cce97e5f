/**
 * Recoveries under way: started, approved, vetoed (spec [RCV2] to [RCV5]). Everything that ends one ends all of the account and
 * begins a new round, so that no start, however old, can be used again.
 */
import type {
  AccountId,
  AccountKeys,
  Guardians,
  Link,
  PublicKey,
  RecoveryApprove,
  RecoveryStart,
  RecoveryVeto,
  Signatory,
  TimeMs,
} from "@amigos/core";
import { RECOVERIES_PER_STARTER_MAX } from "../bounds.ts";
import { byText, compareText } from "../compare.ts";
import { isKilled } from "../rules/session-killed.ts";
import { editAccount, readAccount, type DraftAccount, type LedgerDraft } from "../state/draft.ts";
import type { AccountState, PendingRecovery } from "../state/account-state.ts";
import type { ControlFailure, ControlVerdict } from "../verdict.ts";
import { accepted, failed } from "./control-verdict.ts";
import type { Statement } from "./settle-control.ts";
import { copyUnder, keyOf } from "./signed-body.ts";

/** A veto, a rotation, another choice of ways, a completed recovery. */
export function endRecoveries(account: DraftAccount): void {
  account.recoveries = [];
  account.recoveryRound += 1;
}

export interface StatementContext {
  readonly time: TimeMs;
  /** Gets the links of what is taken. */
  readonly taken: Set<Link>;
}

export function settleStatement(draft: LedgerDraft, statement: Statement, context: StatementContext): ControlVerdict {
  const { account: id, operation } = statement.entry;
  const account = readAccount(draft, id);
  if (account?.keys === undefined) return failed(statement, "deferred", { code: "account-unknown", account: id });
  const step: Step = { draft, account, statement, ...context };
  switch (operation.type) {
    case "recovery-start":
      return start(step, operation);
    case "recovery-approve":
      return approve(step, operation);
    case "recovery-veto":
      return veto(step, operation);
  }
}

interface Step extends StatementContext {
  readonly draft: LedgerDraft;
  readonly account: AccountState;
  readonly statement: Statement;
}

function start(step: Step, operation: RecoveryStart): ControlVerdict {
  const { account, statement } = step;
  const failure = whyNotStart(account, statement, operation);
  if (failure !== undefined) return failed(statement, "ignored", failure);
  const { way, masterKey, nextKeyDigest } = operation;
  const unsigned = way.type === "guardians" ? whyNotBy(step, way.by) : whyNotUnder(step, keyOfWay(account, way.type));
  if (unsigned !== undefined) return unsigned;
  const starter = way.type === "guardians" ? way.by.account : undefined;
  const approvals = starter === undefined ? [] : [starter];
  const begun = { start: statement.id, way: way.type, masterKey, nextKeyDigest, starter, approvals, due: undefined };
  return keep(step, [...account.recoveries, begun], begun);
}

function whyNotStart(
  { recovery, recoveryRound: current, recoveries }: AccountState,
  { id }: Statement,
  operation: RecoveryStart,
): ControlFailure | undefined {
  const { round, way } = operation;
  if (round !== current) return { code: "recovery-over", round, current };
  const notAllowed = way.type === "guardians" ? whyNoGuardian(recovery?.guardians, way.by.account) : undefined;
  if (notAllowed !== undefined) return notAllowed;
  if (way.type === "time-locked-key" && recovery?.timeLockedKey === undefined) return WAY_NOT_CHOSEN;
  if (way.type === "backup-key" && recovery?.backupKey === undefined) return WAY_NOT_CHOSEN;
  if (recoveries.some((pending) => pending.start === id)) return { code: "duplicate" };
  const others = recoveries.filter(
    (pending) => pending.way === way.type && (way.type !== "guardians" || pending.starter === way.by.account),
  );
  const same = others.find((pending) => areSameKeys(pending, operation));
  const [first] = others;
  const inTheWay = same ?? (others.length < RECOVERIES_PER_STARTER_MAX ? undefined : first);
  return inTheWay && { code: "recovery-pending", start: inTheWay.start };
}

function areSameKeys(one: AccountKeys, other: AccountKeys): boolean {
  return one.masterKey === other.masterKey && one.nextKeyDigest === other.nextKeyDigest;
}

const WAY_NOT_CHOSEN: ControlFailure = { code: "recovery-not-allowed", reason: "way-not-chosen" };

function whyNoGuardian(guardians: Guardians | undefined, account: AccountId): ControlFailure | undefined {
  if (guardians === undefined) return WAY_NOT_CHOSEN;
  return guardians.accounts.includes(account) ? undefined : { code: "recovery-not-allowed", reason: "no-guardian" };
}

function approve(step: Step, operation: RecoveryApprove): ControlVerdict {
  const { account, statement } = step;
  const { start: id, by } = operation;
  const pending = account.recoveries.find((recovery) => recovery.start === id);
  if (pending?.way !== "guardians") return failed(statement, "deferred", { code: "recovery-unknown", start: id });
  const notAllowed = whyNoGuardian(account.recovery?.guardians, by.account);
  if (notAllowed !== undefined) return failed(statement, "ignored", notAllowed);
  if (pending.approvals.includes(by.account)) return failed(statement, "ignored", { code: "duplicate" });
  const unsigned = whyNotBy(step, by);
  if (unsigned !== undefined) return unsigned;
  const approved = { ...pending, approvals: [...pending.approvals, by.account].toSorted(compareText) };
  const others = account.recoveries.filter((recovery) => recovery !== pending);
  return keep(step, [...others, approved], approved);
}

function veto(step: Step, operation: RecoveryVeto): ControlVerdict {
  const { draft, account, statement } = step;
  const { start: id, session } = operation;
  if (!account.recoveries.some((recovery) => recovery.start === id))
    return failed(statement, "deferred", { code: "recovery-unknown", start: id });
  const unsigned = whyNotBy(step, { account: account.id, ...(session === undefined ? {} : { session }) });
  if (unsigned !== undefined) return unsigned;
  endRecoveries(editAccount(draft, account.id));
  return accepted(statement);
}

/** Keeps what is under way, `changed` with the moment from which on it can be completed, if that is known now. */
function keep(
  { draft, account, statement, time }: Step,
  recoveries: readonly PendingRecovery[],
  changed: PendingRecovery,
): ControlVerdict {
  const due = changed.due ?? dueOf(account, changed, time);
  editAccount(draft, account.id).recoveries = recoveries
    .map((recovery) => (recovery === changed ? { ...changed, due } : recovery))
    .toSorted(byText((recovery) => recovery.start));
  return accepted(statement);
}

function dueOf({ recovery }: AccountState, { way, approvals }: PendingRecovery, time: TimeMs): TimeMs | undefined {
  if (way === "guardians") {
    const guardians = recovery?.guardians;
    const isReached = guardians !== undefined && approvals.length >= guardians.threshold;
    return isReached ? ((time + guardians.delayMs) as TimeMs) : undefined;
  }
  const key = way === "backup-key" ? recovery?.backupKey : recovery?.timeLockedKey;
  return key === undefined ? undefined : ((time + key.delayMs) as TimeMs);
}

/** Whoever speaks for an account: its present master key, or a session that may and lives. */
function whyNotBy(step: Step, { account: id, session: named }: Signatory): ControlVerdict | undefined {
  const { draft, statement, time } = step;
  const account = readAccount(draft, id);
  if (account?.keys === undefined) return failed(statement, "deferred", { code: "account-unknown", account: id });
  if (named === undefined) return whyNotUnder(step, account.keys.masterKey);
  const session = account.sessions.get(named);
  if (session === undefined)
    return failed(statement, "deferred", { code: "session-unknown", account: id, session: named });
  const speaks =
    session.permissions.some(({ type }) => type === "ACCOUNT_RECOVER") &&
    !isKilled(account, session) &&
    session.revokedFrom === undefined &&
    session.frozenFrom === undefined &&
    time < session.expiry;
  return whyNotUnder(step, speaks ? session.key : undefined);
}

/** Asked last: a signature by that key is taken. */
function whyNotUnder({ statement, taken }: Step, key: PublicKey | undefined): ControlVerdict | undefined {
  const copy = copyUnder(statement, key);
  if (copy === undefined) return failed(statement, "ignored", { code: "signer-not-current", key: keyOf(statement) });
  taken.add(copy.link);
  return undefined;
}

function keyOfWay({ recovery }: AccountState, way: "time-locked-key" | "backup-key"): PublicKey | undefined {
  return (way === "backup-key" ? recovery?.backupKey : recovery?.timeLockedKey)?.key;
}
