/**
 * A hub in a process of its own, and wallets connected to it that pay each other as fast, or as evenly, as they are told: each
 * payment in a bundle of its own, as a wallet pushes it. They are in the process of whoever calls, which does nothing else
 * meanwhile; they keep no journal, follow no ledger and open no documents, so that the hub is what is measured.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { systemClock } from "@amigos/adapters/runtime";
import {
  bytesToHex,
  concatBytes,
  encodeBundle,
  orThrow,
  type Height,
  type Network,
  type VerifiedEntry,
} from "@amigos/core";
import { ami, createPerson, signPayment, type Person } from "@amigos/core/testing";
import { startHubProcess, type HubProcess } from "@amigos/hub/process";
import { decodeCheckpointRecord } from "@amigos/reconcile";
import { identityOf, RawPeer } from "../../test/hostile/raw-peer.ts";
import { askFaucet, fetchHealth, fetchNetwork } from "../../test/story/hub-client.ts";
import { waitUntil } from "../../test/story/wait-until.ts";
import { runtimeSigner } from "./runtime-signer.ts";

/** What the faucet gives at once, and how long it then takes for one more. */
const FAUCET_PAUSE_MS = 1_050;
/** Of each payer on their way at once. A device may leave 256 undecided, and what is settled next may be others' first. */
const WINDOW = 96;
const SIGNED_AT_ONCE = 16;
/** A hub that settles nothing for this long has stopped. */
const STALLED_MS = 30_000;
/** How late an even load may be sent at the worst, or it is no even load, and the sender is what was measured. */
const LATE_MS_MAX = 250;

/** A wallet as the hub sees it: a connection, and payments that it has signed and not sent. */
interface Payer {
  readonly person: Person;
  readonly peer: RawPeer;
  last: VerifiedEntry | undefined;
  ready: VerifiedEntry[];
}

export interface LoadedHubOptions {
  readonly payers: number;
  /** The data folder, kept afterwards. Left out: one that is removed. */
  readonly data?: string;
  /** How large the hub's JavaScript heap may become. Left out: what the runtime chooses. */
  readonly heapMibMax?: number;
}

/** Of payments that were sent evenly: each from when it was due to be sent until its payer was told of its checkpoint. */
export interface Waits {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export class LoadedHub {
  readonly hub: HubProcess;
  readonly #network: Network;
  readonly #payers: readonly Payer[];
  readonly #close: () => void;
  #settled = 0;
  #rejected = 0;
  #sent = 0;

  private constructor(hub: HubProcess, network: Network, payers: readonly Payer[], close: () => void) {
    this.hub = hub;
    this.#network = network;
    this.#payers = payers;
    this.#close = close;
  }

  /** With money, registered and connected, each by a key and an account of its own. */
  static async start({ payers: count, data, heapMibMax }: LoadedHubOptions): Promise<LoadedHub> {
    const folder = mkdtempSync(join(tmpdir(), "amigos-bench-"));
    let note: (line: string) => void = () => undefined;
    const hub = await startHubProcess({
      data: data ?? join(folder, "hub"),
      ...(heapMibMax === undefined ? {} : { heapMibMax }),
      onLogLine: (line) => note(line),
    });
    const network = await fetchNetwork(hub.url);
    const payers: Payer[] = [];
    for (let index = 0; index < count; index++) {
      const person = await createPerson(`payer ${index}`, { network, notBefore: network.genesis.time });
      const signer = runtimeSigner(`payer ${index}/phone`);
      const peer = await RawPeer.meet(hub.syncUrl, network, identityOf({ ...person, signer }));
      payers.push({ person: { ...person, signer }, peer, last: undefined, ready: [] });
    }
    for (const { person } of payers)
      while ((await askFaucet(hub.url, person.account)) !== 202) await setTimeout(FAUCET_PAUSE_MS);
    await waitUntil("everybody has money", async () => (await fetchHealth(hub.url)).undecided === 0);
    const loaded = new LoadedHub(hub, network, payers, () => rmSync(folder, { recursive: true }));
    note = (line) => loaded.#note(line);
    return loaded;
  }

  /** How many payments of theirs are settled. */
  get settled(): number {
    return this.#settled;
  }

  async close(): Promise<void> {
    for (const { peer } of this.#payers) peer.close();
    await this.hub.kill();
    this.#close();
  }

  /** Signs so many payments of everybody, one cent each, so that measuring has only to send them. */
  async signAhead(each: number): Promise<void> {
    for (const [index, payer] of this.#payers.entries()) {
      const to = (this.#payers[(index + 1) % this.#payers.length] as Payer).person.account;
      for (let count = 0; count < each; count++) {
        const { last } = payer;
        const time = systemClock.now();
        const payment = { network: this.#network, to, money: ami(0, 1), time };
        payer.last = await signPayment(payer.person, last === undefined ? payment : { ...payment, after: last });
        payer.ready.push(payer.last);
        // Who pays meanwhile has a turn.
        if (count % SIGNED_AT_ONCE === 0) await setImmediate();
      }
    }
  }

  /** Sends so many of each that were signed ahead, as fast as the hub settles them. Resolves when all are settled. */
  async payFast(each: number): Promise<void> {
    for (let done = 0; done < each; done++) {
      await this.settledBy(this.#sent - (WINDOW - 1) * this.#payers.length);
      for (const payer of this.#payers) this.#send(payer);
      await setImmediate();
    }
    await this.settledBy(this.#sent);
  }

  /** Sends all that was signed ahead, so many a second, of each payer in turn. */
  async payEvenly(perSecond: number): Promise<Waits> {
    const since = (await fetchHealth(this.hub.url)).height as Height;
    const dueAt = new Map<string, { readonly payer: Payer; readonly atMs: number }>();
    const count = this.#payers.reduce((sum, { ready }) => sum + ready.length, 0);
    const heardAt = this.#watchAnnouncements();
    const start = performance.now();
    let lateMs = 0;
    for (let sent = 0; sent < count;) {
      const passedMs = performance.now() - start;
      for (; sent < count && (sent * 1000) / perSecond <= passedMs; sent++) {
        const payer = this.#payers[sent % this.#payers.length] as Payer;
        const atMs = start + (sent * 1000) / perSecond;
        lateMs = Math.max(lateMs, performance.now() - atMs);
        dueAt.set(nameOf(this.#send(payer).bytes), { payer, atMs });
      }
      await setTimeout(1);
    }
    await this.settledBy(this.#sent);
    if (lateMs > LATE_MS_MAX) throw new RangeError(`the sender was ${Math.round(lateMs)} ms late itself`);
    const waits: number[] = [];
    for (const { height, entries } of await this.#recordsSince(since)) {
      for (const bytes of entries) {
        const due = dueAt.get(nameOf(bytes));
        if (due === undefined) continue;
        const toldAt = await waitUntil("its payer is told", () => heardAt(due.payer, height));
        waits.push(toldAt - due.atMs);
      }
    }
    if (waits.length < count) throw new RangeError(`${count - waits.length} payments are in no record`);
    const sorted = waits.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
    return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
  }

  /** Resolves when so many of theirs are settled, counted from the beginning. */
  async settledBy(count: number): Promise<void> {
    let [seen, deadline] = [this.#settled, performance.now() + STALLED_MS];
    while (this.#settled < count) {
      const refusal = this.#payers.flatMap(({ peer }) => peer.refusals)[0];
      if (refusal !== undefined) throw new RangeError(`the hub refused: ${refusal}`);
      if (this.#rejected > 0) throw new RangeError(`${this.#rejected} payments were rejected`);
      if (seen < this.#settled) [seen, deadline] = [this.#settled, performance.now() + STALLED_MS];
      if (performance.now() > deadline) throw new RangeError(`the hub has stopped at ${seen} of ${count}`);
      await setTimeout(2);
    }
    for (const { peer } of this.#payers) peer.heard.length = 0;
  }

  #note(line: string): void {
    const said = JSON.parse(line) as { readonly event: string; readonly accepted: number; readonly rejected: number };
    if (said.event !== "settled") return;
    this.#settled += said.accepted;
    this.#rejected += said.rejected;
  }

  /** What says when a payer was told of a height, or of one beyond it. */
  #watchAnnouncements(): (payer: Payer, height: number) => number | undefined {
    const told = new Map<Payer, { readonly height: number; readonly atMs: number }[]>();
    for (const payer of this.#payers) {
      const heights: { readonly height: number; readonly atMs: number }[] = [];
      told.set(payer, heights);
      payer.peer.onHeard = (message) => {
        if (message.type === "checkpoint-announcement")
          heights.push({ height: message.height, atMs: performance.now() });
      };
    }
    return (payer, height) => told.get(payer)?.find((one) => one.height >= height)?.atMs;
  }

  /** The records above a height, asked for by one of the payers when nothing else happens. */
  async #recordsSince(
    since: number,
  ): Promise<readonly { readonly height: number; readonly entries: readonly Uint8Array[] }[]> {
    const { height: newest } = await fetchHealth(this.hub.url);
    const { peer } = this.#payers[0] as Payer;
    const records: { height: number; entries: readonly Uint8Array[] }[] = [];
    for (let height = since; height < newest; height = records.at(-1)?.height ?? newest) {
      peer.heard.length = 0;
      peer.say({ type: "checkpoints-request", since: height as Height });
      await waitUntil("records have come", () => peer.heard.some(({ type }) => type === "checkpoints-end"));
      const parts = peer.heard.filter((message) => message.type === "checkpoint-part");
      for (const { height: of } of parts.filter(({ index }) => index === 0)) {
        const bytes = concatBytes(...parts.filter((part) => part.height === of).map(({ part }) => part));
        records.push({ height: of, entries: orThrow(decodeCheckpointRecord(bytes)).entries });
      }
    }
    return records;
  }

  /** Its next payment, without what vouches for it: its hello said that. */
  #send(payer: Payer): VerifiedEntry {
    const next = payer.ready.shift();
    if (next === undefined) throw new RangeError("nothing is signed to be sent");
    const bundle = encodeBundle({ version: 1, network: this.#network.tag, accounts: [], entries: [next.bytes] });
    payer.peer.say({ type: "bundle", bundle });
    this.#sent += 1;
    return next;
  }
}

/** Signed bytes end with their signature, which nothing else has. */
function nameOf(bytes: Uint8Array): string {
  return bytesToHex(bytes.subarray(-64));
}
