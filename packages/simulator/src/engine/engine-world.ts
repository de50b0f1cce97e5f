/**
 * A small world of real wallets: the engine's own replicas, journals, documents, guard and connections, on simulated disks,
 * wires and a simulated clock. What happens follows from the seed; so do keys, entries and checkpoints, because every move
 * waits until those in reach of the hub agree. On the wires and in the documents two runs may differ; in what was signed, in
 * verdicts, proofs and roots they may not.
 */
import { SteppedClock } from "@amigos/adapters/clock-stepped";
import "@automerge/automerge";
import { setImmediate } from "node:timers/promises";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import type { MemoryLinkPair } from "@amigos/adapters/link-memory";
import { MemoryDisk } from "@amigos/adapters/store-memory";
import {
  amount,
  assert,
  createNetwork,
  DEFAULT_PARAMETERS,
  SEND_UNLIMITED,
  type AccountId,
  type EntryId,
  type Founder,
  type Network,
  type VerifiedEntry,
} from "@amigos/core";
import {
  createAccount,
  createFounder,
  openWallet,
  Replica,
  SEND_LIMIT_DAILY,
  StoreError,
  WalletError,
  type KeyVault,
  type PaymentView,
  type Random,
  type SessionGrant,
  type Wallet,
} from "@amigos/engine";
import type { Verdict } from "@amigos/reconcile";
import { createMint, type Mint } from "../world/mint.ts";
import { ASSET, createAccount as createStranger, WORLD_START } from "../world/population.ts";
import { Door, forgeDocuments } from "./mallory.ts";
import { CHEAT, COPY, HONEST, type Move } from "./moves.ts";
import { seededRandom, TroubledDisk, Wires, type DiskTrouble } from "./surroundings.ts";

export interface EngineWorldOptions {
  readonly seed: number;
  readonly moves: readonly Move[];
  /** Disks that lose what they said they had written: a fault that must be found, for no disk may do that. */
  readonly disksLie?: boolean;
  readonly onEvent?: (line: string) => void;
}

/** A phone, and what it has to do with others. */
interface Phone {
  readonly name: string;
  readonly keys: KeyVault;
  readonly grant: SessionGrant;
  readonly disk: TroubledDisk;
  readonly toHub: MemoryLinkPair;
  isPlugged: boolean;
  wallet: Wallet;
}

/** What the ledger said of one entry, in order. */
export interface Settled {
  readonly entry: VerifiedEntry;
  readonly verdict: Verdict;
}

const BALANCE_CENTS = 100_00n;
const DAILY = "50.00 AMI";
const SESSION_DAYS = 30;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A move that has not come to rest after this long never does. Of real time, for the engine computes in it. */
const WAIT_MS_MAX = 20_000;
/** Turns without a message before nothing is under way any more. */
const QUIET_TURNS = 4;
/** What is left undecided after as many is so for good. */
const FINAL_CHECKPOINTS_MAX = 4;

/** Something did not come about that had to. Its message says what. */
export class WaitedInVain extends Error {
  override readonly name = "WaitedInVain";
}

export class EngineWorld {
  readonly network: Network;
  readonly settled: Settled[] = [];
  /** What each payment is called, in the order in which they were signed. */
  readonly payments: Map<EntryId, string> = new Map();
  readonly hub: Replica;
  readonly #options: EngineWorldOptions;
  readonly #clock: SteppedClock;
  readonly #random: Random;
  readonly #wires: Wires;
  readonly #mint: Mint;
  readonly #memory: MemoryDisk;
  readonly #door: Door;
  readonly #phones: Map<string, Phone>;
  readonly #signerOfHub;
  #mallories = 0;

  private constructor(parts: {
    readonly options: EngineWorldOptions;
    readonly network: Network;
    readonly hub: Replica;
    readonly clock: SteppedClock;
    readonly random: Random;
    readonly wires: Wires;
    readonly mint: Mint;
    readonly memory: MemoryDisk;
    readonly door: Door;
    readonly phones: Map<string, Phone>;
  }) {
    this.network = parts.network;
    this.hub = parts.hub;
    this.#options = parts.options;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#wires = parts.wires;
    this.#mint = parts.mint;
    this.#memory = parts.memory;
    this.#door = parts.door;
    this.#phones = parts.phones;
    this.#signerOfHub = parts.mint.signer("authority");
    this.hub.subscribe((event) => {
      if (event.type !== "settled") return;
      const entryById = new Map(event.entries.map((entry) => [entry.id, entry]));
      for (const verdict of event.verdicts) {
        const entry = entryById.get(verdict.entry);
        if (entry !== undefined) this.settled.push({ entry, verdict });
      }
    });
  }

  static async open(options: EngineWorldOptions): Promise<EngineWorld> {
    const seed = `amigos-engine-world/${options.seed}`;
    const clock = new SteppedClock(WORLD_START);
    const random = seededRandom(`${seed}/random`);
    const wires = new Wires(`${seed}/wires`);
    const mint = createMint("real", seed);
    const memory = new MemoryDisk();
    const door = new Door();
    const names = [...HONEST, CHEAT];
    const founders: { readonly name: string; readonly keys: KeyVault; readonly founder: Founder }[] = [];
    for (const name of names) {
      const own = seededRandom(`${seed}/${name}`);
      const keys = createMemoryKeyVault({ random: own });
      founders.push({ name, keys, founder: await createFounder({ keys, random: own }) });
    }
    const network = createNetwork({
      version: 1,
      name: "simulation",
      time: WORLD_START,
      authority: mint.signer("authority").publicKey,
      assets: [ASSET],
      parameters: DEFAULT_PARAMETERS,
      allocations: founders.map(({ founder }) => ({ founder, asset: ASSET.code, amount: amount(BALANCE_CENTS) })),
      policy: "honour-all",
    });
    clock.pass(HOUR_MS);
    const toHub = new Map([...names, COPY].map((name) => [name, wires.between(name, "hub")]));
    toHub.get(COPY)?.unplug();
    const hub = await Replica.open({
      network,
      store: await new TroubledDisk(memory, "hub").open(),
      links: [door.link, ...[...toHub.values()].map(({ right }) => right)],
      clock,
      random,
      signer: mint.signer("authority"),
      isProvisional: false,
    });
    const phones = new Map<string, Phone>();
    for (const { name, keys, founder } of founders) {
      const disk = new TroubledDisk(memory, name);
      const store = await disk.open();
      const account = await createAccount({ network, store, keys, random, clock, founder });
      const grant = await account.createSession({
        device: `${name}'s phone`,
        permissions: [SEND_LIMIT_DAILY(DAILY)],
        expiry: { days: SESSION_DAYS },
      });
      const link = toHub.get(name);
      assert(link !== undefined, "everybody has a wire to the hub");
      const wallet = await openWallet({ network, session: grant, store, keys, links: [link.left], clock, random });
      phones.set(name, { name, keys, grant, disk, toHub: link, isPlugged: true, wallet });
    }
    const world = new EngineWorld({ options, network, hub, clock, random, wires, mint, memory, door, phones });
    const copy = toHub.get(COPY);
    assert(copy !== undefined, "the copy has a wire, too");
    world.#wireOfCopy = copy;
    await world.#agree();
    if (options.disksLie === true) for (const { disk } of phones.values()) await disk.beginToLie();
    return world;
  }

  #wireOfCopy: MemoryLinkPair | undefined;

  get wallets(): readonly { readonly name: string; readonly wallet: Wallet }[] {
    return [...this.#phones.values()];
  }

  accountOf(name: string): AccountId {
    return this.#phone(name).wallet.account;
  }

  nameOf(account: AccountId): string {
    for (const { name, wallet } of this.#phones.values()) if (wallet.account === account) return name;
    return "a stranger";
  }

  /** All moves, then everybody in reach of the hub until it has decided everything. @throws {WaitedInVain} */
  async run(): Promise<void> {
    for (const move of this.#options.moves) await this.#make(move);
    await this.#make({ type: "copy" });
    for (const { name } of this.#phones.values()) await this.#make({ type: "plug", name });
    for (let count = 0; count < FINAL_CHECKPOINTS_MAX && this.hub.undecided.all().length > 0; count++)
      await this.#make({ type: "settle" });
  }

  async close(): Promise<void> {
    for (const { wallet } of this.#phones.values()) await wallet.close();
    await this.hub.close();
  }

  // — moves ———————————————————————————————————————————————————————————————

  async #make(move: Move): Promise<void> {
    switch (move.type) {
      case "pay":
        await this.#pay(move.payer, move.payee, move.cents, () => {
          const { toHub, isPlugged } = this.#phone(move.payer);
          if (!move.breaks || !isPlugged) return;
          toHub.unplug();
          toHub.plug();
        });
        break;
      case "hand":
        await this.#hand(move.payer, move.payee, move.cents);
        break;
      case "die":
        await this.#die(move);
        break;
      case "full":
        this.#phone(move[move.whose]).disk.suffer({ type: "full", writes: 1 });
        await this.#hand(move.payer, move.payee, move.cents);
        // What was refused at the payee's comes by the hub.
        this.#phone(move.payee).disk.suffer(undefined);
        break;
      case "plug":
      case "unplug":
        this.#setPlugged(this.#phone(move.name), move.type === "plug");
        break;
      case "pass":
        this.#clock.pass(move.minutes * MINUTE_MS);
        break;
      case "attack":
        await this.#attack(move.attack);
        break;
      case "copy":
        await this.#copy();
        break;
      case "settle":
        await this.#settle();
        break;
    }
    await this.#agree();
  }

  /** `undefined` when the wallet, or its disk, said no. */
  async #pay(payer: string, payee: string, cents: number, meanwhile = () => {}): Promise<PaymentView | undefined> {
    const phone = this.#phone(payer);
    const paying = phone.wallet.pay(this.accountOf(payee), { asset: ASSET.code, amount: amount(BigInt(cents)) });
    meanwhile();
    try {
      const payment = await paying;
      this.#name(phone, payment);
      return payment;
    } catch (error) {
      this.#note(`${payer} to ${payee} ${cents}: ${whyNot(error)}`);
      return undefined;
    } finally {
      phone.disk.suffer(undefined);
    }
  }

  async #hand(payer: string, payee: string, cents: number): Promise<void> {
    const payment = await this.#pay(payer, payee, cents);
    if (payment === undefined) return;
    try {
      await this.#phone(payee).wallet.receive(this.#phone(payer).wallet.handover(payment.id));
    } catch (error) {
      this.#note(`${payee} does not take it: ${whyNot(error)}`);
    }
  }

  /** Pays while the power goes out, and starts again on what is on the disk. */
  async #die({ payer, payee, cents, after, isWritten }: Extract<Move, { readonly type: "die" }>): Promise<void> {
    const phone = this.#phone(payer);
    const trouble: DiskTrouble = { type: "dies", after, isWritten };
    phone.disk.suffer(trouble);
    await this.#pay(payer, payee, cents);
    phone.disk.suffer(trouble);
    await phone.wallet.close();
    phone.disk.losePower();
    phone.disk.suffer(undefined);
    phone.wallet = await this.#openWallet(phone);
    // What had its place before the power went out is signed now.
    for (const payment of phone.wallet.view.payments.toReversed()) this.#name(phone, payment);
    this.#note(`${payer} starts again`);
  }

  async #copy(): Promise<void> {
    if (this.#phones.has(COPY)) return;
    const original = this.#phone(CHEAT);
    this.#setPlugged(original, false);
    this.#memory.copy(CHEAT, COPY);
    const wire = this.#wireOfCopy;
    assert(wire !== undefined, "the copy has a wire");
    const { keys, grant } = original;
    const disk = new TroubledDisk(this.#memory, COPY);
    const phone = { name: COPY, keys, grant, disk, toHub: wire, isPlugged: false };
    this.#phones.set(COPY, { ...phone, wallet: await this.#openWallet(phone) });
    this.#note(`${CHEAT} copies the phone`);
  }

  async #attack(attack: number): Promise<void> {
    const [mallory] = await createStranger(this.#mint, this.network, [`mallory ${this.#mallories++}`], {
      permissions: [SEND_UNLIMITED],
      offlineLimits: [],
      days: SESSION_DAYS,
    });
    assert(mallory !== undefined, "an account has a phone");
    const { name, bundle } = await forgeDocuments({
      network: this.network,
      mallory,
      payee: this.accountOf(HONEST[0]),
      door: this.#door,
      wires: this.#wires,
      clock: this.#clock,
      random: this.#random,
      attack,
      until: (what, probe) => this.#until(what, probe),
    });
    await this.hub.ingest(bundle);
    this.#note(`mallory forges: ${name}`);
  }

  async #settle(): Promise<void> {
    this.#clock.pass(MINUTE_MS);
    await this.hub.settle(this.#clock.now(), this.#signerOfHub);
    this.#note(`checkpoint ${this.hub.settled.height}`);
  }

  #setPlugged(phone: Phone, isPlugged: boolean): void {
    if (phone.isPlugged === isPlugged) return;
    phone.isPlugged = isPlugged;
    if (isPlugged) phone.toHub.plug();
    else phone.toHub.unplug();
    this.#note(`${phone.name} is ${isPlugged ? "in" : "out of"} reach of the hub`);
  }

  async #openWallet({ keys, disk, toHub }: Pick<Phone, "keys" | "disk" | "toHub">): Promise<Wallet> {
    return openWallet({
      network: this.network,
      store: await disk.open(),
      keys,
      links: [toHub.left],
      clock: this.#clock,
      random: this.#random,
    });
  }

  // — agreement ———————————————————————————————————————————————————————————

  /** Until everybody in reach of the hub has its ledger, and it has what they signed and were given. @throws {WaitedInVain} */
  async #agree(): Promise<void> {
    for (const phone of this.#phones.values()) {
      if (!phone.isPlugged) continue;
      const { name, wallet } = phone;
      await this.#until(
        `${name} has the ledger of the hub`,
        () => wallet.view.ledger.checkpoint === this.hub.settled.checkpoint,
      );
      await this.#until(`the hub has what ${name} has`, () =>
        wallet.view.payments.every((payment) => payment.finality === "settled" || this.#isAtHub(payment)),
      );
    }
    await this.#quiet();
  }

  #isAtHub({ id, session, sequence }: PaymentView): boolean {
    return this.hub.undecided.at(session, sequence).some((entry) => entry.id === id);
  }

  async #until(what: string, probe: () => boolean): Promise<void> {
    const deadline = performance.now() + WAIT_MS_MAX;
    while (!probe()) {
      if (performance.now() > deadline) throw new WaitedInVain(what);
      await setImmediate();
    }
  }

  async #quiet(): Promise<void> {
    let turns = 0;
    await this.#until("nothing is under way", () => {
      turns = this.#wires.underWayCount === 0 ? turns + 1 : 0;
      return turns > QUIET_TURNS;
    });
  }

  #phone(name: string): Phone {
    // Before there is a copy, the cheat has one phone.
    const phone = this.#phones.get(name) ?? this.#phones.get(CHEAT);
    assert(phone !== undefined, "everybody has a phone");
    return phone;
  }

  #name({ name }: Phone, { id, direction, counterparty, amount: cents }: PaymentView): void {
    if (direction !== "out" || this.payments.has(id)) return;
    const line = `${name} to ${this.nameOf(counterparty)} ${cents}`;
    this.payments.set(id, line);
    this.#note(line);
  }

  #note(line: string): void {
    this.#options.onEvent?.(line);
  }
}

function whyNot(error: unknown): string {
  if (error instanceof WalletError) return "failure" in error.detail ? error.detail.failure.code : error.detail.type;
  if (error instanceof StoreError) return error.type;
  throw error;
}
