/**
 * Where mallory performs: a real hub process on its folder, with a heap so small that what grows without bound ends it;
 * alice and bob, honest wallets that pay each other all the while; and carol, whom both have paid, who asks hub and wallets
 * what their documents say. After each attack everything must hold (`holds`); after a group of them, too when the hub was
 * killed and started again (`restart`).
 */
import { join } from "node:path";
import { expect } from "vitest";
import { systemClock } from "@amigos/adapters/runtime";
import { timeMs, type Network } from "@amigos/core";
import { createPerson, type Person } from "@amigos/core/testing";
import { startHubProcess, type HubProcess } from "@amigos/hub/process";
import { silentLog } from "../../src/log.ts";
import { verifyHub } from "../../src/verify.ts";
import { fetchCheckpoint, fetchHealth, fetchNetwork } from "../story/hub-client.ts";
import { waitUntil } from "../story/wait-until.ts";
import { HonestWallet } from "./honest-wallet.ts";
import { HubLog } from "./hub-log.ts";
import { identityOf, RawPeer, type DialOptions } from "./raw-peer.ts";

const MIB = 1024 * 1024;
/** A hub at rest needs less than half of it. */
const HEAP_MIB_MAX = 96;
/** What a hub may take more than before the first attack: its heap full of garbage, and what its bounds let wait. */
const GROWTH_BYTES_MAX = (HEAP_MIB_MAX + 32) * MIB;
const SETTLE_EVERY_MS = 50;
const DAY_MS = 86_400_000;

export class Stage {
  readonly log = new HubLog();
  readonly #data: string;
  readonly #folder: string;
  #hub: HubProcess | undefined;
  #network: Network | undefined;
  #honest: readonly [HonestWallet, HonestWallet] | undefined;
  #carol: Person | undefined;
  #carolAtHub: RawPeer | undefined;
  #memoryBefore = Number.POSITIVE_INFINITY;
  #mallories = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#data = join(folder, "hub");
  }

  get hub(): HubProcess {
    return definitely(this.#hub);
  }

  get network(): Network {
    return definitely(this.#network);
  }

  get alice(): HonestWallet {
    return definitely(this.#honest)[0];
  }

  get bob(): HonestWallet {
    return definitely(this.#honest)[1];
  }

  get carol(): Person {
    return definitely(this.#carol);
  }

  async open(): Promise<void> {
    await this.#start();
    this.#network = await fetchNetwork(this.hub.url);
    this.#carol = await this.#person("carol");
    const open = (name: string): Promise<HonestWallet> =>
      HonestWallet.open({ name, folder: this.#folder, hub: () => this.hub });
    this.#honest = [await open("alice"), await open("bob")];
    for (const wallet of this.#honest) await wallet.phone.wallet.pay(this.carol.account, "0.01 AMI");
    this.#carolAtHub = await this.meet(this.carol);
    await this.holds();
    this.#memoryBefore = await this.#memory();
  }

  async close(): Promise<void> {
    this.#carolAtHub?.close();
    for (const wallet of this.#honest ?? []) await wallet.close();
    await this.#hub?.stop();
  }

  /** Somebody whom nobody has met, with an account and a session of her own. */
  mallory(): Promise<Person> {
    return this.#person(`mallory ${++this.#mallories}`);
  }

  /** Meets the hub as a device of that person. */
  meet(person: Person, options: DialOptions = {}): Promise<RawPeer> {
    return RawPeer.meet(this.hub.syncUrl, this.network, identityOf(person), options);
  }

  /** Carol's own connection to the hub. */
  get carolAtHub(): RawPeer {
    return definitely(this.#carolAtHub);
  }

  /** Resolves when the hub has refused something from her with each of these codes and with no other. */
  async refused({ key, line }: Pick<RawPeer, "key" | "line">, codes: readonly string[]): Promise<void> {
    const found = (): readonly string[] => [
      ...new Set([...this.log.refusedFrom(key).keys(), ...this.log.refusedFrom(line.name).keys()]),
    ];
    await waitUntil(`it is refused as ${codes.join()}`, () => codes.every((code) => found().includes(code)));
    expect(found().toSorted()).toEqual(codes.toSorted());
  }

  /** Honest wallets pay each other while the attack goes on. */
  async during(attack: () => Promise<unknown>): Promise<void> {
    await Promise.all([attack(), this.#payBothWays()]);
  }

  /**
   * The hub answers, takes payments and settles them; nothing that was paid is lost on either side; everybody has the same
   * ledger, and the honest documents the same heads everywhere; the hub says nothing of errors and has not grown.
   */
  async holds(): Promise<void> {
    expect((await fetchHealth(this.hub.url)).status).toBe("ok");
    await this.#payBothWays();
    const { alice, bob } = this;
    for (const [payer, payee] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      expect(new Set(payer.outcomes())).toEqual(new Set(["settled accepted"]));
      await waitUntil("the payee has it all", () => payer.outcomesAt(payee).every((one) => one === "settled accepted"));
    }
    await this.#agree();
    expect(this.log.errors).toEqual([]);
    expect((await this.#memory()) - this.#memoryBefore, "growth in bytes").toBeLessThan(GROWTH_BYTES_MAX);
  }

  /** Kills the hub, verifies its folder and starts it again: everybody comes back, and everything holds. */
  async restart(): Promise<void> {
    await this.hub.kill();
    expect(await this.hub.exited).toBe(null);
    const { fault } = await verifyHub({ data: this.#data, log: silentLog, clock: systemClock });
    expect(fault).toBe(undefined);
    await Promise.all([this.alice.disconnect(), this.bob.disconnect()]);
    await this.#start();
    await Promise.all([this.alice.connect(), this.bob.connect()]);
    this.#carolAtHub = await this.meet(this.carol);
    // A hub knows of whom a settled entry paid only since it started.
    for (const wallet of [this.alice, this.bob]) await wallet.pay(this.carol.account);
    await this.holds();
  }

  async #start(): Promise<void> {
    this.#hub = await startHubProcess({
      data: this.#data,
      settleEveryMs: SETTLE_EVERY_MS,
      heapMibMax: HEAP_MIB_MAX,
      onLogLine: this.log.read,
    });
  }

  #person(name: string): Promise<Person> {
    const now = systemClock.now();
    return createPerson(name, {
      network: this.network,
      notBefore: timeMs(now - DAY_MS),
      expiry: timeMs(now + DAY_MS),
    });
  }

  async #payBothWays(): Promise<void> {
    await Promise.all([this.alice.pay(this.bob.account), this.bob.pay(this.alice.account)]);
  }

  async #agree(): Promise<void> {
    const { alice, bob } = this;
    await waitUntil("ledgers are the same", async () => {
      const { height, id, stateRoot } = await fetchCheckpoint(this.hub.url);
      const here = `${height} ${id} ${stateRoot}`;
      return alice.ledger === here && bob.ledger === here;
    });
    // A payee follows the log that pays it; what an account says about itself, only its own devices and the hub.
    for (const [document, ...wallets] of [
      [alice.log, alice, bob],
      [bob.log, bob, alice],
      [alice.set, alice],
      [bob.set, bob],
    ] as const) {
      await waitUntil(`heads of a ${document.kind} are the same`, async () => {
        const there = wallets.map((wallet) => wallet.heads(document, this.carol));
        return new Set(await Promise.all([this.carolAtHub.askHeads(document), ...there])).size === 1;
      });
    }
  }

  /** How many have proven their keys to the hub and are connected: alice, bob and carol, and who else there is. */
  peers(): Promise<number> {
    return this.#metric("amigos_peers");
  }

  /** Resident memory of the hub, in bytes. */
  #memory(): Promise<number> {
    return this.#metric("process_resident_memory_bytes");
  }

  async #metric(name: string): Promise<number> {
    const metrics = await (await fetch(`${this.hub.url}/metrics`)).text();
    const row = metrics.split("\n").find((line) => line.startsWith(`${name} `));
    return Number(row?.slice(name.length));
  }
}

function definitely<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError("the stage is not open");
  return value;
}
