/**
 * What witnesses say about the candidates (spec [WIT1] to [WIT4]), worked out before anything is judged, so that an entry that
 * most of the witnesses saw goes first whatever else was given. And who of them lied (spec [WIT6]).
 */
import {
  proveDoubleAttestation,
  type AccountId,
  type Attest,
  type DoubleAttestationProof,
  type EntryId,
  type Link,
  type Sequence,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import { byText, compareText } from "../compare.ts";
import { groupBy } from "../group-by.ts";
import type { History } from "../history.ts";
import type { LedgerDraft } from "../state/draft.ts";
import { accountOf } from "../state/ledger-state.ts";
import { totalStaked } from "../state/rewards.ts";
import type { KeptAttestation } from "../state/session-state.ts";
import type { Candidate } from "./candidates.ts";
import { decidableOf, type DecidableInput } from "./decidable.ts";

export interface Witnesses {
  /** Attested weights; of a candidate that nobody attested there is none. */
  readonly weights: ReadonlyMap<Candidate, bigint>;
  /** Of all witnesses. */
  readonly total: bigint;
  readonly isCertified: (candidate: Candidate) => boolean;
  /** Links by which attestations counted: a record holds those signatures, for without them nobody could count again. */
  readonly countedLinks: ReadonlySet<Link>;
  /** Sessions that attested two heads for one place, in order of sessions. */
  readonly liars: readonly Liar[];
}

export interface Liar {
  readonly account: AccountId;
  readonly session: SessionId;
  /** From here on it is frozen: where the later of the two attestations stands. */
  readonly from: Sequence;
  readonly lower: Sequence;
  readonly about: Pick<Attest, "session" | "sequence">;
  /** Where both entries are at hand. */
  readonly proof: DoubleAttestationProof | undefined;
}

const NOBODY: Witnesses = {
  weights: new Map(),
  total: 0n,
  isCertified: () => false,
  countedLinks: new Set(),
  liars: [],
};

type Place = Pick<Attest, "account" | "session" | "sequence">;

/** An attestation, given or kept, of which the signed entry may not be at hand. */
interface Testimony {
  /** The place, and the account that it says the session is of. */
  readonly about: Place;
  readonly head: Link;
  readonly witness: AccountId;
  readonly session: SessionId;
  readonly place: Sequence;
  readonly entry: VerifiedEntry | undefined;
}

export interface WitnessInput extends DecidableInput {
  readonly draft: LedgerDraft;
  /** Every signed variant that was given. */
  readonly entries: readonly VerifiedEntry[];
  readonly history: History;
}

export function hearWitnesses(input: WitnessInput): Witnesses {
  const { draft } = input;
  const total = totalStaked(draft);
  const candidates = countedOf(input);
  const testimonies = collect(input, candidates);
  if (testimonies.size === 0) return NOBODY;
  const own = new Map<Candidate, bigint>();
  const countedLinks = new Set<Link>();
  const liars: Liar[] = [];
  const linksById = linksOf(input.entries);
  const candidatesByPlace = groupBy(candidates, ({ verified: { entry } }) => placeName(entry));
  for (const [place, said] of testimonies) {
    liars.push(...findLiars(said, input.history));
    const votes = votesOf(said, draft);
    for (const candidate of candidatesByPlace.get(place) ?? []) {
      const { verified } = candidate;
      const weights = weightsByLink(verified, linksById.get(verified.id) ?? NONE, votes);
      for (const link of weights.keys()) countedLinks.add(link);
      if (weights.size > 0) own.set(candidate, sumOf(weights.values()));
    }
  }
  const weights = inherit(own, new Set(candidates));
  return {
    weights,
    total,
    isCertified: (candidate) => 3n * (weights.get(candidate) ?? 0n) > 2n * total,
    countedLinks,
    liars: lowestOfEach(liars),
  };
}

const NONE: ReadonlySet<Link> = new Set();

/** Who has a say, and about whom: what is decided in this call, and is not void. */
function countedOf({ candidates, ...rest }: WitnessInput): readonly Candidate[] {
  if (!candidates.some(hasTestimony)) return [];
  const decidable = decidableOf({ candidates, ...rest });
  return candidates.filter((candidate) => !candidate.isVoid && decidable.has(candidate));
}

function hasTestimony({ verified, session }: Candidate): boolean {
  return verified.entry.operation.type === "attest" || session.attested.length > 0;
}

/** By the name of the place that they are about. */
function collect({ draft }: WitnessInput, candidates: readonly Candidate[]): ReadonlyMap<string, readonly Testimony[]> {
  const byPlace = new Map<string, Testimony[]>();
  const add = (testimony: Testimony): void => {
    const place = placeName(testimony.about);
    const said = byPlace.get(place);
    if (said === undefined) byPlace.set(place, [testimony]);
    else said.push(testimony);
  };
  const heard = new Set<SessionId>();
  const addKept = (account: AccountId, session: SessionId): void => {
    // Who names another account hears nothing, and keeps nobody from hearing.
    const ofSession = accountOf(draft.base, account)?.sessions.get(session);
    if (ofSession === undefined || heard.has(session)) return;
    heard.add(session);
    for (const kept of ofSession.attested) add(testimonyOf(kept, { account, session, sequence: kept.sequence }));
  };
  for (const { verified, session } of candidates) {
    const { entry } = verified;
    if (session.attested.length > 0) addKept(entry.account, entry.session);
    if (entry.operation.type !== "attest") continue;
    const about = entry.operation;
    addKept(about.account, about.session);
    add({
      about,
      head: about.head,
      witness: entry.account,
      session: entry.session,
      place: entry.sequence,
      entry: verified,
    });
  }
  return byPlace;
}

function testimonyOf({ head, witness, session, place }: KeptAttestation, about: Place): Testimony {
  return { about, head, witness, session, place, entry: undefined };
}

function placeName({ session, sequence }: Pick<Place, "session" | "sequence">): string {
  return `${session}/${sequence}`;
}

/** Every link of each entry: a witness names the signature that it saw. */
function linksOf(entries: readonly VerifiedEntry[]): ReadonlyMap<EntryId, ReadonlySet<Link>> {
  const links = new Map<EntryId, Set<Link>>();
  for (const { id, link } of entries) links.set(id, (links.get(id) ?? new Set<Link>()).add(link));
  return links;
}

/** One witness and the one head that it names at a place. */
interface Vote {
  readonly witness: AccountId;
  readonly about: AccountId;
  readonly weight: bigint;
}

/** By head. Whoever names two heads has no vote: so a place costs what is said about it, however many claim it. */
function votesOf(said: readonly Testimony[], { base }: LedgerDraft): ReadonlyMap<Link, readonly Vote[]> {
  const votes: { readonly head: Link; readonly vote: Vote }[] = [];
  for (const [witness, ofWitness] of groupBy(said, (testimony) => testimony.witness)) {
    const [first] = ofWitness;
    const weight = accountOf(base, witness)?.weight ?? 0n;
    if (first === undefined || weight === 0n || ofWitness.some(({ head }) => head !== first.head)) continue;
    for (const about of new Set(ofWitness.map((testimony) => testimony.about.account)))
      votes.push({ head: first.head, vote: { witness, about, weight } });
  }
  return new Map(
    [...groupBy(votes, ({ head }) => head)].map(([head, ofHead]) => [head, ofHead.map(({ vote }) => vote)]),
  );
}

/** What counts for an entry, by the link of the signature that the witnesses saw. Nothing where it is nothing. */
function weightsByLink(
  { entry: { account } }: VerifiedEntry,
  links: ReadonlySet<Link>,
  votes: ReadonlyMap<Link, readonly Vote[]>,
): ReadonlyMap<Link, bigint> {
  const weights = new Map<Link, bigint>();
  for (const link of links) {
    for (const { witness, about, weight } of votes.get(link) ?? [])
      if (witness !== account && about === account) weights.set(link, (weights.get(link) ?? 0n) + weight);
  }
  return weights;
}

function sumOf(weights: Iterable<bigint>): bigint {
  let sum = 0n;
  for (const weight of weights) sum += weight;
  return sum;
}

/** An attested head vouches for what it builds on: weight flows to whatever a candidate waits for (spec [WIT3]). */
function inherit(own: ReadonlyMap<Candidate, bigint>, counted: ReadonlySet<Candidate>): ReadonlyMap<Candidate, bigint> {
  const weights = new Map<Candidate, bigint>();
  // Greatest first, so that each entry is reached once, with the greatest weight that reaches it.
  for (const [candidate, weight] of [...own].toSorted(([, a], [, b]) => (a > b ? -1 : a < b ? 1 : 0))) {
    const open = [candidate];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (weights.has(next)) continue;
      weights.set(next, weight);
      if (counted.has(next)) open.push(...next.waitsFor);
    }
  }
  return weights;
}

function findLiars(said: readonly Testimony[], history: History): readonly Liar[] {
  const liars: Liar[] = [];
  for (const testimonies of groupBy(said, ({ session }) => session).values()) {
    if (testimonies.length < 2) continue;
    const pair = lowestPair(testimonies);
    if (pair !== undefined) liars.push(liarOf(pair, history));
  }
  return liars;
}

/** Two heads of one witness: its first attestation of the place, and the first that names another head. */
function lowestPair(testimonies: readonly Testimony[]): readonly [Testimony, Testimony] | undefined {
  const inOrder = testimonies.toSorted(
    (a, b) => a.place - b.place || compareText(a.head, b.head) || compareText(a.entry?.id ?? "", b.entry?.id ?? ""),
  );
  const [first] = inOrder;
  const other = inOrder.find(({ head }) => head !== first?.head);
  return first === undefined || other === undefined ? undefined : [first, other];
}

function liarOf([first, second]: readonly [Testimony, Testimony], history: History): Liar {
  const [a, b] = [signedOf(first, history), signedOf(second, history)];
  const proof = a === undefined || b === undefined ? undefined : proveDoubleAttestation(a, b);
  return {
    account: first.witness,
    session: first.session,
    from: second.place,
    lower: first.place,
    about: first.about,
    proof: proof?.ok === true ? proof.value : undefined,
  };
}

function signedOf({ entry, session, place, about, head }: Testimony, history: History): VerifiedEntry | undefined {
  const isIt = ({ entry: { operation } }: VerifiedEntry): boolean =>
    operation.type === "attest" && operation.head === head && placeName(operation) === placeName(about);
  return entry ?? history.entriesAt(session, place).find(isIt);
}

/** One of each session: the one that freezes it earliest, and of several the one about the lowest place. */
function lowestOfEach(liars: readonly Liar[]): readonly Liar[] {
  const lowest = new Map<SessionId, Liar>();
  const lowestFirst = liars.toSorted(
    (a, b) =>
      a.from - b.from ||
      a.lower - b.lower ||
      compareText(a.about.session, b.about.session) ||
      a.about.sequence - b.about.sequence,
  );
  for (const liar of lowestFirst) if (!lowest.has(liar.session)) lowest.set(liar.session, liar);
  return [...lowest.values()].toSorted(byText(({ session }) => session));
}
