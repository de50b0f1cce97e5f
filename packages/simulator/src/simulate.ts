/**
 * A small deterministic world: people with phones pay each other, places lose touch with each other and with the ledger,
 * one phone is copied and its thief spends too; then everybody meets. After every checkpoint an auditor checks it, and
 * every device computes it again. Same seed, same bytes.
 *
 * What is real here: keys, signatures, encodings, the rules, checkpoints. What is simulated: time, chance, and delivery,
 * as the exchange of known entries between devices in one place. The engine's stores, documents and connections are not
 * in this world; their own tests cover them.
 */
import {
  amount,
  formatAmount,
  sha256,
  bytesToHex,
  concatBytes,
  timeMs,
  type TimeMs,
  type VerifiedEntry,
} from "@amigos/core";
import { reconcile, stateRoot } from "@amigos/reconcile";
import { Auditor, type Check, type Violation } from "./auditor.ts";
import { Device } from "./device.ts";
import { ASSET, createPopulation, WORLD_START, type Population } from "./people.ts";
import { createPrng, type Prng } from "./prng.ts";
import { SimulatedReplica, type Decision, type Rules } from "./replica.ts";

export interface SimulationOptions {
  readonly seed: number;
  /** How many people, each with a phone. One more phone is a thief's copy. */
  readonly devices: number;
  readonly rounds: number;
  /** Default: the protocol's. */
  readonly rules?: Rules;
  /** Called with every event, one line each. */
  readonly onEvent?: (line: string) => void;
}

export interface SimulationResult {
  /** Of every event and root, in order: two runs with one hash did the same. */
  readonly hash: string;
  readonly stateRoot: string;
  readonly height: number;
  readonly payments: number;
  readonly refused: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly equivocations: number;
  /** What the first check that failed found. */
  readonly violation?: Violation & { readonly round: number };
}

const PLACES = 3;
const HOUR_MS = 3_600_000;
/** Hours that pass in a round, at most. */
const ROUND_HOURS_MAX = 5;
/** Of a hundred. */
const CHANCE = { pays: 60, moves: 35, ledgerMoves: 50, settles: 60, exchanges: 70 } as const;
const PAYMENT_MAX = 45_00;
/** Meeting all at once, everything that can be decided is decided in two; what is left was deferred for good. */
const FINAL_CHECKPOINTS = 3;

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const seed = `amigos-simulation/${options.seed}/${options.devices}/${options.rounds}`;
  const population = await createPopulation({ seed, count: options.devices });
  const world = new World(options, population, createPrng(seed));
  return world.run();
}

/** Ends a run: the world is wrong from here on. */
class Violated extends Error {
  readonly violation: Violation;
  constructor(violation: Violation) {
    super(violation.detail);
    this.violation = violation;
  }
}

class World {
  readonly #options: SimulationOptions;
  readonly #population: Population;
  readonly #prng: Prng;
  readonly #ledger: SimulatedReplica;
  readonly #auditor: Auditor;
  readonly #decisions: Decision[] = [];
  readonly #devices: Device[];
  #places: number[];
  /** Where the ledger can be reached; `PLACES` stands for nowhere. */
  #ledgerPlace = 0;
  #now: TimeMs = WORLD_START;
  #round = 0;
  #hash: Uint8Array = new Uint8Array(32);
  #counts = { payments: 0, refused: 0, accepted: 0, rejected: 0 };

  constructor(options: SimulationOptions, population: Population, prng: Prng) {
    const rules = options.rules ?? { reconcile };
    this.#options = options;
    this.#population = population;
    this.#prng = prng;
    this.#ledger = new SimulatedReplica({ name: "ledger", population, rules });
    this.#auditor = new Auditor(population);
    this.#devices = population.people.map(
      (person) => new Device(person, new SimulatedReplica({ name: person.name, population, rules })),
    );
    this.#places = this.#devices.map(() => 0);
  }

  async run(): Promise<SimulationResult> {
    try {
      await this.#settle();
      const theftRound = Math.floor(this.#options.rounds / 3);
      for (this.#round = 1; this.#round <= this.#options.rounds; this.#round++) {
        if (this.#round === theftRound) this.#steal();
        await this.#playRound();
      }
      await this.#meet();
      return this.#result();
    } catch (error) {
      if (!(error instanceof Violated)) throw error;
      this.#note(`violated ${error.violation.check}: ${error.violation.detail}`);
      return { ...this.#result(), violation: { ...error.violation, round: this.#round } };
    }
  }

  async #playRound(): Promise<void> {
    const prng = this.#prng;
    this.#now = timeMs(this.#now + (1 + prng.integer(ROUND_HOURS_MAX)) * HOUR_MS);
    this.#places = this.#places.map((place) => (prng.chance(CHANCE.moves) ? prng.integer(PLACES) : place));
    if (prng.chance(CHANCE.ledgerMoves)) this.#ledgerPlace = prng.integer(PLACES + 1);
    for (const device of prng.shuffled(this.#devices)) if (prng.chance(CHANCE.pays)) await this.#pay(device);
    for (const device of prng.shuffled(this.#devices)) this.#exchange(device);
    if (prng.chance(CHANCE.settles)) await this.#settle();
  }

  /** The thief's phone knows what the owner's knows now, signs with the same key, and goes elsewhere. */
  #steal(): void {
    const victim = this.#prng.pick(this.#devices);
    this.#devices.push(new Device(victim.owner, victim.replica.clone(`${victim.owner.name}-copy`)));
    this.#places.push(this.#prng.integer(PLACES));
    this.#note(`${victim.owner.name} is copied`);
  }

  async #pay(device: Device): Promise<void> {
    const payee = this.#prng.pick(this.#population.people.filter((person) => person !== device.owner));
    const value = amount(BigInt(1 + this.#prng.integer(PAYMENT_MAX)));
    const outcome = await device.pay({ type: "pay", to: payee.account, asset: ASSET.code, amount: value }, this.#now);
    const what = `${device.replica.name}→${payee.name} ${formatAmount(value, ASSET)}`;
    if (outcome.type === "refused") {
      this.#counts.refused += 1;
      return this.#note(`${what} refused ${outcome.code}`);
    }
    this.#counts.payments += 1;
    return this.#note(`${what} signed ${outcome.entry.id}`);
  }

  /** Gives what it knows to others in its place, some of it twice, in any order. */
  #exchange(device: Device): void {
    const place = this.#places[this.#devices.indexOf(device)];
    for (const other of this.#devices) {
      if (other === device || this.#places[this.#devices.indexOf(other)] !== place) continue;
      if (this.#prng.chance(CHANCE.exchanges)) this.#deliver(device.replica, other.replica);
    }
  }

  #deliver(from: SimulatedReplica, to: SimulatedReplica): void {
    const entries = from.undecided;
    for (const entry of this.#prng.shuffled([...entries, ...entries.slice(0, 2)])) to.receive(entry.bytes);
  }

  /** Devices in the ledger's place upload; a checkpoint is made; those devices follow it. */
  async #settle(): Promise<void> {
    const present = this.#prng.shuffled(this.#devices.filter((_, index) => this.#places[index] === this.#ledgerPlace));
    if (present.length === 0) return;
    for (const { replica } of present) this.#deliver(replica, this.#ledger);
    this.#checkOrder(this.#ledger.undecided);
    const decision = await this.#ledger.settle(this.#now, this.#population.authority);
    this.#decisions.push(decision);
    this.#fail(this.#auditor.examine(decision));
    for (const { outcome } of decision.reconciliation.verdicts) {
      if (outcome === "accepted" || outcome === "rejected") this.#counts[outcome] += 1;
    }
    this.#note(`checkpoint ${decision.height} ${decision.checkpoint.id} ${decision.stateRoot}`);
    for (const { replica } of present) this.#follow(replica);
  }

  /** What is decided may depend on the set that is known, never on how it came. */
  #checkOrder(entries: readonly VerifiedEntry[]): void {
    const [one, other] = [entries, this.#prng.shuffled([...entries, ...entries])].map((order) =>
      stateRoot(this.#ledger.reconcile(order, this.#now).state),
    );
    if (one !== other) this.#fail([{ check: "set-not-order", detail: "another order of arrival gave another root" }]);
  }

  #follow(replica: SimulatedReplica): void {
    for (const decision of this.#decisions.slice(replica.settled.height)) {
      const found = replica.follow(decision);
      if (found === decision.stateRoot) continue;
      const detail = `${replica.name} found ${found} at height ${decision.height}, the ledger has ${decision.stateRoot}`;
      this.#fail([{ check: "convergence", detail }]);
    }
  }

  /** Everybody in one place with the ledger, until there is nothing left to decide. */
  async #meet(): Promise<void> {
    this.#places = this.#places.map(() => 0);
    this.#ledgerPlace = 0;
    for (let round = 0; round < FINAL_CHECKPOINTS; round++) await this.#settle();
    const roots = new Set(
      [this.#ledger, ...this.#devices.map(({ replica }) => replica)].map(({ settled }) => stateRoot(settled)),
    );
    if (roots.size !== 1) this.#fail([{ check: "convergence", detail: `${roots.size} roots after everybody met` }]);
    for (const { replica } of this.#devices)
      for (const proof of replica.evidence) this.#fail(this.#auditor.examineEvidence(proof));
  }

  #fail([violation]: readonly Violation[]): void {
    if (violation !== undefined) throw new Violated(violation);
  }

  #note(line: string): void {
    const numbered = `${this.#round} ${line}`;
    this.#hash = sha256(concatBytes(this.#hash, new TextEncoder().encode(numbered)));
    this.#options.onEvent?.(numbered);
  }

  #result(): SimulationResult {
    const { settled, evidence } = this.#ledger;
    return {
      hash: bytesToHex(this.#hash),
      stateRoot: stateRoot(settled),
      height: settled.height,
      ...this.#counts,
      equivocations: evidence.length,
    };
  }
}

export type { Check, Rules, Violation };
