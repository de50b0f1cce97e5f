/**
 * The ledger of a world: takes in what devices bring, and settles it on its cadence by the rules under test. And a second
 * one that computes every checkpoint again, from the same set in another order.
 */
import {
  type EntryId,
  type Network,
  type Sequence,
  type SessionId,
  type Signer,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import {
  createGenesisState,
  isDecided,
  sealCheckpoint,
  stateRoot,
  type CheckpointFact,
  type ConflictPolicy,
  type History,
  type LedgerState,
  type Reconciliation,
  type ReconcileInput,
  type StateRoot,
  type VerifiedCheckpoint,
} from "@amigos/reconcile";

/** What decides. The protocol's, or one with a bug planted in it. */
export type Reconcile = (input: ReconcileInput) => Reconciliation;

export interface Rules {
  readonly reconcile: Reconcile;
  /** Left out: the one that the network's genesis names. */
  readonly policy?: ConflictPolicy;
}

/** One checkpoint: what was given, and what came of it. */
export interface Decision {
  readonly checkpoint: VerifiedCheckpoint;
  readonly before: LedgerState;
  readonly state: LedgerState;
  readonly stateRoot: StateRoot;
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  /** Everything that was given, what stayed undecided too. */
  readonly given: readonly VerifiedEntry[];
  readonly reconciliation: Reconciliation;
}

/** The settled past, for lookups of the rules. */
export class Past {
  readonly #entries = new Map<SessionId, (VerifiedEntry | readonly VerifiedEntry[])[]>();
  /** The height that decided each. */
  readonly #settled = new Map<EntryId, number>();
  readonly #checkpoints: VerifiedCheckpoint[] = [];
  readonly history: History = this.historyAt(Number.MAX_SAFE_INTEGER);

  /** What somebody knows who follows the ledger up to a height. */
  historyAt(height: number): History {
    return {
      // The rules ask for places alone that the state which they are given has passed.
      entriesAt: (session, sequence) => this.entriesAt(session, sequence),
      isSettled: (entry) => this.isSettled(entry, height),
      checkpointAt: (wanted) => factOf(this.checkpoint(wanted)),
    };
  }

  /** Heights count from 1. */
  checkpoint(height: number): VerifiedCheckpoint | undefined {
    return this.#checkpoints[height - 1];
  }

  entriesAt(session: SessionId, sequence: Sequence): readonly VerifiedEntry[] {
    const found = this.#entries.get(session)?.[sequence];
    return found === undefined ? [] : Array.isArray(found) ? found : [found as VerifiedEntry];
  }

  /** Whether a checkpoint of this height or below has decided it. */
  isSettled(entry: EntryId, height: number = Number.POSITIVE_INFINITY): boolean {
    const decided = this.#settled.get(entry);
    return decided !== undefined && decided <= height;
  }

  copyFrom(other: Past): void {
    for (const [session, log] of other.#entries) this.#entries.set(session, [...log]);
    for (const [entry, height] of other.#settled) this.#settled.set(entry, height);
    this.#checkpoints.push(...other.#checkpoints);
  }

  note(checkpoint: VerifiedCheckpoint, decided: readonly VerifiedEntry[]): void {
    this.#checkpoints.push(checkpoint);
    for (const entry of decided) {
      const { session, sequence } = entry.entry;
      this.#settled.set(entry.id, checkpoint.checkpoint.height);
      const log = this.#entries.get(session) ?? [];
      this.#entries.set(session, log);
      const before = this.entriesAt(session, sequence);
      log[sequence] = before.length === 0 ? entry : [...before, entry];
    }
  }
}

export class Ledger {
  readonly #authority: Signer;
  readonly #rules: Rules;
  readonly past: Past = new Past();
  readonly #undecided = new Map<string, VerifiedEntry>();
  #settled: LedgerState;

  constructor(options: { readonly network: Network; readonly authority: Signer; readonly rules: Rules }) {
    this.#authority = options.authority;
    this.#rules = options.rules;
    this.#settled = createGenesisState(options.network);
  }

  get settled(): LedgerState {
    return this.#settled;
  }

  get undecided(): readonly VerifiedEntry[] {
    return [...this.#undecided.values()];
  }

  get undecidedCount(): number {
    return this.#undecided.size;
  }

  knows({ id, link }: VerifiedEntry): boolean {
    return this.#undecided.has(link) || this.past.isSettled(id);
  }

  /** Returns whether it is news. */
  take(entry: VerifiedEntry): boolean {
    if (this.knows(entry)) return false;
    this.#undecided.set(entry.link, entry);
    return true;
  }

  /** Another one under the same key that goes on from the same state. */
  fork(): Ledger {
    const fork = new Ledger({ network: this.#settled.network, authority: this.#authority, rules: this.#rules });
    fork.#settled = this.#settled;
    fork.past.copyFrom(this.past);
    return fork;
  }

  /** Makes a checkpoint of everything that is undecided. */
  async settle(
    time: TimeMs,
    records: {
      readonly inceptions: readonly VerifiedInception[];
      readonly control: readonly VerifiedControlEntry[];
    } = {
      inceptions: [],
      control: [],
    },
  ): Promise<Decision> {
    const before = this.#settled;
    const given = this.undecided;
    const reconciliation = this.#rules.reconcile(this.input({ ...records, entries: given, time }));
    const { state, checkpoint } = await sealCheckpoint({
      reconciliation,
      previous: before,
      signer: this.#authority,
    });
    const decided = new Set<EntryId>(reconciliation.verdicts.filter(isDecided).map(({ entry }) => entry));
    this.#settled = state;
    this.past.note(
      checkpoint,
      given.filter(({ id }) => decided.has(id)),
    );
    for (const entry of given) if (decided.has(entry.id)) this.#undecided.delete(entry.link);
    return { checkpoint, before, state, stateRoot: stateRoot(state), ...records, given, reconciliation };
  }

  input(
    given: Pick<ReconcileInput, "inceptions" | "control" | "entries" | "time">,
    state: LedgerState = this.#settled,
  ): ReconcileInput {
    const { policy } = this.#rules;
    return { state, ...given, history: this.past.history, ...(policy === undefined ? {} : { policy }) };
  }
}

/** Whoever follows by computing it anew. Its past is its own. */
export class Follower {
  readonly #rules: Rules;
  readonly #past: Past = new Past();
  #settled: LedgerState;

  constructor(network: Network, rules: Rules) {
    this.#rules = rules;
    this.#settled = createGenesisState(network);
  }

  get settled(): LedgerState {
    return this.#settled;
  }

  /** The root that it finds, of the same set in the order of `shuffle`. */
  follow(decision: Decision, shuffle: <Value>(values: readonly Value[]) => readonly Value[]): StateRoot {
    const { policy } = this.#rules;
    const { state, verdicts } = this.#rules.reconcile({
      state: this.#settled,
      inceptions: shuffle(decision.inceptions),
      control: shuffle(decision.control),
      entries: shuffle(decision.given),
      history: this.#past.history,
      time: decision.checkpoint.checkpoint.time,
      ...(policy === undefined ? {} : { policy }),
    });
    this.#settled = { ...state, checkpoint: decision.checkpoint.id };
    const decided = new Set<EntryId>(verdicts.filter(isDecided).map(({ entry }) => entry));
    this.#past.note(
      decision.checkpoint,
      decision.given.filter((entry) => decided.has(entry.id)),
    );
    return stateRoot(this.#settled);
  }
}

function factOf(checkpoint: VerifiedCheckpoint | undefined): CheckpointFact | undefined {
  return checkpoint === undefined ? undefined : { id: checkpoint.id, time: checkpoint.checkpoint.time };
}
