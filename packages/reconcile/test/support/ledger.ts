/**
 * A ledger in memory for tests: settles what it is given, keeps every record and answers lookups from them, as a hub would.
 * It says what became of entries in short lines, such as `"alice#0→bob 5.00 accepted"`. Every checkpoint is replayed from
 * its record at once, so a record that leaves something out fails whichever test made it.
 */
import {
  checkpointTag,
  formatAmount,
  orThrow,
  timeMs,
  type AccountId,
  type CheckpointReference,
  type EntryId,
  type Height,
  type Money,
  type Network,
  type Sequence,
  type SessionId,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import { ami, createPerson, createTestNetwork, START, type Person, type PersonOptions } from "@amigos/core/testing";
import { fastSigner } from "./fast-signer.ts";
import {
  createGenesisState,
  honourAll,
  isDecided,
  policyOf,
  recordOf,
  reconcile,
  replayCheckpoint,
  sealCheckpoint,
  type CheckpointFact,
  type CheckpointRecord,
  type ConflictPolicy,
  type History,
  type LedgerState,
  type Reconciliation,
  type Verdict,
} from "../../src/index.ts";

const SECOND = 1000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;

/** The key that the test networks name as their authority. */
const authority = fastSigner("authority");

/** So long after the beginning of everything, or after another time. */
export function at(offsetMs: number, from: TimeMs = START): TimeMs {
  return timeMs(from + offsetMs);
}

/** What a test knows to be there. */
export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("expected something");
  return value;
}

/** What a replica keeps of the settled past. */
export class MemoryHistory implements History {
  readonly #places = new Map<string, VerifiedEntry[]>();
  readonly #settled = new Set<EntryId>();
  readonly #checkpoints = new Map<Height, CheckpointFact>();

  entriesAt = (session: SessionId, sequence: Sequence): readonly VerifiedEntry[] =>
    this.#places.get(`${session}/${sequence}`) ?? [];
  isSettled = (entry: EntryId): boolean => this.#settled.has(entry);
  checkpointAt = (height: Height): CheckpointFact | undefined => this.#checkpoints.get(height);

  fork(): MemoryHistory {
    const copy = new MemoryHistory();
    for (const [place, entries] of this.#places) copy.#places.set(place, entries);
    for (const id of this.#settled) copy.#settled.add(id);
    for (const [height, fact] of this.#checkpoints) copy.#checkpoints.set(height, fact);
    return copy;
  }

  keep(state: LedgerState, entries: readonly VerifiedEntry[]): void {
    this.#checkpoints.set(state.height, { id: state.checkpoint, time: state.time });
    for (const entry of entries) {
      this.#settled.add(entry.id);
      const place = `${entry.entry.session}/${entry.entry.sequence}`;
      this.#places.set(place, [...(this.#places.get(place) ?? []), entry]);
    }
  }
}

export interface LedgerOptions {
  /** Who holds 100.00 AMI from the start. */
  readonly holders?: readonly string[];
  /** The one that the network names; on a network that is given, one that a researcher tries. */
  readonly policy?: ConflictPolicy;
  readonly network?: Network;
  /** Another ledger of that network, whose past this one has too. */
  readonly goesOnFrom?: TestLedger;
}

/** Everything that one checkpoint was made of. */
export interface Step {
  readonly before: LedgerState;
  readonly after: LedgerState;
  readonly reconciliation: Reconciliation;
  readonly record: CheckpointRecord;
  /** What a replica that replays the record keeps of it. */
  readonly kept: readonly VerifiedEntry[];
}

export interface SettleOptions {
  /** Ledger time. That of the state, if left out. */
  readonly time?: TimeMs;
  readonly inceptions?: readonly VerifiedInception[];
  readonly control?: readonly VerifiedControlEntry[];
  /** What is known of the past. All that the ledger settled, if left out. */
  readonly history?: History;
}

export class TestLedger {
  readonly network: Network;
  readonly history: MemoryHistory;
  readonly steps: Step[] = [];
  readonly #policy: ConflictPolicy | undefined;
  readonly #names = new Map<AccountId, string>();
  readonly #sessions = new Map<SessionId, string>();
  readonly #newcomers: Person[] = [];
  state: LedgerState;

  constructor({ holders = ["alice"], policy, network, goesOnFrom }: LedgerOptions = {}) {
    this.network = network ?? createTestNetwork(holders, ami(100), "test", (policy ?? honourAll).name);
    this.#policy = policy === policyOf(this.network) ? undefined : policy;
    this.history = goesOnFrom?.history.fork() ?? new MemoryHistory();
    this.state = goesOnFrom?.state ?? createGenesisState(this.network);
    if (goesOnFrom === undefined) return;
    this.steps.push(...goesOnFrom.steps);
    for (const [account, name] of goesOnFrom.#names) this.#names.set(account, name);
    for (const [session, name] of goesOnFrom.#sessions) this.#sessions.set(session, name);
  }

  /** A person whose account and session are settled with the next checkpoint. */
  async join(name: string, options: Omit<PersonOptions, "network"> = {}): Promise<Person> {
    const person = await createPerson(name, { network: this.network, ...options });
    this.name(person, name);
    this.#newcomers.push(person);
    return person;
  }

  name(person: Person, name: string): void {
    this.#names.set(person.account, name);
    this.#sessions.set(person.session, name);
  }

  /** The newest checkpoint, as an entry names it. */
  get reference(): CheckpointReference {
    return { height: this.state.height, tag: checkpointTag(this.state.checkpoint) };
  }

  /** What the newest checkpoint was made of. */
  get newest(): Step {
    return present(this.steps.at(-1));
  }

  /** What reconcile would say of these entries now. Settles nothing. */
  look(entries: readonly VerifiedEntry[], options: SettleOptions = {}): Reconciliation {
    return reconcile(this.#inputOf(entries, options));
  }

  /** Makes a checkpoint of these entries and of who joined, and says what became of each entry given. */
  async settle(entries: readonly VerifiedEntry[], options: SettleOptions = {}): Promise<readonly string[]> {
    const before = this.state;
    const input = this.#inputOf(entries, options);
    const reconciliation = reconcile(input);
    const { state, checkpoint } = await sealCheckpoint({
      reconciliation,
      previous: before,
      signer: authority,
    });
    const record = recordOf(reconciliation, checkpoint, input);
    // A replay uses the network's policy, so only what was made by it has to agree.
    const kept =
      this.#policy === undefined
        ? orThrow(await replayCheckpoint(before, record, () => this.history)).entries
        : decidedOf(reconciliation, entries);
    this.state = state;
    this.history.keep(state, kept);
    this.steps.push({ before, after: state, reconciliation, record, kept });
    this.#newcomers.length = 0;
    return this.lines(entries, reconciliation);
  }

  /** One line per entry, in the order given. */
  lines(entries: readonly VerifiedEntry[], { verdicts }: Reconciliation): readonly string[] {
    const byId = new Map(verdicts.map((verdict) => [verdict.entry, verdict]));
    return entries.map((entry) => `${this.describe(entry)} ${describeVerdict(byId.get(entry.id))}`);
  }

  describe({ entry }: VerifiedEntry): string {
    const { operation } = entry;
    const where = this.#placeName(entry);
    switch (operation.type) {
      case "pay":
        return `${where}→${this.#accountName(operation.to)} ${this.#money(operation)}`;
      case "float":
        return `${where} floats ${this.#money(operation)}`;
      case "release":
        return `${where} releases ${this.#money(operation)}`;
      case "stake":
        return `${where} stakes ${this.#money(operation)} behind ${this.#accountName(operation.validator)}`;
      case "unstake":
        return `${where} unstakes ${this.#money(operation)} from ${this.#accountName(operation.validator)}`;
      case "execute":
        return `${where} runs ${operation.method} ${this.#money({ asset: operation.asset, amount: operation.fee })}`;
      case "attest":
        return `${where} attests ${this.#placeName(operation)}`;
    }
  }

  #placeName({ session, sequence }: { readonly session: SessionId; readonly sequence: Sequence }): string {
    return `${this.#sessions.get(session) ?? "stranger"}#${sequence}`;
  }

  #accountName(account: AccountId): string {
    return this.#names.get(account) ?? "stranger";
  }

  #money({ asset, amount }: Money): string {
    const known = this.network.genesis.assets.find(({ code }) => code === asset);
    const text = known === undefined ? String(amount) : formatAmount(amount, known);
    // The first asset of a network goes without saying.
    return known === this.network.genesis.assets[0] ? text : `${text} ${asset}`;
  }

  #inputOf(
    entries: readonly VerifiedEntry[],
    { time, inceptions = [], control = [], history = this.history }: SettleOptions,
  ): Parameters<typeof reconcile>[0] {
    return {
      state: this.state,
      inceptions: [...this.#newcomers.map((person) => person.inception), ...inceptions],
      control: [...this.#newcomers.map((person) => person.grant), ...control],
      entries,
      history,
      time: time ?? this.state.time,
      ...(this.#policy === undefined ? {} : { policy: this.#policy }),
    };
  }
}

function decidedOf(reconciliation: Reconciliation, entries: readonly VerifiedEntry[]): readonly VerifiedEntry[] {
  const decided = new Set(reconciliation.verdicts.filter(isDecided).map(({ entry }) => entry));
  return [...new Map(entries.filter(({ id }) => decided.has(id)).map((entry) => [entry.id, entry])).values()];
}

function describeVerdict(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "no verdict";
  return verdict.outcome === "accepted" ? "accepted" : `${verdict.outcome} ${verdict.failure.code}`;
}

/** The failure of the only entry judged. */
export function onlyFailure({ verdicts }: Reconciliation): unknown {
  const [verdict, ...others] = verdicts;
  if (verdict === undefined || others.length > 0) throw new Error("expected one verdict");
  return verdict.outcome === "accepted" ? undefined : verdict.failure;
}
