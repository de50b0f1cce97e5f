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
import { byText } from "../compare.ts";
import { groupBy } from "../group-by.ts";
import type { History } from "../history.ts";
import { isVoidPlace } from "../rules/void.ts";
import { readAccount, type LedgerDraft } from "../state/draft.ts";
import { accountOf } from "../state/ledger-state.ts";
import { totalStaked } from "../state/rewards.ts";
import type { KeptAttestation } from "../state/session-state.ts";
import type { Candidate } from "./candidates.ts";

export interface Witnesses {
  /** Attested weight by entry; entries that nobody attested are not in it. */
  readonly weights: ReadonlyMap<EntryId, bigint>;
  readonly isCertified: (entry: EntryId) => boolean;
  /** Sessions that attested two heads for one place, in order of sessions. */
  readonly liars: readonly Liar[];
  /** What weighed, decided in the end or not: attestations that counted or convicted, and entries that have weight. */
  readonly heard: ReadonlySet<EntryId>;
  /** By which of their signatures entries were attested. */
  readonly attestedLinks: ReadonlySet<Link>;
}

export interface Liar {
  readonly account: AccountId;
  readonly session: SessionId;
  /** From here on it is frozen: where the later of the two attestations stands. */
  readonly from: Sequence;
  readonly lower: Sequence;
  /** Where both entries are at hand. */
  readonly proof: DoubleAttestationProof | undefined;
  /** Of the two, those that were given. */
  readonly given: readonly EntryId[];
}

const NOBODY: Witnesses = {
  weights: new Map(),
  isCertified: () => false,
  liars: [],
  heard: new Set(),
  attestedLinks: new Set(),
};

/** An attestation, given or kept, of which the signed entry may not be at hand. */
interface Testimony {
  readonly head: Link;
  readonly witness: AccountId;
  readonly session: SessionId;
  readonly place: Sequence;
  readonly entry: VerifiedEntry | undefined;
}

export interface WitnessInput {
  readonly draft: LedgerDraft;
  readonly candidates: ReadonlyMap<EntryId, Candidate>;
  /** Every signed variant that was given. */
  readonly entries: readonly VerifiedEntry[];
  readonly history: History;
}

export function hearWitnesses(input: WitnessInput): Witnesses {
  const { draft, candidates } = input;
  const total = totalStaked(draft);
  const testimonies = collect(input);
  if (testimonies.size === 0) return NOBODY;
  const own = new Map<EntryId, bigint>();
  const attestedLinks = new Set<Link>();
  const lies: Liar[] = [];
  const linksById = linksOf(input.entries);
  const candidatesByPlace = groupBy(candidates.values(), ({ verified: { entry } }) => placeName(entry));
  for (const [place, said] of testimonies) {
    lies.push(...findLiars(said, input.history));
    for (const candidate of candidatesByPlace.get(place) ?? []) {
      const { id, entry } = candidate.verified;
      const heads = headsFor(said, linksById.get(id) ?? NONE, entry.account, draft);
      for (const { head } of heads) attestedLinks.add(head);
      if (heads.length > 0)
        own.set(
          id,
          heads.reduce((sum, { weight }) => sum + weight, 0n),
        );
    }
  }
  const weights = inherit(own, candidates);
  const liars = lowestOfEach(lies);
  const given = [...testimonies.values()].flat().filter(({ witness }) => weightOf(draft, witness) > 0n);
  return {
    weights,
    isCertified: (entry) => 3n * (weights.get(entry) ?? 0n) > 2n * total,
    liars,
    heard: new Set([...weights.keys(), ...idsOf(given), ...liars.flatMap((liar) => liar.given)]),
    attestedLinks,
  };
}

function idsOf(testimonies: readonly Testimony[]): readonly EntryId[] {
  return testimonies.flatMap(({ entry }) => (entry === undefined ? [] : [entry.id]));
}

function weightOf({ base }: LedgerDraft, account: AccountId): bigint {
  return accountOf(base, account)?.weight ?? 0n;
}

const NONE: ReadonlySet<Link> = new Set();

/** By the name of the place that they are about. */
function collect({ draft, candidates }: WitnessInput): ReadonlyMap<string, readonly Testimony[]> {
  const byPlace = new Map<string, Testimony[]>();
  const add = (place: string, testimony: Testimony): void => {
    const said = byPlace.get(place);
    if (said === undefined) byPlace.set(place, [testimony]);
    else said.push(testimony);
  };
  const heard = new Set<SessionId>();
  const addKept = (account: AccountId, session: SessionId): void => {
    if (heard.has(session)) return;
    heard.add(session);
    for (const kept of accountOf(draft.base, account)?.sessions.get(session)?.attested ?? [])
      add(placeName({ account, session, sequence: kept.sequence }), testimonyOf(kept));
  };
  for (const { verified, session } of candidates.values()) {
    const { entry } = verified;
    if (session.attested.length > 0) addKept(entry.account, entry.session);
    if (entry.operation.type !== "attest") continue;
    const owner = readAccount(draft, entry.account);
    if (owner === undefined || isVoidPlace(owner, session, entry.sequence)) continue;
    const about = entry.operation;
    addKept(about.account, about.session);
    add(placeName(about), {
      head: about.head,
      witness: entry.account,
      session: entry.session,
      place: entry.sequence,
      entry: verified,
    });
  }
  return byPlace;
}

function testimonyOf({ head, witness, session, place }: KeptAttestation): Testimony {
  return { head, witness, session, place, entry: undefined };
}

function placeName({ account, session, sequence }: Pick<Attest, "account" | "session" | "sequence">): string {
  return `${account}/${session}/${sequence}`;
}

/** Every link of each entry: a witness names the signature that it saw. */
function linksOf(entries: readonly VerifiedEntry[]): ReadonlyMap<EntryId, ReadonlySet<Link>> {
  const links = new Map<EntryId, Set<Link>>();
  for (const { id, link } of entries) links.set(id, (links.get(id) ?? new Set<Link>()).add(link));
  return links;
}

/** What each account that counts for an entry has attested of it, and with which weight. */
function headsFor(
  said: readonly Testimony[],
  links: ReadonlySet<Link>,
  payer: AccountId,
  draft: LedgerDraft,
): readonly { readonly head: Link; readonly weight: bigint }[] {
  const headsByWitness = new Map<AccountId, Set<Link>>();
  for (const { witness, head } of said)
    headsByWitness.set(witness, (headsByWitness.get(witness) ?? new Set<Link>()).add(head));
  return [...headsByWitness].flatMap(([witness, heads]) => {
    const [head] = heads;
    const weight = weightOf(draft, witness);
    const counts = witness !== payer && heads.size === 1 && head !== undefined && links.has(head) && weight > 0n;
    return counts ? [{ head, weight }] : [];
  });
}

/** An attested head vouches for what it builds on: weight flows to whatever a candidate waits for (spec [WIT3]). */
function inherit(
  own: ReadonlyMap<EntryId, bigint>,
  candidates: ReadonlyMap<EntryId, Candidate>,
): ReadonlyMap<EntryId, bigint> {
  const weights = new Map<EntryId, bigint>();
  // Greatest first, so that each entry is reached once, with the greatest weight that reaches it.
  for (const [id, weight] of [...own].toSorted(([, a], [, b]) => (a > b ? -1 : a < b ? 1 : 0))) {
    const open = [id];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (weights.has(next)) continue;
      weights.set(next, weight);
      open.push(...(candidates.get(next)?.waitsFor ?? []));
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

/** Two heads of one witness: the pair whose later attestation is earliest, then whose earlier one is. */
function lowestPair(testimonies: readonly Testimony[]): readonly [Testimony, Testimony] | undefined {
  const inOrder = testimonies.toSorted((a, b) => a.place - b.place || (a.head < b.head ? -1 : 1));
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
    proof: proof?.ok === true ? proof.value : undefined,
    given: idsOf([first, second]),
  };
}

function signedOf({ entry, session, place, head }: Testimony, history: History): VerifiedEntry | undefined {
  return (
    entry ??
    history
      .entriesAt(session, place)
      .find(({ entry: { operation } }) => operation.type === "attest" && operation.head === head)
  );
}

/** One of each session: the one that freezes it earliest. */
function lowestOfEach(liars: readonly Liar[]): readonly Liar[] {
  const lowest = new Map<SessionId, Liar>();
  for (const liar of liars) {
    const known = lowest.get(liar.session);
    const isLower =
      known === undefined || liar.from < known.from || (liar.from === known.from && liar.lower < known.lower);
    if (isLower) lowest.set(liar.session, liar);
  }
  return [...lowest.values()].toSorted(byText(({ session }) => session));
}
