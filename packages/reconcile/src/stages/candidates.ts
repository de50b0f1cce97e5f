/**
 * Stage 2: from what was given to what is to be judged (spec [ORD1]). Doubles fall together, what is settled or has no known
 * session is answered at once, and everything else becomes a candidate that knows what it waits for.
 */
import {
  firstPrevious,
  type EntryId,
  type Height,
  type Link,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import type { CheckpointFact, History } from "../history.ts";
import { judgePlace, type Finding } from "../ladder.ts";
import { isFrozen } from "../rules/session-frozen.ts";
import { BEGINNING, type Moment, type Predecessor } from "../rules/rule.ts";
import type { SessionState } from "../state/account-state.ts";
import { readAccount, type LedgerDraft } from "../state/draft.ts";
import { genesisCheckpoint, type LedgerState } from "../state/ledger-state.ts";
import { distinct } from "./control.ts";

/** An entry that is neither settled nor without a session. */
export interface Candidate {
  readonly verified: VerifiedEntry;
  /** As it stood when the call began, grants of this call included. */
  readonly session: SessionState;
  readonly place: Place;
  /** Given entries that must be decided first: the predecessor and the dependencies, each once. */
  readonly waitsFor: ReadonlySet<EntryId>;
  /** Among them, the predecessor. */
  readonly previousId: EntryId | undefined;
  /** A settled predecessor, or the beginning of the log. */
  readonly settledPredecessor: Predecessor | undefined;
  /** Dependencies that are neither given nor settled. */
  readonly missingDependencies: ReadonlySet<EntryId>;
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
  /** Those that are to be judged here. None where the session was frozen before: what comes there is void. */
  readonly newcomers: VerifiedEntry[];
}

export interface Sorted {
  readonly candidates: ReadonlyMap<EntryId, Candidate>;
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
  const given = distinct(entries);
  const places = new PlaceIndex(past.history);
  const answered = new Map<EntryId, { readonly verified: VerifiedEntry; readonly finding: Finding }>();
  const open = new Map<
    EntryId,
    { readonly verified: VerifiedEntry; readonly session: SessionState; readonly place: Place }
  >();
  for (const verified of given) {
    const { entry } = verified;
    const account = readAccount(draft, entry.account);
    const session = account?.sessions.get(entry.session);
    const home = session === undefined ? undefined : { session, place: places.at(session, entry.sequence) };
    const isSettled = home?.place.settled.has(verified.id) ?? false;
    const finding = judgePlace({ isSettled, account, session }, entry, past.moment);
    if (finding !== undefined) answered.set(verified.id, { verified, finding });
    else if (home !== undefined) open.set(verified.id, { verified, ...home });
  }
  for (const { verified, session, place } of open.values())
    if (!isFrozen(session, place.sequence)) place.newcomers.push(verified);
  const lookup: Lookup = {
    ...past,
    byLink: new Map(entries.map((entry) => [entry.link, entry])),
    isOpen: (id) => open.has(id),
  };
  const candidates = new Map([...open].map(([id, found]) => [id, toCandidate(found, lookup)]));
  return { candidates, answered, places: places.all() };
}

interface Lookup extends Past {
  /** Every signed variant that was given: a predecessor is named by link. */
  readonly byLink: ReadonlyMap<Link, VerifiedEntry>;
  readonly isOpen: (id: EntryId) => boolean;
}

function toCandidate(
  found: { readonly verified: VerifiedEntry; readonly session: SessionState; readonly place: Place },
  lookup: Lookup,
): Candidate {
  const { entry } = found.verified;
  // What is void anyway waits for nothing.
  const isVoid = isFrozen(found.session, entry.sequence);
  const previous = isVoid ? {} : findPrevious(found.verified, found.session, lookup);
  const waitsFor = new Set<EntryId>();
  const missingDependencies = new Set<EntryId>();
  if (previous.undecided !== undefined) waitsFor.add(previous.undecided);
  for (const id of isVoid ? [] : (entry.dependencies ?? [])) {
    if (lookup.isOpen(id)) waitsFor.add(id);
    else if (!lookup.history.isSettled(id)) missingDependencies.add(id);
  }
  return {
    ...found,
    waitsFor: waitsFor.size === 0 ? NONE : waitsFor,
    previousId: previous.undecided,
    settledPredecessor: previous.settled,
    missingDependencies: missingDependencies.size === 0 ? NONE : missingDependencies,
    isBlocked: missingDependencies.size > 0 || (!isVoid && isUnknown(previous)),
    checkpoint: checkpointAt(entry.checkpoint.height, lookup),
  };
}

function isUnknown({ settled, undecided }: Previous): boolean {
  return settled === undefined && undecided === undefined;
}

/** Most entries wait for one other or none, and a call has thousands: they share what is empty. */
const NONE: ReadonlySet<EntryId> = new Set();

interface Previous {
  readonly settled?: Predecessor;
  readonly undecided?: EntryId;
}

/** What an entry's `previous` names: the head, a settled or given entry of the place before, or nothing that is known. */
function findPrevious({ entry }: VerifiedEntry, session: SessionState, { byLink, isOpen, history }: Lookup): Previous {
  if (entry.sequence === 0) return entry.previous === firstPrevious(entry.session) ? { settled: BEGINNING } : {};
  if (entry.sequence === session.nextSequence && entry.previous === session.head) {
    return { settled: { time: session.lastTime, checkpoint: session.lastCheckpoint } };
  }
  const before = (entry.sequence - 1) as Sequence;
  const given = byLink.get(entry.previous);
  const isBefore = given?.entry.session === entry.session && given.entry.sequence === before;
  if (isBefore && isOpen(given.id)) return { undecided: given.id };
  const settled = history.entriesAt(entry.session, before);
  // A settled entry may be named by the link of another signature on the same body, if that is at hand.
  const named = settled.find(({ link, id }) => link === entry.previous || (isBefore && id === given.id));
  return named === undefined ? {} : { settled: { time: named.entry.time, checkpoint: named.entry.checkpoint.height } };
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

/** Places by session and sequence, each looked up once. */
class PlaceIndex {
  readonly #history: History;
  readonly #places = new Map<SessionId, Map<Sequence, Place>>();

  constructor(history: History) {
    this.#history = history;
  }

  at(session: SessionState, sequence: Sequence): Place {
    const ofSession = this.#places.get(session.id) ?? new Map<Sequence, Place>();
    this.#places.set(session.id, ofSession);
    const known = ofSession.get(sequence);
    if (known !== undefined) return known;
    const place = this.#look(session, sequence);
    ofSession.set(sequence, place);
    return place;
  }

  all(): readonly Place[] {
    return [...this.#places.values()].flatMap((ofSession) => [...ofSession.values()]);
  }

  /** Only a place that the log has passed, or at or beyond a fork, can be settled. */
  #look(session: SessionState, sequence: Sequence): Place {
    const isPassed = sequence < session.nextSequence;
    const isSettled = isPassed || isFrozen(session, sequence);
    const entries = isSettled ? distinct(this.#history.entriesAt(session.id, sequence)) : [];
    const settled = new Map(entries.map((entry) => [entry.id, entry]));
    return { session: session.id, sequence, settled, isForgotten: isPassed && settled.size === 0, newcomers: [] };
  }
}
