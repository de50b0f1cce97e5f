/**
 * Stage 1: what accounts say about themselves, before anything that builds on it (spec [CTL2] to [CTL6]). Per account in
 * order of its control log. A grant in the same call as the entries it allows is therefore known when they are judged.
 */
import {
  limits,
  sessionOfGrant,
  type AccountId,
  type EntryId,
  type Height,
  type Link,
  type Sequence,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedInception,
} from "@amigos/core";
import { byText, compareText } from "../compare.ts";
import { editAccount, readAccount, type DraftAccount, type LedgerDraft } from "../state/draft.ts";
import type { SessionState } from "../state/account-state.ts";
import type { UtcDay } from "../utc-day.ts";
import type { ControlFailure, ControlVerdict } from "../verdict.ts";

export function settleControl(
  draft: LedgerDraft,
  inceptions: readonly VerifiedInception[],
  control: readonly VerifiedControlEntry[],
): readonly ControlVerdict[] {
  const verdicts = [
    ...distinct(inceptions).map((inception) => settleInception(draft, inception)),
    ...[...groupByAccount(distinct(control))].flatMap(([account, entries]) => settleLog(draft, account, entries)),
  ];
  return verdicts.toSorted(byText((verdict) => verdict.id));
}

/** One of each id. Of one body under several signatures the one with the lowest bytes, so that all replicas take the same. */
export function distinct<Item extends { readonly id: string; readonly link?: Link }>(
  items: readonly Item[],
): readonly Item[] {
  const byId = new Map<string, Item>();
  for (const item of items) {
    const known = byId.get(item.id);
    if (known === undefined || compareText(item.link ?? "", known.link ?? "") < 0) byId.set(item.id, item);
  }
  return [...byId.values()];
}

function settleInception(draft: LedgerDraft, { id, inception }: VerifiedInception): ControlVerdict {
  const subject = { record: "inception", account: id, id } as const;
  if (readAccount(draft, id)?.keys !== undefined)
    return { ...subject, outcome: "ignored", failure: { code: "duplicate" } };
  const { masterKey, nextKeyDigest } = inception;
  editAccount(draft, id).keys = { masterKey, nextKeyDigest };
  return { ...subject, outcome: "accepted" };
}

function settleLog(
  draft: LedgerDraft,
  account: AccountId,
  entries: readonly VerifiedControlEntry[],
): readonly ControlVerdict[] {
  if (readAccount(draft, account)?.keys === undefined) {
    return entries.map((entry) => verdictOf(entry, "deferred", { code: "account-unknown", account }));
  }
  const edited = editAccount(draft, account);
  const inOrder = entries.toSorted((a, b) => a.entry.sequence - b.entry.sequence || compareText(a.id, b.id));
  return inOrder.map((entry) => settleControlEntry(edited, entry));
}

function settleControlEntry(account: DraftAccount, control: VerifiedControlEntry): ControlVerdict {
  const { sequence, previous } = control.entry;
  const { nextSequence, head } = account.control;
  if (account.sessions.has(sessionOfGrant(control))) return verdictOf(control, "ignored", { code: "duplicate" });
  if (sequence < nextSequence) return verdictOf(control, "ignored", { code: "sequence-taken", sequence });
  if (sequence > nextSequence || previous !== head)
    return verdictOf(control, "deferred", { code: "previous-missing", previous, nextSequence });
  account.control = { nextSequence: (sequence + 1) as Sequence, head: control.link };
  const used = account.sessions.size;
  const limit = limits.SESSIONS_PER_ACCOUNT_MAX;
  if (used >= limit) return verdictOf(control, "rejected", { code: "sessions-full", limit, used });
  const session = openSession(control);
  account.sessions.set(session.id, session);
  return { ...subjectOf(control), outcome: "accepted" };
}

function openSession(control: VerifiedControlEntry): SessionState {
  const { type: _type, sessionKey, ...grant } = control.entry.operation;
  const id = sessionOfGrant(control);
  return {
    ...grant,
    id,
    account: control.entry.account,
    key: sessionKey,
    nextSequence: 0 as Sequence,
    head: id as string as Link,
    lastTime: 0 as TimeMs,
    lastCheckpoint: 0 as Height,
    openDay: 0 as UtcDay,
    spentByDay: new Map(),
  };
}

function groupByAccount(
  control: readonly VerifiedControlEntry[],
): ReadonlyMap<AccountId, readonly VerifiedControlEntry[]> {
  const groups = new Map<AccountId, VerifiedControlEntry[]>();
  for (const entry of control) {
    const group = groups.get(entry.entry.account);
    if (group === undefined) groups.set(entry.entry.account, [entry]);
    else group.push(entry);
  }
  return groups;
}

function verdictOf(
  control: VerifiedControlEntry,
  outcome: "rejected" | "deferred" | "ignored",
  failure: ControlFailure,
): ControlVerdict {
  return { ...subjectOf(control), outcome, failure };
}

function subjectOf(control: VerifiedControlEntry): {
  readonly record: "control";
  readonly account: AccountId;
  readonly id: EntryId;
} {
  return { record: "control", account: control.entry.account, id: control.id };
}
