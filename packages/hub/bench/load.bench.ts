/**
 * What a hub does with payments that arrive from 50 connected wallets, each payment by itself: a process of its own, real
 * sockets, SQLite with synced writes. The wallets are in the bench's process and have signed beforehand. The bars are those of
 * the project, for a machine of two cores of which the wallets have one.
 */
import "@automerge/automerge";
import { fixed, type BenchCase, type BenchSides } from "../../../scripts/bench/bench-case.ts";
import { LoadedHub } from "./support/payers.ts";

const PAYERS = 50;
/** Of each payer in one measurement: 20,000 payments. */
const EACH = 400;
/** Payments a second that a hub has to bear, and half of that, of each payer for twelve seconds. */
const PER_SECOND = 3_000;
const EVEN = { perSecond: PER_SECOND / 2, each: 360 } as const;
const WAIT_MS = 1_500;

const cases: readonly BenchCase[] = [
  {
    id: "hub.settled-payment",
    what: "50 connected wallets send each other 20,000 payments, each by itself, until all are durably settled; the reference is 3,000 a second",
    unit: "ms a payment",
    bar: 1,
    rounds: 3,
    prepare: settling,
  },
  {
    id: "hub.receipt-to-checkpoint-p99",
    what: "from when a payment is due to be sent to when its payer is told of the checkpoint that settles it, from 50 connected wallets that send 1,500 a second evenly, the slowest hundredth of 18,000; the reference is 1.5 s",
    unit: "ms",
    bar: 1,
    rounds: 3,
    prepare: evenly,
  },
];

export default cases;

async function settling(): Promise<BenchSides> {
  const loaded = await LoadedHub.start({ payers: PAYERS });
  const ours = async (): Promise<number> => {
    await loaded.signAhead(EACH);
    const start = performance.now();
    await loaded.payFast(EACH);
    return (performance.now() - start) / (EACH * PAYERS);
  };
  return { ours, reference: fixed(1_000 / PER_SECOND), close: () => loaded.close() };
}

async function evenly(): Promise<BenchSides> {
  const loaded = await LoadedHub.start({ payers: PAYERS });
  const ours = async (): Promise<number> => {
    await loaded.signAhead(EVEN.each);
    return (await loaded.payEvenly(EVEN.perSecond)).p99Ms;
  };
  return { ours, reference: fixed(WAIT_MS), close: () => loaded.close() };
}
