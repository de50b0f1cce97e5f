/** The auditor's first stage: what accounts say about themselves ([CTL2] to [CTL11], [RCV2] to [RCV7]). */
import type {
  ControlOperation,
  RecoveryApprove,
  RecoveryStart,
  RecoveryVeto,
  SessionTerms,
  Signatory,
  VerifiedControlEntry,
  VerifiedInception,
} from "@amigos/core";
import {
  byId,
  emptyFloat,
  lowestLinks,
  rowOf,
  sessionOf,
  taggedHash,
  uniqueIds,
  type AuditedAccount,
  type AuditedRecovery,
  type Memory,
} from "./memory.ts";

export interface AuditedControlVerdict {
  readonly id: string;
  readonly outcome: "accepted" | "rejected" | "deferred" | "ignored";
  readonly code?: string;
  /** From when on a recovery can be completed, for one that waits. */
  readonly due?: number;
  /** It ended something although its place is not its own yet, or never will be. */
  readonly hasActed: boolean;
}

type Said = Omit<AuditedControlVerdict, "id" | "hasActed">;

/** Every signature given on one body. */
interface Statement {
  readonly id: string;
  readonly copies: readonly VerifiedControlEntry[];
  readonly entry: VerifiedControlEntry["entry"];
}

interface Stage {
  readonly memory: Memory;
  readonly time: number;
  readonly acted: Set<string>;
  /** What has a place in a log, of all accounts. */
  readonly placed: readonly Statement[];
}

const ACCEPTED: Said = { outcome: "accepted" };
const SESSIONS_MAX = 64;
const STARTS_MAX = 4;

export function auditControl(
  memory: Memory,
  given: {
    readonly inceptions: readonly VerifiedInception[];
    readonly control: readonly VerifiedControlEntry[];
    readonly time: number;
  },
): readonly AuditedControlVerdict[] {
  const verdicts: { readonly id: string; readonly said: Said }[] = [];
  for (const inception of uniqueIds(given.inceptions))
    verdicts.push({ id: inception.id, said: register(memory, inception) });

  const statements = uniqueIds(given.control)
    .map(({ id, entry }) => ({ id, entry, copies: given.control.filter((copy) => copy.id === id) }))
    .toSorted(byId);
  const placed = statements.filter(({ entry }) => entry.sequence !== undefined);
  const stage: Stage = { memory, time: given.time, acted: new Set(), placed };
  const ofKind = (...kinds: readonly ControlOperation["type"][]): readonly Statement[] =>
    statements.filter(({ entry }) => kinds.includes(entry.operation.type));
  const say = (statement: Statement): void => {
    verdicts.push({ id: statement.id, said: judgeStatement(stage, statement) });
  };

  // [RCV7]
  const vetoes = ofKind("recovery-veto");
  const early = vetoes.filter((veto) => underWay(memory, veto) !== undefined);
  for (const veto of early) say(veto);
  for (const statement of ofKind("revoke", "kill-switch")) actFromAnyBranch(stage, statement);
  for (const statement of placed.toSorted((a, b) => (a.entry.sequence ?? 0) - (b.entry.sequence ?? 0))) say(statement);
  for (const start of ofKind("recovery-start")) say(start);
  for (const approval of ofKind("recovery-approve")) say(approval);
  for (const veto of vetoes) if (!early.includes(veto)) say(veto);

  return verdicts.map(({ id, said }) => ({ id, ...said, hasActed: stage.acted.has(id) })).toSorted(byId);
}

function register(memory: Memory, { id, inception }: VerifiedInception): Said {
  const account = rowOf(memory, id);
  if (account.keys !== undefined) return ignore("duplicate");
  account.keys = { masterKey: inception.masterKey, nextKeyDigest: inception.nextKeyDigest };
  account.recovery = inception.recovery;
  return ACCEPTED;
}

/** [CTL10] */
function actFromAnyBranch(stage: Stage, { id, entry, copies }: Statement): void {
  const account = stage.memory.accounts.get(entry.account);
  if (account?.keys === undefined) return;
  const { masterKey } = account.keys;
  if (!copies.some(({ key }) => key === masterKey)) return;
  const { operation } = entry;
  if (operation.type === "revoke" && revoke(stage.memory, account.id, operation)) stage.acted.add(id);
  if (operation.type === "kill-switch" && operation.generation === account.generation + 1) {
    raiseGeneration(stage.memory, account);
    stage.acted.add(id);
  }
}

/** Whose signature it is, is asked last, after everything else that could keep a statement from being taken. */
function judgeStatement(stage: Stage, statement: Statement): Said {
  const account = stage.memory.accounts.get(statement.entry.account);
  if (account?.keys === undefined) return defer("account-unknown");
  const obstacle = whyNotTaken(stage, account, statement);
  if (obstacle !== undefined) return obstacle;
  const signer = signerOf(stage, account, statement.entry.operation);
  if (signer.type === "unknown") return defer(signer.code);
  const [copy] = lowestLinks(statement.copies.filter(({ key }) => key === signer.key));
  return copy === undefined ? ignore("signer-not-current") : take(stage, account, copy);
}

function whyNotTaken(stage: Stage, account: AuditedAccount, { id, entry }: Statement): Said | undefined {
  const { operation } = entry;
  switch (operation.type) {
    case "recovery-start":
      return whyNotStarted(account, id, operation);
    case "recovery-approve":
      return whyNotApproved(account, operation);
    case "recovery-veto":
      return whyNotVetoed(account, operation);
    default:
      return (
        whyNotPlaced(stage.memory, account, { id, entry }) ??
        whyNotCompleted(stage, account, operation) ??
        whyNotFirst(stage, account, { id, entry })
      );
  }
}

function take(stage: Stage, account: AuditedAccount, copy: VerifiedControlEntry): Said {
  const { operation, sequence } = copy.entry;
  if (sequence !== undefined) {
    const said = stage.acted.has(copy.id) ? ACCEPTED : judgeOperation(stage.memory, account, copy);
    account.control = { next: sequence + 1, head: copy.link };
    return said;
  }
  if (operation.type === "recovery-start") begin(stage, account, { id: copy.id, operation });
  if (operation.type === "recovery-approve") approve(stage, account, operation);
  if (operation.type === "recovery-veto") endRecoveries(account);
  return ACCEPTED;
}

type Signer =
  | { readonly type: "key"; readonly key: string | undefined }
  | { readonly type: "unknown"; readonly code: string };

/** Which key has to have signed, by the state at this moment. */
function signerOf(stage: Stage, { id, keys, recovery }: AuditedAccount, operation: ControlOperation): Signer {
  switch (operation.type) {
    case "rotate": {
      const isCommittedTo = taggedHash("amigos/key-digest/1", operation.masterKey) === keys?.nextKeyDigest;
      return { type: "key", key: isCommittedTo ? operation.masterKey : undefined };
    }
    case "recovery-complete":
      return { type: "key", key: operation.masterKey };
    case "recovery-approve":
      return signatoryKey(stage, operation.by);
    case "recovery-veto":
      return signatoryKey(stage, {
        account: id as Signatory["account"],
        ...(operation.session === undefined ? {} : { session: operation.session }),
      });
    case "recovery-start": {
      if (operation.way.type === "guardians") return signatoryKey(stage, operation.way.by);
      const way = operation.way.type === "backup-key" ? recovery?.backupKey : recovery?.timeLockedKey;
      return { type: "key", key: way?.key };
    }
    default:
      return { type: "key", key: keys?.masterKey };
  }
}

function signatoryKey({ memory, time }: Stage, { account, session }: Signatory): Signer {
  const row = memory.accounts.get(account);
  if (row?.keys === undefined) return { type: "unknown", code: "account-unknown" };
  if (session === undefined) return { type: "key", key: row.keys.masterKey };
  const found = sessionOf(memory, account, session);
  if (found === undefined) return { type: "unknown", code: "session-unknown" };
  const { permissions, generation, expiry, sessionKey } = found.terms;
  const mayRecover = permissions.some(({ type }) => type === "ACCOUNT_RECOVER");
  const isAlive =
    generation === row.generation && found.revokedFrom === undefined && found.frozenFrom === undefined && time < expiry;
  return { type: "key", key: mayRecover && isAlive ? sessionKey : undefined };
}

/** [CTL3], [CTL4] */
function whyNotPlaced(
  memory: Memory,
  account: AuditedAccount,
  { id, entry }: Pick<Statement, "id" | "entry">,
): Said | undefined {
  const { sequence, previous } = entry;
  if (sequence === undefined) throw new Error("a place");
  if (memory.sessions.some((session) => session.id === id)) return ignore("duplicate");
  if (sequence < account.control.next) return ignore("sequence-taken");
  if (sequence > account.control.next || (previous as string) !== account.control.head)
    return defer("previous-missing");
  return undefined;
}

function judgeOperation(memory: Memory, account: AuditedAccount, { id, entry }: VerifiedControlEntry): Said {
  const { operation } = entry;
  switch (operation.type) {
    case "grant":
      return openSession(memory, account, { id, terms: operation });
    case "upgrade": {
      const said = openSession(memory, account, { id, terms: operation, replaces: operation.replaces });
      if (said.outcome === "accepted") revoke(memory, account.id, { ...operation, session: operation.replaces });
      return said;
    }
    case "revoke":
      if (sessionOf(memory, account.id, operation.session) === undefined) return reject("session-unknown");
      revoke(memory, account.id, operation);
      return ACCEPTED;
    case "kill-switch":
      if (operation.generation !== account.generation + 1) return reject("generation-mismatch");
      raiseGeneration(memory, account);
      return ACCEPTED;
    case "set-recovery":
      account.recovery = operation.recovery;
      endRecoveries(account);
      return ACCEPTED;
    case "rotate":
    case "recovery-complete":
      account.keys = { masterKey: operation.masterKey, nextKeyDigest: operation.nextKeyDigest };
      if (operation.type === "recovery-complete") raiseGeneration(memory, account);
      endRecoveries(account);
      return ACCEPTED;
    default:
      throw new Error(`${operation.type} has no place`);
  }
}

/** [CTL5] */
function openSession(
  memory: Memory,
  account: AuditedAccount,
  { id, terms, replaces }: { readonly id: string; readonly terms: SessionTerms; readonly replaces?: string },
): Said {
  const sessions = memory.sessions.filter((session) => session.account === account.id);
  if (terms.generation !== account.generation) return reject("generation-mismatch");
  if (sessions.some((session) => session.terms.sessionKey === terms.sessionKey)) return reject("key-in-use");
  if (sessions.length >= SESSIONS_MAX) return reject("sessions-full");
  if (replaces !== undefined && !sessions.some((session) => session.id === replaces)) return reject("session-unknown");
  memory.sessions.push({
    id,
    account: account.id,
    terms,
    frozenFrom: undefined,
    revokedFrom: undefined,
    float: new Map(),
    outstanding: [],
    kept: [],
  });
  return ACCEPTED;
}

/** [CTL8]: whether it changed something. */
function revoke(
  memory: Memory,
  account: string,
  { session, lastHonoured }: { readonly session: string; readonly lastHonoured?: number },
): boolean {
  const found = sessionOf(memory, account, session);
  if (found === undefined) return false;
  const from = lastHonoured === undefined ? 0 : lastHonoured + 1;
  if (found.revokedFrom !== undefined && from >= found.revokedFrom) return false;
  found.revokedFrom = from;
  emptyFloat(memory, found);
  return true;
}

/** [CTL9] */
function raiseGeneration(memory: Memory, account: AuditedAccount): void {
  account.generation++;
  const older = ({ terms }: { readonly terms: SessionTerms }): boolean => terms.generation < account.generation;
  for (const session of memory.sessions)
    if (session.account === account.id && older(session)) emptyFloat(memory, session);
}

// [RCV2] to [RCV6]

function endRecoveries(account: AuditedAccount): void {
  account.round++;
  account.recoveries = [];
}

function underWay(memory: Memory, { entry }: Pick<Statement, "entry">): AuditedRecovery | undefined {
  const { operation } = entry;
  if (!("start" in operation)) return undefined;
  return memory.accounts.get(entry.account)?.recoveries.find(({ start }) => start === operation.start);
}

function whyNotStarted(account: AuditedAccount, id: string, operation: RecoveryStart): Said | undefined {
  const { round, way, masterKey, nextKeyDigest } = operation;
  const guardian = way.type === "guardians" ? way.by.account : undefined;
  if (round !== account.round) return ignore("recovery-over");
  if (delayOf(account, way.type) === undefined || (guardian !== undefined && !isGuardian(account, guardian)))
    return ignore("recovery-not-allowed");
  if (account.recoveries.some((other) => other.start === id)) return ignore("duplicate");
  const own = account.recoveries.filter((other) => other.way === way.type && other.starter === guardian);
  const isForNew = own.every((other) => other.masterKey !== masterKey || other.nextKeyDigest !== nextKeyDigest);
  return isForNew && own.length < STARTS_MAX ? undefined : ignore("recovery-pending");
}

function begin(
  { time }: Stage,
  account: AuditedAccount,
  { id, operation }: { readonly id: string; readonly operation: RecoveryStart },
): void {
  const { way, masterKey, nextKeyDigest } = operation;
  const guardian = way.type === "guardians" ? way.by.account : undefined;
  const recovery: AuditedRecovery = {
    start: id,
    way: way.type,
    masterKey,
    nextKeyDigest,
    starter: guardian,
    approvals: guardian === undefined ? [] : [guardian],
    due: guardian === undefined ? time + (delayOf(account, way.type) ?? 0) : 0,
  };
  account.recoveries = [...account.recoveries, recovery];
  becomeDue(account, recovery, time);
}

function whyNotApproved(account: AuditedAccount, { start: named, by }: RecoveryApprove): Said | undefined {
  const recovery = account.recoveries.find(({ start, way }) => start === named && way === "guardians");
  if (recovery === undefined) return defer("recovery-unknown");
  if (!isGuardian(account, by.account)) return ignore("recovery-not-allowed");
  return recovery.approvals.includes(by.account) ? ignore("duplicate") : undefined;
}

function approve({ time }: Stage, account: AuditedAccount, { start: named, by }: RecoveryApprove): void {
  for (const recovery of account.recoveries) {
    if (recovery.start !== named) continue;
    recovery.approvals = [...recovery.approvals, by.account];
    becomeDue(account, recovery, time);
  }
}

function whyNotVetoed(account: AuditedAccount, { start: named }: RecoveryVeto): Said | undefined {
  return account.recoveries.some(({ start }) => start === named) ? undefined : defer("recovery-unknown");
}

function whyNotCompleted({ time }: Stage, account: AuditedAccount, operation: ControlOperation): Said | undefined {
  if (operation.type !== "recovery-complete") return undefined;
  const { masterKey, nextKeyDigest } = operation;
  const recovery = account.recoveries.find(({ start }) => start === operation.start);
  if (recovery === undefined || recovery.masterKey !== masterKey || recovery.nextKeyDigest !== nextKeyDigest)
    return ignore("recovery-unknown");
  return recovery.due === 0 || time < recovery.due
    ? { outcome: "deferred", code: "recovery-waiting", due: recovery.due }
    : undefined;
}

/** [RCV6]: another one for the place goes first, for it was due first, or has the lower id of two that were due at once. */
function whyNotFirst(
  stage: Stage,
  account: AuditedAccount,
  { id, entry }: Pick<Statement, "id" | "entry">,
): Said | undefined {
  const own = underWay(stage.memory, { entry });
  if (entry.operation.type !== "recovery-complete" || own === undefined) return undefined;
  const goesFirst = stage.placed.some((other) => {
    const { operation } = other.entry;
    if (other.entry.account !== account.id || operation.type !== "recovery-complete") return false;
    const isSigned = other.copies.some(({ key }) => key === operation.masterKey);
    const obstacle = whyNotPlaced(stage.memory, account, other) ?? whyNotCompleted(stage, account, operation);
    const due = underWay(stage.memory, other)?.due ?? 0;
    return isSigned && obstacle === undefined && (due < own.due || (due === own.due && other.id < id));
  });
  return goesFirst ? ignore("sequence-taken") : undefined;
}

function becomeDue(account: AuditedAccount, recovery: AuditedRecovery, time: number): void {
  const guardians = account.recovery?.guardians;
  if (recovery.way !== "guardians" || guardians === undefined) return;
  if (recovery.due === 0 && recovery.approvals.length >= guardians.threshold) recovery.due = time + guardians.delayMs;
}

function isGuardian({ recovery }: AuditedAccount, account: string): boolean {
  return recovery?.guardians?.accounts.some((guardian) => guardian === account) === true;
}

function delayOf({ recovery }: AuditedAccount, way: AuditedRecovery["way"]): number | undefined {
  if (way === "guardians") return recovery?.guardians?.delayMs;
  return way === "backup-key" ? recovery?.backupKey?.delayMs : recovery?.timeLockedKey?.delayMs;
}

function reject(code: string): Said {
  return { outcome: "rejected", code };
}

function defer(code: string): Said {
  return { outcome: "deferred", code };
}

function ignore(code: string): Said {
  return { outcome: "ignored", code };
}
