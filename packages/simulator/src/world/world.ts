/**
 * A world: people with phones move between places, meet, and pay each other; places lose the ledger and get it back; some
 * cheat; in the end everybody meets and everything is settled. Same seed and settings, same bytes.
 *
 * What is real here: accounts, grants, entries, evidence, checkpoints, and the rules. What is simulated: time, chance,
 * places, and the phones themselves, as what they know and do. The engine's stores, documents and connections are not in
 * this world; their own tests cover them.
 */
import {
  amount,
  assert,
  type AccountId,
  type TimeMs,
  type VerifiedControlEntry,
  type VerifiedEntry,
} from "@amigos/core";
import { sessionOf } from "@amigos/reconcile";
import type { Adversary } from "../adversaries/adversary.ts";
import { createPrng, type Prng } from "../chance/prng.ts";
import { Checkers } from "../checkers/checkers.ts";
import { Recorder } from "../outcomes/recorder.ts";
import type { Role } from "../people/role.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Settings } from "../settings.ts";
import { Agenda } from "./agenda.ts";
import { Commerce } from "./commerce.ts";
import { Device } from "./device.ts";
import { Ledger, type Decision, type Rules } from "./ledger.ts";
import { createMint, type Mint } from "./mint.ts";
import { planCoverage, Presence, type PlacePlan } from "./places.ts";
import { ASSET, createPopulation, firstOfEach, WORLD_START, type Person, type Population } from "./population.ts";
import { Trace } from "./trace.ts";

export interface WorldOptions {
  readonly scenario: Scenario;
  readonly settings: Settings;
  readonly seed: string;
  readonly rules: Rules;
  readonly adversary: Adversary | undefined;
  readonly onEvent?: (line: string) => void;
  /** Told once a simulated hour. */
  readonly onHour?: (hour: number) => void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Inceptions, grants and gifts in one checkpoint: as many as a real record holds. */
const OPENING_ITEMS_MAX = 2048;
/** Meeting all at once, everything that can be decided is decided in few; what is left was deferred for good. */
const FINAL_CHECKPOINTS_MAX = 8;

/** A person with what the world knows of it. */
export interface Resident {
  readonly person: Person;
  readonly role: Role;
  readonly home: number;
  readonly device: Device;
}

export class World {
  readonly settings: Settings;
  readonly places: readonly PlacePlan[];
  readonly population: Population;
  readonly agenda: Agenda = new Agenda(WORLD_START);
  readonly recorder: Recorder = new Recorder();
  readonly trace: Trace;
  readonly ledger: Ledger;
  readonly commerce: Commerce;
  readonly presence: Presence<Device>;
  /** Those of them whose owners sell. */
  readonly sellers: Presence<Device>;
  /** Everybody's phones, honest ones first; copies come behind. */
  readonly devices: Device[] = [];
  readonly residents: Resident[] = [];
  readonly #options: WorldOptions;
  readonly #mint: Mint;
  readonly #checkers: Checkers;
  readonly #covered: boolean[];
  /** What accounts said about themselves and the next checkpoint decides. */
  #control: VerifiedControlEntry[] = [];
  readonly #residentByDevice = new Map<Device, Resident>();
  readonly #personByAccount = new Map<AccountId, Person>();
  /** The other face of a ledger that has two. */
  #otherFace: Ledger | undefined;
  /** Whether the ledger takes an entry in. A ledger that cheats says no. */
  takesIn: (entry: VerifiedEntry) => boolean = () => true;
  #hour = 0;
  #isOver = false;
  #isEnding = false;
  /** Payments from the first on that are decided, all of them. */
  #settledPayments = 0;

  private constructor(options: WorldOptions, mint: Mint, population: Population) {
    const { scenario, settings, rules } = options;
    this.#options = options;
    this.#mint = mint;
    this.settings = settings;
    this.#checkers = new Checkers({ ...options, population });
    this.population = population;
    this.places = scenario.places(settings, this.chance("places"));
    this.presence = new Presence(this.places.length);
    this.sellers = new Presence(this.places.length);
    this.#covered = this.places.map(({ isCovered }) => isCovered);
    this.trace = new Trace(options.onEvent);
    this.ledger = new Ledger({ network: population.network, authority: population.authority, rules });
    this.commerce = new Commerce(this);
  }

  static async create(options: WorldOptions): Promise<World> {
    const { settings, seed, adversary } = options;
    const mint = createMint(settings.crypto, seed);
    const cheats = adversary === undefined ? 0 : adversary.accounts(settings);
    const phonesOfCheat = adversary?.phonesPerAccount?.(settings) ?? 1;
    const population = await createPopulation(mint, settings, { people: settings.devices, cheats, phonesOfCheat });
    return new World(options, mint, population);
  }

  /** A source of chance for one purpose. */
  chance(purpose: string): Prng {
    return createPrng(`${this.#options.seed}/${purpose}`);
  }

  get now(): TimeMs {
    return this.agenda.now;
  }

  get mint(): Mint {
    return this.#mint;
  }

  /** Time since the beginning, for people: `1d 07:30:12`. */
  get clockText(): string {
    return durationText(this.now - WORLD_START);
  }

  note(line: string): void {
    this.trace.add(`${this.clockText} ${line}`);
  }

  // — the course of things ————————————————————————————————————————————————

  /** From the first checkpoints to the last. @throws {Violated} when something does not hold */
  async run(): Promise<void> {
    while (await this.step());
  }

  /** How many hours have passed, of `settings.days` times 24. */
  get hour(): number {
    return this.#hour;
  }

  /** Lets an hour pass; before the first one everything begins, after the last one everybody meets. Whether there is more. @throws {Violated} */
  async step(): Promise<boolean> {
    if (this.#isOver) return false;
    if (this.#hour === 0) await this.#begin();
    this.#hour += 1;
    await this.agenda.runUntil(WORLD_START + this.#hour * HOUR_MS);
    this.#noteConvergence();
    this.#options.onHour?.(this.#hour);
    this.#isOver = this.#hour >= this.settings.days * 24;
    if (this.#isOver) await this.#meet();
    return !this.#isOver;
  }

  async #begin(): Promise<void> {
    await this.#open();
    this.#planLives();
    this.#planCoverage();
    this.#planCheckpoints();
    this.#options.adversary?.join(this);
  }

  /** Accounts, sessions and money: the first checkpoints. */
  async #open(): Promise<void> {
    const { people, cheats, founder, gifts } = this.population;
    const everybody = [founder, ...people, ...cheats];
    for (let from = 0; from < everybody.length; from += OPENING_ITEMS_MAX) {
      const some = everybody.slice(from, from + OPENING_ITEMS_MAX);
      await this.#decide({
        inceptions: firstOfEach(some).map(({ inception }) => inception),
        control: some.map(({ grant }) => grant),
      });
    }
    for (let from = 0; from < gifts.length; from += OPENING_ITEMS_MAX) {
      for (const gift of gifts.slice(from, from + OPENING_ITEMS_MAX)) this.ledger.take(gift);
      await this.#decide();
    }
    for (const person of people) this.devices.push(this.#phoneOf(person, true));
    for (const person of cheats) this.devices.push(this.#phoneOf(person, false));
    for (const person of firstOfEach([...people, ...cheats])) this.#personByAccount.set(person.account, person);
    await this.#setAside();
  }

  #phoneOf(owner: Person, isHonest: boolean): Device {
    const { ledger } = this;
    const { settings, rules } = this.#options;
    const { reconcile } = rules;
    return new Device({
      name: owner.name,
      owner,
      isHonest,
      ledger,
      mint: this.#mint,
      reconcile,
      respends: settings.respends === "yes",
    });
  }

  /** What everybody sets aside, and what witnesses stake, before anything happens. */
  async #setAside(): Promise<void> {
    const { settings } = this;
    const money = (cents: number) => ({ asset: ASSET.code, amount: amount(BigInt(cents)) });
    for (const [index, device] of this.devices.entries()) {
      const isWitness = index < settings.witnesses;
      const operations = [
        ...(settings.float > 0 ? [{ type: "float", ...money(settings.float) } as const] : []),
        ...(isWitness ? [{ type: "stake", validator: device.owner.account, ...money(STAKE_CENTS) } as const] : []),
      ];
      for (const operation of operations) {
        const prepared = device.prepare(operation, this.now);
        if (prepared.type === "ready") this.ledger.take(await device.sign(prepared.body));
      }
      if (isWitness) this.commerce.witnesses.add(device);
    }
    if (this.ledger.undecidedCount > 0) await this.#decide();
    for (const device of this.devices) device.follow(this.ledger.settled);
  }

  /** Whether everything that was signed before the places came together again is settled. */
  #noteConvergence(): void {
    const { recorder } = this;
    const { healed, payments } = recorder;
    if (healed === undefined || recorder.converged !== undefined) return;
    for (
      let next = payments[this.#settledPayments];
      next?.decided !== undefined;
      next = payments[this.#settledPayments]
    )
      this.#settledPayments += 1;
    const oldest = payments[this.#settledPayments];
    if (oldest !== undefined && oldest.signed <= healed) return;
    recorder.converged = this.now;
  }

  // — lives ———————————————————————————————————————————————————————————————

  #planLives(): void {
    const { scenario } = this.#options;
    const prng = this.chance("lives");
    const homes = this.places.flatMap(({ kind }, place) => (kind === "home" ? [place] : []));
    for (const [index, device] of this.devices.entries()) {
      const role = roleOf(scenario, index, this.devices.length);
      const home = homes.length === 0 ? prng.integer(this.places.length) : prng.pick(homes);
      const resident = { person: device.owner, role, home, device };
      this.residents.push(resident);
      this.#residentByDevice.set(device, resident);
      this.#planPhone(device, prng);
      this.#planDay(resident, this.chance(`day/${device.name}`), 0);
      if (device.isHonest) this.commerce.planPayments(resident);
      this.commerce.planGossip(device);
    }
  }

  /** Its clock, and whether its disk is full for a while. */
  #planPhone(device: Device, prng: Prng): void {
    const { settings } = this;
    const drift = settings.drift * 1000;
    device.clockOffset = prng.integer(2 * drift + 1) - drift;
    if (!device.isHonest) return;
    if (prng.chance(settings.jumps)) {
      const jump = prng.integer(4 * DAY_MS + 1) - 2 * DAY_MS;
      this.agenda.at(WORLD_START + prng.integer(settings.days * DAY_MS), () => {
        device.clockOffset += jump;
        this.note(`${device.name} clock jumps`);
      });
    }
    if (!prng.chance(settings.fullDisks)) return;
    const from = WORLD_START + prng.integer(settings.days * DAY_MS);
    this.agenda.at(from, () => {
      device.isDiskFull = true;
      this.note(`${device.name} disk is full`);
    });
    this.agenda.at(from + prng.interval(4 * HOUR_MS), () => {
      device.isDiskFull = false;
    });
  }

  #planDay(resident: Resident, prng: Prng, day: number): void {
    if (day >= this.settings.days) return;
    const start = WORLD_START + day * DAY_MS;
    for (const { minute, place } of resident.role.day({ home: resident.home, places: this.places, prng })) {
      const time = start + minute * MINUTE_MS + prng.integer(MINUTE_MS);
      this.agenda.at(time, () => this.go(resident.device, place));
    }
    this.agenda.at(start + DAY_MS - 1, () => this.#planDay(resident, prng, day + 1));
  }

  /** Arrives somewhere; with the ledger in reach, it syncs. */
  go(device: Device, place: number): void {
    if (this.presence.placeOf(device) === place) return;
    if (this.isOnline(device)) this.sync(device);
    this.presence.move(device, place);
    if (this.#residentByDevice.get(device)?.role.sells === true) this.sellers.move(device, place);
    if (this.isOnline(device)) this.sync(device);
  }

  /** Whoever has the first phone of an account. */
  personOf(account: AccountId): Person | undefined {
    return this.#personByAccount.get(account);
  }

  /** Whether somebody is one of those who live here, and not one of those who came to cheat. */
  isHonest({ name }: Person): boolean {
    return !name.startsWith("cheat");
  }

  /** The phones of those who came to cheat, without copies. */
  cheatDevices(): readonly Device[] {
    return this.devices.filter(({ owner, name }) => !this.isHonest(owner) && name === owner.name);
  }

  /** A thief's copy of a phone, in some place. */
  copy(device: Device, name: string, place: number): Device {
    const copy = device.copy(name);
    this.devices.push(copy);
    this.presence.move(copy, place);
    this.commerce.planGossip(copy);
    this.note(`${device.name} is copied as ${name}`);
    return copy;
  }

  // — the ledger ——————————————————————————————————————————————————————————

  #planCoverage(): void {
    const { settings } = this;
    const prng = this.chance("coverage");
    if (settings.partition !== "none")
      this.agenda.at(WORLD_START + (settings.partitionStart + settings.partitionHours) * HOUR_MS, () => {
        this.recorder.healed = this.now;
      });
    for (const { time, place, isCovered } of planCoverage(this.places, this.settings, prng)) {
      this.agenda.at(WORLD_START + time, () => {
        if (this.#covered[place] === isCovered) return;
        // Who is there knows the newest for the last time.
        if (!isCovered) for (const device of this.presence.at(place)) this.sync(device);
        this.#covered[place] = isCovered;
        this.note(`${this.places[place]?.name} ${isCovered ? "has" : "loses"} the ledger`);
        if (isCovered) for (const device of [...this.presence.at(place)]) this.sync(device);
      });
    }
  }

  #planCheckpoints(): void {
    const ms = this.settings.cadence * MINUTE_MS;
    const next = async (): Promise<void> => {
      if (this.#isEnding) return;
      if (this.ledger.undecidedCount > 0 || this.#control.length > 0) await this.#decide();
      await this.#decideBehindTheBack();
      this.agenda.after(ms, next);
    };
    this.agenda.after(ms, next);
  }

  isOnline(device: Device): boolean {
    const place = this.presence.placeOf(device);
    return place !== undefined && this.#covered[place] === true;
  }

  isCovered(place: number): boolean {
    return this.#covered[place] === true;
  }

  /** Brings the ledger what a phone has, and the phone what the ledger has. Only for one in reach of it. */
  sync(device: Device): void {
    for (const entry of device.pocket.all()) this.submit(device, entry);
    device.follow(device.ledger.settled);
    this.commerce.afterSync(device);
  }

  /** One entry, from a phone to the ledger that it talks to. */
  submit({ ledger }: Device, entry: VerifiedEntry): void {
    if (!this.takesIn(entry) || ledger.knows(entry)) return;
    const { account, session } = entry.entry;
    const key = sessionOf(ledger.settled, account, session)?.key;
    const taken = key === undefined ? undefined : this.#mint.receive(entry, key, this.population.network.tag);
    if (taken !== undefined && ledger.take(taken)) this.recorder.work.verifications += 1;
  }

  /** Goes where the ledger is, if it is anywhere, and brings what it has. */
  hurryToLedger(device: Device): void {
    const place = this.#covered.indexOf(true);
    if (place < 0) return;
    this.go(device, place);
    this.sync(device);
  }

  /** From now on every second phone talks to a ledger of its own, which goes on from the same state under the same key. */
  splitLedger(): void {
    this.#otherFace = this.ledger.fork();
    for (const [index, device] of this.devices.entries()) if (index % 2 === 1) device.ledger = this.#otherFace;
    this.note("the ledger has two faces");
  }

  /** Two phones that meet compare the checkpoints that they follow, where one authority has signed two of a height. */
  compareLedgers(one: Device, other: Device): void {
    if (one.ledger === other.ledger || this.recorder.contradiction?.noticed !== undefined) return;
    const height = Math.min(one.settled.height, other.settled.height);
    const [ofOne, ofOther] = [one, other].map(({ ledger }) => ledger.past.checkpoint(height)?.id);
    if (ofOne === ofOther || this.recorder.contradiction === undefined) return;
    this.recorder.contradiction.noticed = this.now;
    this.note(`${one.name} and ${other.name} hold two checkpoints of height ${height}`);
  }

  /** The other face settles what it was told. Nobody who checks sees both, until two who follow them meet. */
  async #decideBehindTheBack(): Promise<void> {
    const other = this.#otherFace;
    if (other === undefined || other.undecidedCount === 0) return;
    await other.settle(this.now);
    this.recorder.contradiction ??= { signed: this.now };
  }

  /** What an account says about itself, to the ledger. */
  submitControl(control: VerifiedControlEntry): void {
    this.#control.push(control);
  }

  async #decide(records?: Parameters<Ledger["settle"]>[1]): Promise<Decision> {
    const control = this.#control;
    this.#control = [];
    const decision = await this.ledger.settle(this.now, records ?? { inceptions: [], control });
    this.note(`checkpoint ${decision.state.height}: ${verdictCounts(decision)}`);
    this.commerce.afterDecision(decision);
    this.#checkers.afterDecision(decision, this.recorder);
    return decision;
  }

  // — the end —————————————————————————————————————————————————————————————

  /** Everybody in one place with the ledger, until there is nothing left to decide. */
  async #meet(): Promise<void> {
    this.#isEnding = true;
    this.agenda.clear();
    this.takesIn = () => true;
    this.note("everybody meets");
    for (let count = 0; count < FINAL_CHECKPOINTS_MAX; count++) {
      for (const device of this.devices) {
        device.isDiskFull = false;
        await device.recover();
        this.sync(device);
      }
      if (this.ledger.undecidedCount === 0) break;
      const { state } = await this.#decide();
      assert(state.height > 0, "a checkpoint was made");
    }
    for (const device of this.devices) this.sync(device);
    const [first] = this.devices;
    for (const other of this.devices) if (first !== undefined) this.compareLedgers(first, other);
    this.#checkers.atEnd(this);
  }
}

/** What a witness stakes, in cents. */
const STAKE_CENTS = 10_00;

function roleOf({ roles }: Scenario, index: number, count: number): Role {
  const total = roles.reduce((sum, { share }) => sum + share, 0);
  let place = (index * total) / count;
  for (const { role, share } of roles) {
    if (place < share) return role;
    place -= share;
  }
  return (roles.at(-1) as Scenario["roles"][number]).role;
}

function verdictCounts({ reconciliation }: Decision): string {
  const counts = new Map<string, number>();
  for (const verdict of reconciliation.verdicts) {
    const what = "failure" in verdict ? `${verdict.outcome} ${verdict.failure.code}` : verdict.outcome;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `${count} ${what}`)
    .join(", ");
}

function durationText(ms: number): string {
  const pad = (value: number): string => value.toString().padStart(2, "0");
  const seconds = Math.floor(ms / 1000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  return `${days}d ${pad(hours)}:${pad(minutes)}:${pad(seconds % 60)}`;
}
