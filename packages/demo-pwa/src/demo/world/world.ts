/**
 * The world of the demo: three wallets of the engine and the ledger's authority, all of them real, on disks in memory, on wires
 * within this page and on a clock that goes when something happens. Keys, chance and time follow from the seed, and every action
 * waits until those who reach each other agree; so one seed and the same actions come to the same entries, verdicts and roots.
 */
import { SteppedClock } from "@amigos/adapters/clock-stepped";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import type { MemoryLinkPair } from "@amigos/adapters/link-memory";
import type { Link } from "@amigos/engine/ports";
import { MemoryDisk, openMemoryStore } from "@amigos/adapters/store-memory";
import {
  amount,
  assetCode,
  createNetwork,
  DEFAULT_PARAMETERS,
  sha256,
  seedSigner,
  type Founder,
  type Network,
  type Signer,
  timeMs,
} from "@amigos/core";
import {
  createAccount,
  createFounder,
  READ_ALL,
  Replica,
  SEND_LIMIT_DAILY,
  type KeyVault,
  type Random,
} from "@amigos/engine";
import { stateRoot } from "@amigos/reconcile";
import { toTypedError } from "../../worker/typed-error.ts";
import { EVERYBODY, PEOPLE, type Action, type PartyId, type Person, type PhoneId } from "./action.ts";
import { seededRandom } from "./chance.ts";
import { FailingDisk } from "./failing-disk.ts";
import { Phone } from "./phone.ts";
import { Telling, type Moment } from "./telling.ts";
import { createTurns, Wires, type NextTurn } from "./wires.ts";
import { PhoneClock } from "./phone-clock.ts";
import type { LinkView, WorldView } from "./world-view.ts";

/** A morning, and the same one for everybody who opens the same story. Universal time. */
const WORLD_START = timeMs(Date.UTC(2027, 2, 1, 8));
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const BALANCE_CENTS = 100_00n;
/** What a phone of the demo may send in a day. */
const DAILY = "50.00 AMI";
const SESSION_DAYS = 30;
const ASSET = { code: assetCode("AMI"), decimals: 2 };
const POLICY = "honour-all";
/** How long what could not be decided rests before the hub looks at it again: of world time. A hub does the same. */
const RETRY_MS = MINUTE_MS;
/** Of real time: what has not come about by then is not waited for, and comes when it comes. */
const WAIT_MS_MAX = 10_000;
/** Nobody clicks as far ahead of what they see: what is more is not done. */
const WAITING_MAX = 32;
/** Enough to see what is the matter. */
const UNMET_MAX = 16;
/** Turns without a message before nothing is under way any more. */
const QUIET_TURNS = 4;

export interface WorldOptions {
  readonly seed: number;
  readonly publish: (view: WorldView) => void;
}

interface Wire {
  readonly a: PartyId;
  readonly b: PartyId;
  readonly pair: MemoryLinkPair;
  isUp: boolean;
}

export class World {
  readonly #seed: number;
  readonly #publish: (view: WorldView) => void;
  readonly #turns = createTurns();
  readonly #nextTurn: NextTurn = this.#turns.next;
  readonly #wires = new Wires(this.#nextTurn);
  readonly #clock = new SteppedClock(WORLD_START);
  readonly #memory = new MemoryDisk();
  readonly #random: Random;
  readonly #authority: Signer;
  readonly #links: readonly Wire[];
  readonly #phones = new Map<PhoneId, Phone>();
  readonly #telling = new Telling();
  /** What was waited for and did not come about: for tests, in which there must be nothing. */
  readonly unmet: string[] = [];
  #network: Network | undefined;
  #hub: Replica | undefined;
  #steps: Promise<unknown> = Promise.resolve();
  /** Actions that were asked for and are not done. */
  #waiting = 0;
  #isBusy = true;
  /** Before that there is nothing to look at: how everybody got their money is nobody's story. */
  #hasBegun = false;
  #isPublishing = false;
  #isClosed = false;
  /** What the last checkpoint left undecided, and when it is looked at again. */
  #resting: ReadonlySet<string> = new Set();
  #retryAt = 0;

  private constructor({ seed, publish }: WorldOptions) {
    this.#seed = seed;
    this.#publish = publish;
    this.#random = seededRandom(`${this.#name}/random`);
    this.#authority = seedSigner(sha256(new TextEncoder().encode(`${this.#name}/authority`)));
    this.#links = pairsOf(EVERYBODY).map(([a, b]) => {
      const pair = this.#wires.between(a, b);
      pair.unplug();
      return { a, b, pair, isUp: false };
    });
  }

  /** Everybody with a hundred, a session, and in reach of everybody. */
  static async open(options: WorldOptions): Promise<World> {
    const world = new World(options);
    await world.#begin();
    return world;
  }

  get view(): WorldView {
    const { settled, undecided } = this.#mustHaveHub();
    return {
      now: this.#clock.now(),
      phones: [...this.#phones.values()].map((phone) => phone.toView()),
      hub: {
        height: settled.height,
        stateRoot: stateRoot(settled),
        undecided: undecided.size,
        policy: POLICY,
      },
      links: this.#linksInUse().map(({ a, b, isUp }): LinkView => ({ a, b, isUp })),
      happenings: this.#telling.happenings,
    };
  }

  /** One action after the other, each until everybody in reach agrees. What a phone refuses is told by the view. */
  act(action: Action): Promise<void> {
    if (this.#waiting >= WAITING_MAX) return Promise.resolve();
    this.#waiting += 1;
    const step = this.#steps.then(() => this.#act(action)).finally(() => (this.#waiting -= 1));
    this.#steps = step.catch(() => undefined);
    return step;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#steps;
    for (const phone of this.#phones.values()) await phone.turnOff();
    await this.#hub?.close();
    this.#turns.close();
  }

  get #name(): string {
    return `amigos-demo/${this.#seed}`;
  }

  // — the beginning ———————————————————————————————————————————————————————

  async #begin(): Promise<void> {
    const founders = new Map<Person, { readonly keys: KeyVault; readonly founder: Founder }>();
    for (const person of PEOPLE) {
      const random = seededRandom(`${this.#name}/${person}`);
      const keys = createMemoryKeyVault({ random });
      founders.set(person, { keys, founder: await createFounder({ keys, random }) });
    }
    const network = createNetwork({
      version: 1,
      name: "demo",
      time: this.#clock.now(),
      authority: this.#authority.publicKey,
      assets: [ASSET],
      parameters: DEFAULT_PARAMETERS,
      allocations: [...founders.values()].map(({ founder }) => ({
        founder,
        asset: ASSET.code,
        amount: amount(BALANCE_CENTS),
      })),
      policy: POLICY,
    });
    this.#network = network;
    this.#clock.pass(HOUR_MS);
    const hub = await Replica.open({
      network,
      store: await openMemoryStore({ name: "hub", disk: this.#memory }),
      links: this.#endsOf("hub"),
      clock: this.#clock,
      random: this.#random,
      signer: this.#authority,
      isProvisional: false,
    });
    this.#hub = hub;
    hub.subscribe((event) => {
      if (event.type === "settled") this.#telling.noteVerdicts(event.height, event.verdicts);
      this.#changed();
    });
    for (const [person, { keys, founder }] of founders) {
      const phone = this.#makePhone(person, person, keys);
      const store = await phone.disk.open();
      const account = await createAccount({ network, store, keys, random: this.#random, clock: this.#clock, founder });
      const session = await account.createSession({
        device: `${person}’s phone`,
        permissions: [SEND_LIMIT_DAILY(DAILY), READ_ALL],
        expiry: { days: SESSION_DAYS },
      });
      await phone.turnOn({ store, session });
      this.#phones.set(person, phone);
    }
    this.#part([[...PEOPLE, "hub"]]);
    await this.#agree();
    await this.#settle();
    this.#telling.begin(this.#moment, this.#phones.values());
    this.#isBusy = false;
    this.#hasBegun = true;
    this.#publish(this.view);
  }

  #makePhone(id: PhoneId, owner: Person, keys: KeyVault): Phone {
    return new Phone({
      id,
      owner,
      network: this.#mustHaveNetwork(),
      keys,
      disk: new FailingDisk(this.#memory, id),
      clock: new PhoneClock(this.#clock),
      random: seededRandom(`${this.#name}/${id}/wallet`),
      links: this.#endsOf(id),
      onChange: () => this.#changed(),
    });
  }

  // — actions ——————————————————————————————————————————————————————————————

  async #act(action: Action): Promise<void> {
    if (this.#isClosed) return;
    this.#isBusy = true;
    if (action.type !== "pass") this.#clock.pass(MINUTE_MS);
    for (const phone of this.#phones.values()) phone.refusal = undefined;
    this.#changed();
    await this.#do(action);
    this.#note();
    await this.#agree();
    this.#note();
    if (this.#isSettlementDue()) await this.#settle();
    this.#isBusy = false;
    this.#publish(this.view);
  }

  async #do(action: Action): Promise<void> {
    switch (action.type) {
      case "pay":
        return this.#pay(action.payer, action.payee, action.cents);
      case "die": {
        const phone = this.#phone(action.payer);
        phone?.disk.failAfter(action.writes);
        await this.#pay(action.payer, action.payee, action.cents, { isTold: false });
        await phone?.turnOff();
        this.#tell(action.payer, { type: "died" });
        return;
      }
      case "link": {
        const { a, b, isUp } = action;
        const wire = this.#linksInUse().find((one) => isBetween(one, a, b));
        if (wire === undefined || wire.isUp === isUp) return;
        this.#setUp(wire, isUp);
        this.#tell(a, { type: isUp ? "linked" : "cut", other: b });
        return;
      }
      case "partition": {
        const { groups } = action;
        this.#part(groups);
        this.#tell("hub", { type: "parted", groups });
        return;
      }
      case "copy":
        return this.#copy(action.of);
      case "power": {
        const phone = this.#phone(action.phone);
        if (phone === undefined || phone.isOn === action.isOn) return;
        await (action.isOn ? phone.turnOn() : phone.turnOff());
        this.#tell(action.phone, { type: action.isOn ? "on" : "off" });
        return;
      }
      case "shift": {
        const phone = this.#phone(action.phone);
        if (phone === undefined || phone.clock.shiftMs === action.ms) return;
        phone.clock.shiftMs = action.ms;
        this.#tell(action.phone, { type: "shifted", ms: action.ms });
        return;
      }
      case "pass":
        this.#clock.pass(action.ms);
        this.#tell("hub", { type: "passed", ms: action.ms });
    }
  }

  async #pay(payer: PhoneId, payee: Person, cents: number, { isTold = true } = {}): Promise<void> {
    const phone = this.#phone(payer);
    const to = this.#phone(payee)?.view.account;
    if (phone?.wallet === undefined || to === undefined) return;
    try {
      await phone.wallet.pay(to, { asset: ASSET.code, amount: amount(BigInt(cents)) });
    } catch (error) {
      if (!isTold) return;
      phone.refusal = toTypedError(error);
      this.#tell(payer, { type: "refused", to: payee, cents, error: phone.refusal });
    }
  }

  /** As a thief would: while the phone is off, so that what is on its disk is whole. */
  async #copy(of: Person): Promise<void> {
    const original = this.#phone(of);
    if (original === undefined || this.#phones.has("copy")) return;
    const wasOn = original.isOn;
    await original.turnOff();
    this.#memory.copy(original.disk.name, "copy");
    if (wasOn) await original.turnOn();
    const copy = this.#makePhone("copy", of, original.keys);
    copy.clock.shiftMs = original.clock.shiftMs;
    await copy.turnOn();
    this.#phones.set("copy", copy);
    this.#telling.met(copy);
    this.#tell("copy", { type: "copied", of });
  }

  #part(groups: readonly (readonly PartyId[])[]): void {
    for (const wire of this.#linksInUse())
      this.#setUp(
        wire,
        groups.some((group) => group.includes(wire.a) && group.includes(wire.b)),
      );
  }

  #setUp(wire: Wire, isUp: boolean): void {
    if (wire.isUp === isUp) return;
    wire.isUp = isUp;
    if (isUp) wire.pair.plug();
    else wire.pair.unplug();
  }

  // — the ledger ———————————————————————————————————————————————————————————

  #isSettlementDue(): boolean {
    const pending = this.#pending();
    if (pending.length === 0) return false;
    return pending.some((id) => !this.#resting.has(id)) || this.#clock.now() >= this.#retryAt;
  }

  async #settle(): Promise<void> {
    const hub = this.#mustHaveHub();
    await hub.settle(this.#clock.now(), this.#authority);
    this.#resting = new Set(this.#pending());
    this.#retryAt = this.#clock.now() + RETRY_MS;
    await this.#agree();
    this.#note();
  }

  /** Everything that a checkpoint could decide. */
  #pending(): readonly string[] {
    const hub = this.#mustHaveHub();
    const { inceptions, control } = hub.unregistered();
    return [...hub.undecided.all(), ...inceptions, ...control].map(({ id }) => id);
  }

  // — agreement ————————————————————————————————————————————————————————————

  /** Until those who reach each other have met, and have what concerns them. */
  async #agree(): Promise<void> {
    const hub = this.#mustHaveHub();
    for (const { a, b, isUp } of this.#links) {
      const [one, other] = [this.#phones.get(a as PhoneId), this.#phones.get(b as PhoneId)];
      if (!isUp || one?.wallet === undefined) continue;
      if (b === "hub") {
        await this.#until(`${a} is in touch with the hub`, () => isInTouch(one, a, "hub"));
        await this.#until(`${a} has the ledger`, () => one.view.ledger.checkpoint === hub.settled.checkpoint);
        await this.#until(`the hub has what ${a} has`, () =>
          one.view.payments.every(
            ({ id, session, sequence, finality }) =>
              finality === "settled" || hub.undecided.at(session, sequence).some((entry) => entry.id === id),
          ),
        );
      } else if (other?.wallet !== undefined) {
        await this.#until(`${a} is in touch with ${b}`, () => isInTouch(one, a, b) && isInTouch(other, b, a));
        await this.#until(
          `${a} and ${b} have what one pays the other`,
          () => hasPaid(one, other) && hasPaid(other, one),
        );
      }
    }
    await this.#quiet();
  }

  async #until(what: string, probe: () => boolean): Promise<void> {
    const deadline = performance.now() + WAIT_MS_MAX;
    while (!probe()) {
      if (performance.now() > deadline) {
        if (this.unmet.length < UNMET_MAX) this.unmet.push(what);
        return;
      }
      await this.#nextTurn();
    }
  }

  async #quiet(): Promise<void> {
    let turns = 0;
    await this.#until("nothing is under way", () => {
      turns = this.#wires.underWayCount === 0 ? turns + 1 : 0;
      return turns > QUIET_TURNS;
    });
  }

  // — what is told —————————————————————————————————————————————————————————

  get #moment(): Moment {
    const reached = this.#linksInUse()
      .filter(({ a, b, isUp }) => b === "hub" && isUp && this.#phone(a as PhoneId)?.isOn === true)
      .map(({ a }) => a);
    return { time: this.#clock.now(), reached };
  }

  #tell(lane: PartyId, what: Parameters<Telling["tell"]>[2]): void {
    this.#telling.tell(lane, this.#moment, what);
    this.#changed();
  }

  #note(): void {
    this.#telling.note({ moment: this.#moment, phones: [...this.#phones.values()], hub: this.#mustHaveHub() });
  }

  /** Several changes of one turn are one for the page. */
  #changed(): void {
    if (this.#isPublishing || !this.#isBusy || this.#isClosed || !this.#hasBegun) return;
    this.#isPublishing = true;
    void this.#nextTurn().then(() => {
      this.#isPublishing = false;
      if (this.#isBusy && !this.#isClosed) this.#publish(this.view);
    });
  }

  // — parts —————————————————————————————————————————————————————————————————

  #phone(id: PhoneId): Phone | undefined {
    return this.#phones.get(id);
  }

  #endsOf(party: PartyId): readonly Link[] {
    return this.#links
      .filter(({ a, b }) => a === party || b === party)
      .map(({ a, pair }) => (a === party ? pair.left : pair.right));
  }

  #linksInUse(): readonly Wire[] {
    return this.#links.filter((wire) =>
      this.#phones.has("copy") ? !this.#isToItself(wire) : wire.a !== "copy" && wire.b !== "copy",
    );
  }

  /** A phone and its copy have one key, and a device does not talk to itself. */
  #isToItself({ a, b }: Pick<Wire, "a" | "b">): boolean {
    const owner = this.#phones.get("copy")?.owner;
    return (a === "copy" && b === owner) || (b === "copy" && a === owner);
  }

  #mustHaveHub(): Replica {
    if (this.#hub === undefined) throw new TypeError("the world has not begun");
    return this.#hub;
  }

  #mustHaveNetwork(): Network {
    if (this.#network === undefined) throw new TypeError("the world has not begun");
    return this.#network;
  }
}

function pairsOf(parties: readonly PartyId[]): readonly (readonly [PartyId, PartyId])[] {
  return parties.flatMap((a, index) => parties.slice(index + 1).map((b) => [a, b] as const));
}

function isBetween(wire: Pick<Wire, "a" | "b">, a: PartyId, b: PartyId): boolean {
  return (wire.a === a && wire.b === b) || (wire.a === b && wire.b === a);
}

/** By the name of the wire: two phones with one key are two ends all the same. */
function isInTouch(phone: Phone, from: PartyId, to: PartyId): boolean {
  return phone.view.connections.some(({ link }) => link === `memory ${from} to ${to}`);
}

/** Whether the other one has what this phone has signed for them and the ledger has not decided. */
function hasPaid(from: Phone, to: Phone): boolean {
  const known = new Set(to.view.payments.map(({ id }) => id));
  return from.view.payments.every(
    ({ id, direction, counterparty, session, finality }) =>
      direction === "in" ||
      finality === "settled" ||
      counterparty !== to.view.account ||
      session !== from.view.session.id ||
      known.has(id),
  );
}
