/**
 * Stage 2: from what was given to what is to be judged (spec [ORD1]). Doubles fall together, what is settled or has no known
 * session is answered at once, and everything else becomes a candidate that knows what it waits for.
 */
import {
  firstPrevious,
  type Entry,
  type EntryId,
  type Height,
  type Link,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import type { CheckpointFact, History } from "../history.ts";
import { judgePlace, type Finding } from "../ladder.ts";
import { isVoidPlace } from "../rules/void.ts";
import { BEGINNING, type Moment, type Predecessor } from "../rules/rule.ts";
import type { AccountState } from "../state/account-state.ts";
import type { SessionState } from "../state/session-state.ts";
import { readAccount, type LedgerDraft } from "../state/draft.ts";
import { genesisCheckpoint, sessionOf, type LedgerState } from "../state/ledger-state.ts";
import { distinct } from "../distinct.ts";

/** An entry that is neither settled nor without a session. */
export interface Candidate {
  /** Where it stands in the list of candidates. */
  readonly index: number;
  readonly verified: VerifiedEntry;
  /** As it stood when the judging began: what this call's control entries say is in it. */
  readonly session: SessionState;
  /** As it stood when the call began; absent when this call opens it. */
  readonly settledSession: SessionState | undefined;
  /** Whether it is void before anything is judged. */
  readonly isVoid: boolean;
  readonly place: Place;
  /** Given entries that must be decided first: the predecessor and the dependencies, each once. */
  readonly waitsFor: readonly Candidate[];
  /** Among them, the predecessor. */
  readonly previous: Candidate | undefined;
  /** A settled predecessor, or the beginning of the log. */
  readonly settledPredecessor: Predecessor | undefined;
  /** Dependencies that are neither given nor settled. */
  readonly missingDependencies: readonly EntryId[];
  /** Whether something that it waits for is not even given, so that it cannot become ready in this call. */
  readonly isBlocked: boolean;
  readonly checkpoint: CheckpointFact | undefined;
}

/** Everything that claims one place of a log. */
export interface Place {
  readonly session: SessionId;
  readonly sequence: Sequence;
  readonly settled: ReadonlyMap<EntryId, VerifiedEntry>;
  /** Whether something settled here and this replica does not know what. */
  readonly isForgotten: boolean;
  /** Those that are to be judged here. None where what comes is void. */
  newcomers: Candidate[];
}

export interface Sorted {
  readonly candidates: readonly Candidate[];
  /** What needed no place: settled before, or of an account or session that is not known. */
  readonly answered: ReadonlyMap<EntryId, { readonly verified: VerifiedEntry; readonly finding: Finding }>;
  readonly places: readonly Place[];
}

export interface Past {
  readonly state: LedgerState;
  readonly history: History;
  readonly moment: Moment;
}

export function sortCandidates(draft: LedgerDraft, entries: readonly VerifiedEntry[], past: Past): Sorted {
  const logs = new LogIndex(draft, past);
  const answered = new Map<EntryId, { readonly verified: VerifiedEntry; readonly finding: Finding }>();
  const candidates: OpenCandidate[] = [];
  for (const verified of distinct(entries)) {
    const { entry } = verified;
    const log = logs.of(entry);
    const place = log === undefined ? undefined : placeOf(log, entry.sequence, past.history);
    const isSettled = place?.settled.has(verified.id) ?? false;
    const account = log?.account ?? readAccount(draft, entry.account);
    const finding = judgePlace({ isSettled, account, session: log?.session }, entry, past.moment);
    if (finding !== undefined) answered.set(verified.id, { verified, finding });
    else if (log !== undefined && place !== undefined) {
      const candidate = openCandidate(candidates.length, verified, log, place);
      candidates.push(candidate);
      if (!candidate.isVoid) addNewcomer(place, candidate);
    }
  }
  const index = lazily(() => indexOf(entries, candidates));
  const { state, history, moment } = past;
  const lookup: Lookup = { state, history, moment, logs, index, answered, checkpoints: new Map() };
  for (const candidate of candidates) connect(candidate, lookup);
  return { candidates, answered, places: logs.places() };
}

/** A candidate before it knows what it waits for. */
type OpenCandidate = { -readonly [Name in keyof Candidate]: Candidate[Name] };

interface Lookup extends Past {
  readonly logs: LogIndex;
  /** Made when it is first asked for: most logs are straight, and need none. */
  readonly index: () => Index;
  readonly answered: Sorted["answered"];
  /** Of each height that was asked for. */
  readonly checkpoints: Map<number, CheckpointFact | undefined>;
}

interface Index {
  /** Every signed variant that was given: a predecessor is named by link. */
  readonly given: ReadonlyMap<Link, VerifiedEntry>;
  readonly byId: ReadonlyMap<EntryId, Candidate>;
}

function indexOf(entries: readonly VerifiedEntry[], candidates: readonly Candidate[]): Index {
  return {
    given: new Map(entries.map((entry) => [entry.link, entry])),
    byId: new Map(candidates.map((candidate) => [candidate.verified.id, candidate])),
  };
}

function lazily<Value extends object>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}

/** Most entries wait for one other or none, and a call has thousands: they share what is empty. */
const NOBODY: readonly Candidate[] = [];
const NOTHING: readonly EntryId[] = [];
const NOT_SETTLED: Place["settled"] = new Map();

/** With every field at once, so that all candidates have one shape. */
function openCandidate(index: number, verified: VerifiedEntry, log: Log, place: Place): OpenCandidate {
  return {
    index,
    verified,
    session: log.session,
    settledSession: log.settledSession,
    isVoid: isVoidPlace(log.account, log.session, place.sequence),
    place,
    waitsFor: NOBODY,
    previous: undefined,
    settledPredecessor: undefined,
    missingDependencies: NOTHING,
    isBlocked: false,
    checkpoint: undefined,
  };
}

function connect(candidate: OpenCandidate, lookup: Lookup): void {
  const { entry } = candidate.verified;
  candidate.checkpoint = cachedCheckpoint(entry.checkpoint.height, lookup);
  if (candidate.isVoid) return;
  findPrevious(candidate, lookup);
  candidate.isBlocked = candidate.previous === undefined && candidate.settledPredecessor === undefined;
  if (candidate.previous !== undefined) candidate.waitsFor = [candidate.previous];
  if (entry.dependencies !== undefined) addDependencies(candidate, entry.dependencies, lookup);
}

function addDependencies(candidate: OpenCandidate, dependencies: readonly EntryId[], lookup: Lookup): void {
  const waitsFor = new Set(candidate.waitsFor);
  const missing: EntryId[] = [];
  for (const id of dependencies) {
    const given = lookup.index().byId.get(id);
    if (given !== undefined) waitsFor.add(given);
    else if (!isDecided(id, lookup)) missing.push(id);
  }
  candidate.waitsFor = [...waitsFor];
  candidate.missingDependencies = missing;
  candidate.isBlocked ||= missing.length > 0;
}

function isDecided(id: EntryId, { answered, history }: Lookup): boolean {
  return answered.get(id)?.finding.outcome === "ignored" || history.isSettled(id);
}

/** What an entry's `previous` names: the head, a settled or given entry of the place before, or nothing that is known. */
function findPrevious(candidate: OpenCandidate, { logs, index, history }: Lookup): void {
  const { session, verified } = candidate;
  const { entry } = verified;
  if (entry.sequence === 0) {
    if (entry.previous === firstPrevious(entry.session)) candidate.settledPredecessor = BEGINNING;
    return;
  }
  if (entry.sequence === session.nextSequence && entry.previous === session.head) {
    candidate.settledPredecessor = { time: session.lastTime, checkpoint: session.lastCheckpoint };
    return;
  }
  const before = (entry.sequence - 1) as Sequence;
  const claims = logs.of(entry)?.places.get(before)?.newcomers;
  if (claims?.length === 1 && claims[0]?.verified.link === entry.previous) {
    candidate.previous = claims[0];
    return;
  }
  const { given, byId } = index();
  const named = given.get(entry.previous);
  const isBefore = named?.entry.session === entry.session && named.entry.sequence === before;
  candidate.previous = isBefore ? byId.get(named.id) : undefined;
  if (candidate.previous !== undefined) return;
  // A settled entry may be named by the link of another signature on the same body, if that is at hand.
  const settled = history
    .entriesAt(entry.session, before)
    .find(({ link, id }) => link === entry.previous || (isBefore && id === named.id));
  if (settled !== undefined)
    candidate.settledPredecessor = { time: settled.entry.time, checkpoint: settled.entry.checkpoint.height };
}

function cachedCheckpoint(height: number, lookup: Lookup): CheckpointFact | undefined {
  const { checkpoints } = lookup;
  if (!checkpoints.has(height)) checkpoints.set(height, checkpointAt(height, lookup));
  return checkpoints.get(height);
}

/** The ledger's checkpoint at a height: genesis and the newest from the state itself, the others from history. */
export function checkpointAt(
  height: number,
  { state, history }: Pick<Past, "state" | "history">,
): CheckpointFact | undefined {
  if (height === 0) return { id: genesisCheckpoint(state.network), time: state.network.genesis.time };
  if (height > state.height) return undefined;
  return height === state.height ? { id: state.checkpoint, time: state.time } : history.checkpointAt(height as Height);
}

/** One session's log, looked up once for all of its entries. */
interface Log {
  readonly account: AccountState;
  readonly session: SessionState;
  readonly settledSession: SessionState | undefined;
  readonly places: Map<Sequence, Place>;
}

class LogIndex {
  readonly #draft: LedgerDraft;
  readonly #past: Past;
  readonly #logs = new Map<SessionId, Log>();

  constructor(draft: LedgerDraft, past: Past) {
    this.#draft = draft;
    this.#past = past;
  }

  /** `undefined` when the account that the entry names is not known, or has no such session. */
  of({ account: owner, session: id }: Entry): Log | undefined {
    const known = this.#logs.get(id);
    if (known?.account.id === owner) return known;
    const account = readAccount(this.#draft, owner);
    const session = account?.sessions.get(id);
    if (account === undefined || session === undefined) return undefined;
    const log = { account, session, settledSession: sessionOf(this.#past.state, owner, id), places: new Map() };
    this.#logs.set(id, log);
    return log;
  }

  places(): readonly Place[] {
    return [...this.#logs.values()].flatMap(({ places }) => [...places.values()]);
  }
}

function placeOf(log: Log, sequence: Sequence, history: History): Place {
  const known = log.places.get(sequence);
  if (known !== undefined) return known;
  const place = lookAt(log, sequence, history);
  log.places.set(sequence, place);
  return place;
}

/** Only a place that the log has passed, or one where everything is void, can be settled. */
function lookAt({ account, session }: Log, sequence: Sequence, history: History): Place {
  const isPassed = sequence < session.nextSequence;
  const mayBeSettled = isPassed || isVoidPlace(account, session, sequence);
  const entries = mayBeSettled ? distinct(history.entriesAt(session.id, sequence)) : [];
  const settled = entries.length === 0 ? NOT_SETTLED : new Map(entries.map((entry) => [entry.id, entry]));
  return { session: session.id, sequence, settled, isForgotten: isPassed && settled.size === 0, newcomers: [] };
}

/** Nearly every place has one: an array that is pushed to at once makes room for seventeen. */
function addNewcomer(place: Place, candidate: Candidate): void {
  if (place.newcomers.length === 0) place.newcomers = [candidate];
  else place.newcomers.push(candidate);
}
