/**
 * What a hub does with payments that arrive from 50 connected wallets: a process of its own, real sockets, SQLite with a
 * synced write for each batch. The wallets are in the bench's process and have signed beforehand.
 */
import "@automerge/automerge";
import { createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { BenchCase, BenchSides } from "../../../scripts/bench/bench-case.ts";
import { fixed } from "../../../scripts/bench/bench-case.ts";
import { send, settledBy, signAhead, startLoadedHub, type LoadedHub } from "./support/payers.ts";

const PAYERS = 50;
/** In one bundle. A device may leave 256 undecided: four of these, of which two are under way and others may be settled first. */
const BURST = 64;
/** Of each payer in one measurement: 19,200 payments. */
const EACH = 384;
/** Of each payer at a time and how often, at half the speed at which the hub took as many as it could just before. */
const EVEN = { each: 3, times: 40 } as const;
/** Of each payer, to find that speed. */
const FASTEST_EACH = 128;
/** As many signatures as payments, times this is what verifying them costs. */
const SIGNATURES = 2_000;

const cases: readonly BenchCase[] = [
  {
    id: "hub.settled-payment",
    what: "50 connected wallets send 19,200 payments until all are durably settled; the reference is one Ed25519 verification for each, by OpenSSL",
    unit: "ms a payment",
    bar: 3,
    rounds: 2,
    prepare: settling,
  },
  {
    id: "hub.receipt-to-checkpoint-p99",
    what: "from sending a payment to the checkpoint that settles it, from 50 connected wallets at half the load that the hub bears here, the slowest hundredth; the reference is the cadence of checkpoints",
    unit: "ms",
    bar: 1.5,
    rounds: 2,
    prepare: evenly,
  },
];

export default cases;

async function settling(): Promise<BenchSides> {
  const payments = new Payments(await startLoadedHub({ payers: PAYERS }));
  return { ours: () => payments.fast(EACH), reference: verifyOne, close: payments.loaded.close };
}

async function evenly(): Promise<BenchSides> {
  const payments = new Payments(await startLoadedHub({ payers: PAYERS }));
  const fastestMs = await payments.fast(FASTEST_EACH);
  return {
    ours: async () => {
      const waits = await payments.even(EVEN.times, 2 * fastestMs * EVEN.each * PAYERS);
      return waits.toSorted((a, b) => a - b)[Math.ceil(waits.length * 0.99) - 1] ?? Number.NaN;
    },
    reference: fixed(1_000),
    close: payments.loaded.close,
  };
}

class Payments {
  readonly loaded: LoadedHub;
  #sent = 0;

  constructor(loaded: LoadedHub) {
    this.loaded = loaded;
  }

  /** So many of each payer, as fast as the hub settles them. Milliseconds a payment. */
  async fast(each: number): Promise<number> {
    await signAhead(this.loaded, each);
    const before = this.#sent;
    const start = performance.now();
    for (let done = 0; done < each; done += BURST) {
      await settledBy(this.loaded, before + Math.max(0, done - BURST) * PAYERS);
      this.#send(BURST);
    }
    await settledBy(this.loaded, this.#sent);
    return (performance.now() - start) / (each * PAYERS);
  }

  /** Some of each payer so many times. For each time, how long it took until the last of them was settled. */
  async even(times: number, everyMs: number): Promise<readonly number[]> {
    await signAhead(this.loaded, EVEN.each * times);
    const batches: { readonly last: number; readonly atMs: number }[] = [];
    const start = performance.now();
    for (let time = 0; time < times; time++) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + time * everyMs - performance.now())));
      const atMs = performance.now();
      this.#send(EVEN.each);
      batches.push({ last: this.#sent, atMs });
    }
    await settledBy(this.loaded, this.#sent);
    return batches.map(({ last, atMs }) => settledAt(this.loaded, last) - atMs);
  }

  #send(each: number): void {
    send(this.loaded, each);
    this.#sent += each * PAYERS;
  }
}

/** When a checkpoint was there with which so many were settled: a batch is settled when all of it surely is. */
function settledAt({ checkpoints }: LoadedHub, count: number): number {
  return checkpoints.find(({ settled }) => settled >= count)?.atMs ?? Number.POSITIVE_INFINITY;
}

function verifyOne(): number {
  const { privateKey } = generateKeyPairSync("ed25519");
  const publicKey = createPublicKey(privateKey);
  const message = new Uint8Array(32);
  const signature = sign(null, message, privateKey);
  const start = performance.now();
  for (let count = 0; count < SIGNATURES; count++)
    if (!verify(null, message, publicKey, signature)) throw new RangeError("a signature does not hold");
  return (performance.now() - start) / SIGNATURES;
}
