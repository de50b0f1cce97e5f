/**
 * What one device, or the ledger, knows: a set of undecided entries, and everything decided. Taking in, following the
 * ledger and judging are the protocol's own functions; how entries travel is the world's business.
 */
import {
  assert,
  decodeEntry,
  encodeEvidence,
  height as toHeight,
  orThrow,
  proveEquivocation,
  verifyEntry,
  type EntryId,
  type EquivocationProof,
  type Height,
  type Link,
  type SessionId,
  type Signer,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import {
  accountOf,
  createGenesisState,
  isDecided,
  sealCheckpoint,
  stateRoot,
  type CheckpointFact,
  type History,
  type LedgerState,
  type Reconciliation,
  type ReconcileInput,
  type StateRoot,
} from "@amigos/reconcile";
import type { Person, Population } from "./people.ts";

/** The rules of the world. Tests plant broken ones here, to see that the checks find them. */
export interface Rules {
  readonly reconcile: (input: ReconcileInput) => Reconciliation;
}

/** One checkpoint as it travels: what was decided, and what came of it. */
export interface Decision {
  readonly height: Height;
  readonly time: TimeMs;
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
  readonly checkpoint: CheckpointFact;
  readonly stateRoot: StateRoot;
  readonly before: LedgerState;
  readonly reconciliation: Reconciliation;
}

export class SimulatedReplica {
  readonly name: string;
  readonly #population: Population;
  readonly #personBySession: ReadonlyMap<SessionId, Person>;
  readonly #rules: Rules;
  readonly #undecided = new Map<Link, VerifiedEntry>();
  readonly #settledEntries = new Map<string, readonly VerifiedEntry[]>();
  readonly #settledIds = new Set<EntryId>();
  readonly #checkpoints: CheckpointFact[] = [];
  readonly #evidence = new Map<string, EquivocationProof>();
  #settled: LedgerState;

  constructor(options: { readonly name: string; readonly population: Population; readonly rules: Rules }) {
    this.name = options.name;
    this.#population = options.population;
    this.#personBySession = new Map(options.population.people.map((person) => [person.session, person]));
    this.#rules = options.rules;
    this.#settled = createGenesisState(options.population.network);
  }

  /** Everything, as a thief's copy of the disk would have it. */
  clone(name: string): SimulatedReplica {
    const clone = new SimulatedReplica({ name, population: this.#population, rules: this.#rules });
    for (const [link, entry] of this.#undecided) clone.#undecided.set(link, entry);
    for (const [place, entries] of this.#settledEntries) clone.#settledEntries.set(place, entries);
    for (const id of this.#settledIds) clone.#settledIds.add(id);
    for (const [place, proof] of this.#evidence) clone.#evidence.set(place, proof);
    clone.#checkpoints.push(...this.#checkpoints);
    clone.#settled = this.#settled;
    return clone;
  }

  get settled(): LedgerState {
    return this.#settled;
  }

  get undecided(): readonly VerifiedEntry[] {
    return [...this.#undecided.values()];
  }

  /** Encoded proofs of every equivocation that was seen here. */
  get evidence(): readonly Uint8Array[] {
    return [...this.#evidence.values()].map(encodeEvidence);
  }

  hasForked(session: SessionId): boolean {
    return [...this.#evidence.values()].some((proof) => proof.session === session);
  }

  /** Takes in signed bytes from anywhere. Returns whether they were new. */
  receive(bytes: Uint8Array): boolean {
    const decoded = orThrow(decodeEntry(bytes, this.#population.network.tag));
    const person = this.#personBySession.get(decoded.entry.session);
    assert(person !== undefined, "everybody in the world is known");
    if (
      this.#undecided.has(decoded.link) ||
      this.#isSettled(decoded.entry.session, decoded.entry.sequence, decoded.link)
    )
      return false;
    this.keep(orThrow(verifyEntry(decoded, person.signer.publicKey)));
    return true;
  }

  keep(entry: VerifiedEntry): void {
    this.#undecided.set(entry.link, entry);
    const { session, sequence } = entry.entry;
    const others = [...this.#undecided.values()].filter(
      (other) => other.entry.session === session && other.entry.sequence === sequence,
    );
    for (const other of [...others, ...this.#entriesAt(session, sequence)]) {
      const proof = proveEquivocation(entry, other);
      if (proof.ok) this.#evidence.set(placeName(session, sequence), proof.value);
    }
  }

  /** What would be decided of these entries now. */
  reconcile(entries: readonly VerifiedEntry[], time: TimeMs): Reconciliation {
    return this.#rules.reconcile({
      state: this.#settled,
      ...this.#unregistered(),
      entries,
      history: this.history,
      time,
    });
  }

  /** Decides everything that is undecided here: the ledger's part. */
  async settle(time: TimeMs, authority: Signer): Promise<Decision> {
    const { inceptions, control } = this.#unregistered();
    const reconciliation = this.reconcile(this.undecided, time);
    const { checkpoint } = await sealCheckpoint({ reconciliation, previous: this.#settled, signer: authority });
    const decided = new Set(reconciliation.verdicts.filter(isDecided).map(({ entry }) => entry));
    const decision: Decision = {
      height: reconciliation.state.height,
      time: reconciliation.state.time,
      inceptions,
      control,
      entries: this.undecided.filter(({ id }) => decided.has(id)),
      checkpoint: { id: checkpoint.id, time: checkpoint.checkpoint.time },
      stateRoot: stateRoot(reconciliation.state),
      before: this.#settled,
      reconciliation,
    };
    this.#commit(decision, reconciliation.state);
    return decision;
  }

  /** Computes a decision again, and follows it if the root is the same. Returns the root that was found. */
  follow(decision: Decision): StateRoot {
    const { inceptions, control, entries, time } = decision;
    const { state } = this.#rules.reconcile({
      state: this.#settled,
      inceptions,
      control,
      entries,
      history: this.history,
      time,
    });
    const found = stateRoot(state);
    if (found === decision.stateRoot) this.#commit(decision, state);
    return found;
  }

  get history(): History {
    return {
      entriesAt: (session, sequence) => this.#entriesAt(session, sequence),
      isSettled: (entry) => this.#settledIds.has(entry),
      // Heights count from 1, and whoever asks asks for one below the state's.
      checkpointAt: (height) => this.#checkpoints[height - 1],
    };
  }

  #commit(decision: Decision, state: LedgerState): void {
    assert(this.#checkpoints.length + 1 === decision.height, "checkpoints are followed one by one");
    this.#checkpoints.push(decision.checkpoint);
    this.#settled = { ...state, height: toHeight(decision.height), checkpoint: decision.checkpoint.id };
    for (const entry of decision.entries) {
      const { session, sequence } = entry.entry;
      this.#undecided.delete(entry.link);
      this.#settledIds.add(entry.id);
      this.#settledEntries.set(placeName(session, sequence), [...this.#entriesAt(session, sequence), entry]);
    }
    for (const proof of decision.reconciliation.evidence) {
      if (proof.type === "equivocation") this.#evidence.set(placeName(proof.session, proof.sequence), proof);
    }
  }

  #unregistered(): Pick<ReconcileInput, "inceptions" | "control"> {
    const fresh = this.#population.people.filter(
      ({ account }) => accountOf(this.#settled, account)?.keys === undefined,
    );
    return { inceptions: fresh.map(({ inception }) => inception), control: fresh.map(({ grant }) => grant) };
  }

  #entriesAt(session: SessionId, sequence: number): readonly VerifiedEntry[] {
    return this.#settledEntries.get(placeName(session, sequence)) ?? [];
  }

  #isSettled(session: SessionId, sequence: number, link: Link): boolean {
    return this.#entriesAt(session, sequence).some((entry) => entry.link === link);
  }
}

function placeName(session: SessionId, sequence: number): string {
  return `${session}/${sequence}`;
}
