/**
 * One more payment, live: appended on one device until the other has verified, stored and judged it, over a loopback WebSocket
 * and on SQLite at both ends. The median of some in a row, back to back or with a pause before each.
 */
import type { BenchCase, BenchSides, Measure } from "../../../scripts/bench/bench-case.ts";
import { settledLedger } from "./support/ledger.ts";
import { openBarePair, openLivePair } from "./support/live-pair.ts";

/** In one measurement. A session has room for 256 undecided ones, and every round of a bench signs anew. */
const PAYMENTS = 15;
const PAUSE_MS = 50;
/** A bundle of one entry with what vouches for it. */
const BUNDLE_BYTES = 1024;
/** Six milliseconds on a machine on which the bare way takes one. */
const BAR = 6;

const cases: readonly BenchCase[] = [
  {
    id: "engine.live-back-to-back",
    what: "one more payment over a loopback WebSocket, SQLite at both ends, until it is judged there: the median back to back; the reference is a durable write at each end and a bare message there and back",
    unit: "ms",
    bar: BAR,
    prepare: () => besideBare(0),
  },
  {
    id: "engine.live-paced",
    what: "the same, with 50 ms before each",
    unit: "ms",
    bar: BAR,
    prepare: () => besideBare(PAUSE_MS),
  },
];

export default cases;

async function besideBare(pauseMs: number): Promise<BenchSides> {
  const pair = await openLivePair(await settledLedger({ people: 2, payments: 2 }));
  const bare = await openBarePair(BUNDLE_BYTES);
  return {
    ours: medianOf(() => pair.pay(), pauseMs),
    reference: medianOf(() => bare.pass(), pauseMs),
    close: async () => void (await Promise.all([pair.close(), bare.close()])),
  };
}

function medianOf(measure: Measure, pauseMs: number): Measure {
  return async () => {
    const times: number[] = [];
    while (times.length < PAYMENTS) {
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      times.push(await measure());
    }
    return times.toSorted((a, b) => a - b)[PAYMENTS >> 1] ?? Number.NaN;
  };
}
