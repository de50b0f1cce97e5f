/**
 * Taking in: from a bundle, or from what a document carried, to what is new here, verified and within bounds. Examining
 * changes nothing; what it finds is written in one batch and only then known (spec [PEER5], [PEER7]): all of it or nothing.
 * What arrives with others is examined on top of those before it that are not known yet, as if they were (`arrivals.ts`).
 */
import {
  decodeEntry,
  err,
  ok,
  openedSession,
  payeeOf,
  verifyEntries,
  type AccountId,
  type Bundle,
  type BundleError,
  type DecodedEntry,
  type Link,
  type PublicKey,
  type Result,
  type SessionId,
  type SignedEntry,
  type VerifiedEntry,
  type VerifyError,
} from "@amigos/core";
import { put } from "../journal/journal.ts";
import type { StoreOperation } from "../ports/store.ts";
import { recordOperations, type NewRecords, type RecordError, type SessionKey } from "./directory.ts";
import { findForks, forkOperations, keepForks, type Forks } from "./forks.ts";
import { checkAdmitted, spendFor, type IntakePolicy, type PolicyRefusal } from "./intake-policy.ts";
import type { Knowledge } from "./knowledge.ts";
import { undecidedKey, type UndecidedView, type UndecidedWithArriving } from "./undecided.ts";

/** Why something that arrived was not taken in. Nothing of it was kept. */
export type IngestError =
  | BundleError
  | RecordError
  | { readonly type: "session-unknown"; readonly session: SessionId }
  | VerifyError
  | PolicyRefusal
  | { readonly type: "too-many-unsettled"; readonly session: SessionId }
  /** It is nobody's here but that of an account of the circle, for which as much is carried as may be. */
  | { readonly type: "carried-too-much"; readonly account: AccountId };

export interface IngestReport {
  /** New here, durable now. */
  readonly fresh: readonly VerifiedEntry[];
  readonly known: number;
}

/** What is new, verified. */
export interface Intake {
  readonly records: NewRecords;
  readonly entries: readonly VerifiedEntry[];
  readonly forks: Forks;
  /** How many were there before, settled or not, or have a place that was decided before the start; and which are not settled. */
  readonly known: number;
  readonly heard: readonly VerifiedEntry[];
}

/**
 * Accounts that no checkpoint has registered: a payee's customers of a day without network are far fewer, and more cost
 * memory that strangers decide about. Beyond it an account stays unknown until a checkpoint makes room.
 */
const STRANGERS_MAX = 4096;

/** Entries of all sessions together: 64 MiB at their largest. */
const UNDECIDED_MAX = 65_536;

/** Entries and proofs carried for one account: what it signs in some weeks without a hub. One MiB at their largest. */
const CARRIED_PER_MEMBER_MAX = 1024;

/** The same for all of them, so that a circle of many takes no more of a phone than one of few. */
const CARRIED_MAX = 8192;

const NO_RECORDS: NewRecords = { inceptions: [], control: [] };

export interface Taker {
  readonly knowledge: Knowledge;
  /** Whose replica it is. It keeps what concerns this account; a hub keeps everything. */
  readonly account: AccountId | undefined;
  /** What whoever runs it lets in. Left out: everything within the protocol's bounds. */
  readonly policy: IntakePolicy | undefined;
}

interface Examiner extends Taker {
  readonly undecided: UndecidedWithArriving;
}

/** `undecided`: what is, with what is being taken in together with this. */
export async function examineBundle(
  taker: Taker,
  bundle: Bundle,
  undecided: UndecidedWithArriving,
): Promise<Result<Intake, IngestError>> {
  const records = examineRecords(taker.knowledge, bundle);
  if (!records.ok) return records;
  const decoded: DecodedEntry[] = [];
  for (const bytes of bundle.entries) {
    const entry = decodeEntry(bytes, taker.knowledge.network.tag);
    if (!entry.ok) return entry;
    decoded.push(entry.value);
  }
  return examine({ ...taker, undecided }, records.value, decoded);
}

/** The same for entries whose accounts are known. */
export function examineEntries(
  taker: Taker,
  entries: readonly DecodedEntry[],
  undecided: UndecidedWithArriving,
): Promise<Result<Intake, IngestError>> {
  return examine({ ...taker, undecided }, NO_RECORDS, entries);
}

/** Whether what comes after it can only be examined when this is known: it says who may sign, or that a log is forked. */
export function isGroundForMore({ records, forks }: Intake): boolean {
  return records.inceptions.length > 0 || records.control.length > 0 || forks.proofs.length > 0;
}

export function intakeOperations({ records, entries, forks }: Intake): readonly StoreOperation[] {
  return [
    ...recordOperations(records),
    ...entries.map((entry) => put(undecidedKey(entry), entry.bytes)),
    ...forkOperations(forks),
  ];
}

/** For what is durable now. */
export function keepIntake(knowledge: Knowledge, { records, entries, forks }: Intake): void {
  keepRecords(knowledge, records);
  for (const entry of entries) {
    knowledge.undecided.add(entry);
    knowledge.access.note(entry);
  }
  keepForks(knowledge, forks);
}

/** Returns the accounts about which something is new. */
export function keepRecords({ directory, registrations, settled }: Knowledge, records: NewRecords): Set<AccountId> {
  directory.keep(records);
  const accounts = accountsOf(records);
  registrations.review(accounts, settled);
  return accounts;
}

export function accountsOf({ inceptions, control }: NewRecords): Set<AccountId> {
  return new Set([...inceptions.map(({ id }) => id), ...control.map(({ entry }) => entry.account)]);
}

/** Whether there is room for accounts that nobody vouches for but themselves. */
export function whyNoRoom(
  { directory, registrations, settled }: Knowledge,
  records: NewRecords,
): RecordError | undefined {
  const newcomer = records.inceptions.find(({ id }) => directory.inception(id) === undefined);
  if (newcomer === undefined || registrations.strangers(settled) + records.inceptions.length <= STRANGERS_MAX)
    return undefined;
  return { type: "account-unknown", account: newcomer.id };
}

function examineRecords({ directory }: Knowledge, bundle: Bundle): Result<NewRecords, RecordError> {
  const [inceptions, control] = [
    new Map<string, NewRecords["inceptions"][number]>(),
    new Map<Link, NewRecords["control"][number]>(),
  ];
  for (const record of bundle.accounts) {
    const examined = directory.examine(record);
    if (!examined.ok) return examined;
    for (const inception of examined.value.inceptions) inceptions.set(inception.id, inception);
    for (const entry of examined.value.control) control.set(entry.link, entry);
  }
  return ok({ inceptions: [...inceptions.values()], control: [...control.values()] });
}

async function examine(
  taker: Examiner,
  records: NewRecords,
  decoded: readonly DecodedEntry[],
): Promise<Result<Intake, IngestError>> {
  const { knowledge, undecided } = taker;
  const verified = await verifyNew(taker, records, decoded);
  if (!verified.ok) return verified;
  const entries = concerning(taker, verified.value.entries);
  const { sides, ...news } = verified.value;
  // What vouches for a session may have come with both sides of its fork.
  const keyOf = (session: SessionId): PublicKey | undefined => sessionKeyOf(knowledge, session, records)?.key;
  const forks = await findForks(knowledge, [...entries, ...sides], { keyOf, undecided });
  const crowded = whyTooMany(undecided, entries) ?? whyCarriedTooMuch(taker, entries, forks);
  if (crowded !== undefined) return err(crowded);
  const needed = recordsFor(knowledge, records, entries);
  const noRoom = whyNoRoom(knowledge, needed);
  if (noRoom !== undefined) return err(noRoom);
  const admitted = await checkAdmitted(taker.policy, knowledge, needed);
  if (!admitted.ok) return admitted;
  const spent = spendFor(taker.policy, { undecided, evidence: knowledge.evidence }, entries);
  return spent.ok ? ok({ ...news, records: needed, entries, forks }) : spent;
}

interface VerifiedNews extends Pick<Intake, "entries" | "known" | "heard"> {
  /** What proves a fork of the time before the start, and is not to be decided. */
  readonly sides: readonly VerifiedEntry[];
}

/** All signatures are verified together; when several entries are refused, the error is the first one's. */
async function verifyNew(
  { knowledge, undecided }: Examiner,
  records: NewRecords,
  decoded: readonly DecodedEntry[],
): Promise<Result<VerifiedNews, IngestError>> {
  const unknown = new Map<Link, SignedEntry>();
  const forgotten: SignedEntry[] = [];
  const heard: VerifiedEntry[] = [];
  let known = 0;
  let stranger: SessionId | undefined;
  for (const entry of decoded) {
    if (unknown.has(entry.link)) continue;
    const { session, account } = entry.entry;
    const owner = sessionKeyOf(knowledge, session, records);
    // Only the account that granted a session can pay with it, whatever the body says.
    if (owner === undefined || owner.account !== account) {
      stranger = session;
      break;
    }
    const waiting = undecided.get(session, entry.link);
    if (waiting !== undefined) heard.push(waiting);
    if (waiting !== undefined || (await isSettled(knowledge, entry))) known++;
    else if (await knowledge.isForgotten(entry.entry)) {
      known++;
      forgotten.push({ entry, key: owner.key });
    } else unknown.set(entry.link, { entry, key: owner.key });
  }
  const entries: VerifiedEntry[] = [];
  for (const verified of await verifyEntries([...unknown.values()])) {
    if (!verified.ok) return verified;
    entries.push(verified.value);
  }
  if (stranger !== undefined) return err({ type: "session-unknown", session: stranger });
  return ok({ entries, sides: await sidesOf(forgotten), known, heard });
}

/**
 * Of entries whose places were decided before the start, those that are two at one place: they prove a fork, whichever of
 * them is settled. Of one alone nothing follows here.
 */
async function sidesOf(forgotten: readonly SignedEntry[]): Promise<readonly VerifiedEntry[]> {
  const byPlace = new Map<string, SignedEntry[]>();
  for (const signed of forgotten) {
    const { session, sequence } = signed.entry.entry;
    const place = `${session}/${sequence}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), signed]);
  }
  const sides = [...byPlace.values()].filter((claims) => new Set(claims.map(({ entry }) => entry.id)).size > 1).flat();
  return (await verifyEntries(sides)).flatMap((side) => (side.ok ? [side.value] : []));
}

/** Under whatever signature. */
async function isSettled(knowledge: Knowledge, { id, entry }: DecodedEntry): Promise<boolean> {
  return (await knowledge.settledAt(entry.session, entry.sequence)).some((settled) => settled.id === id);
}

/** The key of each session that the directory knows, or that `records` would make known. */
export function sessionKeyOf(
  { directory }: Knowledge,
  session: SessionId,
  records: NewRecords,
): SessionKey | undefined {
  const known = directory.session(session);
  if (known !== undefined) return known;
  for (const control of records.control) {
    const opened = openedSession(control);
    if (opened?.id === session) return { account: control.entry.account, key: opened.terms.sessionKey };
  }
  return undefined;
}

/** A wallet's memory is no stranger's to fill: it keeps its own logs, those that pay it, and those of its circle. */
function concerning(taker: Examiner, entries: readonly VerifiedEntry[]): readonly VerifiedEntry[] {
  const { access } = taker.knowledge;
  const isParty = partyTo(taker, entries);
  return entries.filter((entry) => isParty(entry) || access.circle.has(entry.entry.account));
}

/** Whether an entry is in a log of our own, or in one that pays us, by one of `entries` or one before. */
function partyTo(
  { knowledge, account, undecided }: Examiner,
  entries: readonly VerifiedEntry[],
): (entry: VerifiedEntry) => boolean {
  const isPaying = ({ entry }: VerifiedEntry): boolean => payeeOf(entry) === account;
  const paying = new Set(entries.filter(isPaying).map(({ entry }) => entry.session));
  return ({ entry: { account: owner, session } }) =>
    owner === account ||
    paying.has(session) ||
    knowledge.access.concerns(session) ||
    undecided.arrivingOf(session).some(isPaying);
}

function whyTooMany(undecided: UndecidedView, entries: readonly VerifiedEntry[]): IngestError | undefined {
  const [first] = entries;
  if (first === undefined) return undefined;
  if (undecided.size + entries.length > UNDECIDED_MAX)
    return { type: "too-many-unsettled", session: first.entry.session };
  const counts = new Map<SessionId, number>();
  for (const { entry } of entries) counts.set(entry.session, (counts.get(entry.session) ?? 0) + 1);
  const crowded = [...counts].find(([session, more]) => !undecided.hasRoom(session, more));
  return crowded === undefined ? undefined : { type: "too-many-unsettled", session: crowded[0] };
}

/** What it keeps for others alone has a bound for each of them, and one for all. Proofs count, for they stay. */
function whyCarriedTooMuch(
  taker: Examiner,
  entries: readonly VerifiedEntry[],
  { proofs }: Forks,
): IngestError | undefined {
  const { access, evidence } = taker.knowledge;
  const { undecided } = taker;
  const isParty = partyTo(taker, entries);
  const carried = entries.filter((entry) => !isParty(entry));
  if (carried.length === 0) return undefined;
  const held = (account: AccountId): number => undecided.countOf(account) + evidence.countOf(account);
  const more = new Map<AccountId, number>();
  for (const { entry } of [...carried, ...proofs.map(({ a }) => a)])
    more.set(entry.account, (more.get(entry.account) ?? 0) + 1);
  const full = [...more].find(([account, count]) => held(account) + count > CARRIED_PER_MEMBER_MAX);
  if (full !== undefined) return { type: "carried-too-much", account: full[0] };
  let all = [...more.values()].reduce((sum, count) => sum + count, 0);
  for (const member of access.circle) all += held(member);
  const [first] = carried;
  return all > CARRIED_MAX && first !== undefined
    ? { type: "carried-too-much", account: first.entry.account }
    : undefined;
}

/** What vouches for these entries, and what is new of accounts that are known or of the circle: a stranger who signs nothing is no news. */
function recordsFor(
  { directory, access }: Knowledge,
  { inceptions, control }: NewRecords,
  entries: readonly VerifiedEntry[],
): NewRecords {
  const accounts = new Set<AccountId>([...access.circle, ...entries.map(({ entry }) => entry.account)]);
  const isWanted = (account: AccountId): boolean => accounts.has(account) || directory.inception(account) !== undefined;
  return {
    inceptions: inceptions.filter(({ id }) => accounts.has(id)),
    control: control.filter(({ entry }) => isWanted(entry.account)),
  };
}
