/** What witnesses make of a call: who is certified, whose word is kept, and who lied ([WIT1] to [WIT6]). */
import type { Attest, Entry, VerifiedEntry } from "@amigos/core";
import { waitsFor, willBeDecided, type Call } from "./call.ts";
import {
  byCodeUnits,
  nextSequenceOf,
  sessionOf,
  sum,
  type AuditedSession,
  type Decision,
  type KeptAttestation,
  type Memory,
} from "./memory.ts";

const AHEAD_MAX = 256;
const KEPT_OF_WITNESS_MAX = 8;
const KEPT_MAX = 256;

interface Attestation {
  readonly witness: string;
  /** That attested, and where. */
  readonly session: string;
  readonly place: number;
  readonly about: { readonly account: string; readonly session: string; readonly sequence: number };
  readonly head: string;
  /** Nothing for one that is kept and not given. */
  readonly verified: VerifiedEntry | undefined;
}

/** The attested weight of each candidate that this call will decide. */
export function attestedWeights(call: Call): ReadonlyMap<string, bigint> {
  const sure = willBeDecided(call);
  const counted = call.candidates.filter(({ id }) => sure.has(id) && !call.voids.has(id));
  const weights = new Map(counted.map((candidate) => [candidate.id as string, ownWeight(call, counted, candidate)]));
  // A weight passes to what is waited for, and on to what that waits for.
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const { id, entry } of counted) {
      const weight = weights.get(id) ?? 0n;
      for (const named of waitsFor(call, entry)) {
        const before = weights.get(named);
        if (before === undefined || before >= weight) continue;
        weights.set(named, weight);
        isChanged = true;
      }
    }
  }
  return weights;
}

/** Signatures that attestations counted for: a record keeps them ([CHP5]). */
export function attestedSignatures(call: Call): readonly VerifiedEntry[] {
  const sure = willBeDecided(call);
  const counted = call.candidates.filter(({ id }) => sure.has(id) && !call.voids.has(id));
  const heads = counted.flatMap((candidate) => headsThatCount(call, counted, candidate));
  return call.given.filter(({ link }) => heads.includes(link));
}

/** [WIT4] */
export function isCertified({ beginning }: Call, weight: bigint): boolean {
  return 3n * weight > 2n * beginning.total;
}

/** [WIT2] */
function ownWeight(call: Call, counted: readonly VerifiedEntry[], candidate: VerifiedEntry): bigint {
  return sum(witnessesOf(call, counted, candidate).map(({ witness }) => call.beginning.weights.get(witness) ?? 0n));
}

function headsThatCount(call: Call, counted: readonly VerifiedEntry[], candidate: VerifiedEntry): readonly string[] {
  return witnessesOf(call, counted, candidate).map(({ head }) => head);
}

/** Whose attestations count for a candidate, and which of its signatures they saw. */
function witnessesOf(
  call: Call,
  counted: readonly VerifiedEntry[],
  { id, entry }: VerifiedEntry,
): readonly { readonly witness: string; readonly head: string }[] {
  const links = call.given.filter((copy) => copy.id === id).map(({ link }) => link as string);
  const about = attestationsOf(call, counted).filter(
    (attestation) => attestation.about.session === entry.session && attestation.about.sequence === entry.sequence,
  );
  return [...new Set(about.map(({ witness }) => witness))].flatMap((witness) => {
    const said = about.filter((attestation) => attestation.witness === witness);
    const [head = "", ...others] = [...new Set(said.map((attestation) => attestation.head))];
    const isAboutIt = said.some((attestation) => attestation.about.account === entry.account);
    const hasWeight = (call.beginning.weights.get(witness) ?? 0n) > 0n;
    const counts = isAboutIt && hasWeight && witness !== entry.account && others.length === 0 && links.includes(head);
    return counts ? [{ witness, head }] : [];
  });
}

function attestationsOf({ memory }: Call, counted: readonly VerifiedEntry[]): readonly Attestation[] {
  return [
    ...counted.flatMap((verified) => (verified.entry.operation.type === "attest" ? [attestationOf(verified)] : [])),
    ...memory.sessions.flatMap((about) => about.kept.map((row) => keptAttestationOf(about, row))),
  ];
}

function attestationOf(verified: VerifiedEntry): Attestation {
  const { entry } = verified;
  const { account, session, sequence, head } = entry.operation as Attest;
  return {
    witness: entry.account,
    session: entry.session,
    place: entry.sequence,
    about: { account, session, sequence },
    head,
    verified,
  };
}

function keptAttestationOf(about: AuditedSession, row: KeptAttestation): Attestation {
  const { witness, session, place, sequence, head } = row;
  return {
    witness,
    session,
    place,
    about: { account: about.account, session: about.id, sequence },
    head,
    verified: undefined,
  };
}

/** [WIT5], after everything is judged. */
export function keepAttestations(call: Call, decided: readonly Decision[]): void {
  const { memory } = call;
  for (const session of memory.sessions) {
    const next = nextSequenceOf(memory, session.id);
    session.kept = session.kept.filter(({ sequence }) => sequence >= next);
  }
  for (const { verified, isAccepted } of decided) {
    if (isAccepted) keep(call, verified.entry);
  }
}

function keep({ memory, beginning }: Call, { account: witness, session, sequence: place, operation }: Entry): void {
  if (operation.type !== "attest") return;
  const { head, sequence } = operation;
  const about = sessionOf(memory, operation.account, operation.session);
  if (about === undefined || about.account === witness || (beginning.weights.get(witness) ?? 0n) === 0n) return;
  const next = nextSequenceOf(memory, about.id);
  if (sequence < next || sequence >= next + AHEAD_MAX) return;
  const ofWitness = about.kept.filter((row) => row.witness === witness);
  if (ofWitness.some((row) => row.sequence === sequence)) return;
  if (ofWitness.length >= KEPT_OF_WITNESS_MAX || about.kept.length >= KEPT_MAX) return;
  about.kept = [...about.kept, { sequence, head, witness, session, place }];
}

/** A witness that attested two heads for one place, and from where on it is frozen. */
export interface Liar {
  readonly session: AuditedSession;
  readonly from: number;
  /** Both entries, where both are at hand. */
  readonly pair: readonly VerifiedEntry[] | undefined;
  readonly about: { readonly session: string; readonly sequence: number };
}

/** [WIT6]: of what was kept when the call began, and what it decided. */
export function findLiars(
  memory: Memory,
  kept: ReadonlyMap<string, readonly KeptAttestation[]>,
  given: readonly VerifiedEntry[],
): readonly Liar[] {
  return memory.sessions.flatMap((session) => {
    const said = given
      .filter(({ entry }) => entry.session === session.id && entry.operation.type === "attest")
      .map(attestationOf);
    const before = memory.sessions.flatMap((about) =>
      (kept.get(about.id) ?? [])
        .filter((row) => row.session === session.id)
        .map((row) => keptAttestationOf(about, row)),
    );
    const pairs = pairsOf([...said, ...before], said);
    const [worst] = pairs.toSorted(
      (a, b) =>
        a.later.place - b.later.place ||
        a.earlier.place - b.earlier.place ||
        byCodeUnits(a.earlier.about.session, b.earlier.about.session) ||
        a.earlier.about.sequence - b.earlier.about.sequence,
    );
    if (worst === undefined) return [];
    const { earlier, later } = worst;
    return [{ session, from: later.place, pair: bothOf(memory, earlier, later), about: earlier.about }];
  });
}

interface Pair {
  readonly earlier: Attestation;
  readonly later: Attestation;
}

/** For each place that was attested in this call: the first attestation, and the first that names another head. */
function pairsOf(all: readonly Attestation[], said: readonly Attestation[]): readonly Pair[] {
  return said.flatMap(({ about }) => {
    const [earlier, ...others] = all
      .filter((one) => one.about.session === about.session && one.about.sequence === about.sequence)
      .toSorted(
        (a, b) =>
          a.place - b.place || byCodeUnits(a.head, b.head) || byCodeUnits(a.verified?.id ?? "", b.verified?.id ?? ""),
      );
    const later = others.find(({ head }) => head !== earlier?.head);
    return earlier === undefined || later === undefined ? [] : [{ earlier, later }];
  });
}

function bothOf(memory: Memory, one: Attestation, other: Attestation): readonly VerifiedEntry[] | undefined {
  const [a, b] = [one, other].map(
    ({ verified, session, place, head, about }) =>
      verified ??
      memory.decisions
        .map((decision) => decision.verified)
        .find(
          ({ entry: { session: by, sequence, operation } }) =>
            by === session &&
            sequence === place &&
            operation.type === "attest" &&
            operation.head === head &&
            operation.session === about.session &&
            operation.sequence === about.sequence,
        ),
  );
  if (a === undefined || b === undefined) return undefined;
  return [a, b].toSorted((first, second) => byCodeUnits(first.id, second.id));
}
