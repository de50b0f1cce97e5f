/**
 * `pnpm fuzz`: plays random adversarial histories against every property of reconcile until the time is up. A history that
 * breaks one is made small and printed as code for `packages/reconcile/test/properties/pinned.ts`; the exit code is 1 then.
 * With `--of peers` it plays hostile clients against replicas instead, and prints the moves of one that does harm.
 *
 *     pnpm fuzz                       for a minute
 *     pnpm fuzz --of peers            hostile clients
 *     pnpm fuzz --minutes 30          for half an hour
 *     pnpm fuzz --seed 123            begins with this seed, as a failure says
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { harmOf } from "../packages/engine/test/fuzz/play-moves.ts";
import { historiesOf, historyToCode, problemWith, shrink } from "../packages/reconcile/test/properties/search.ts";

/** A seed gives so many histories: few enough that a failure is soon met again. */
const HISTORIES_PER_SEED = 25;
/** Moves of one hostile client: several of its keys are kept out by then. */
const MOVES_PER_SEED = 400;
/** Tries at making a history smaller: some minutes at worst. */
const SHRINK_TRIES_MAX = 3000;
const SEED_BOUND = 2 ** 31;

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    of: { type: "string", default: "histories" },
  },
});
const minutes = Number(options.minutes);
const firstSeed = options.seed === undefined ? randomInt(SEED_BOUND) : Number(options.seed);
if (!(minutes > 0) || !Number.isInteger(firstSeed) || firstSeed < 0 || !["histories", "peers"].includes(options.of)) {
  console.error("pnpm fuzz --minutes N --seed S --of histories|peers, with whole numbers from 0 for the seed");
  process.exit(2);
}

const startedAt = performance.now();
const elapsedMs = (): number => performance.now() - startedAt;
let done = 0;
let seed = firstSeed;
let saidAtMs = 0;
while (elapsedMs() < minutes * 60_000 && process.exitCode === undefined) {
  await (options.of === "peers" ? fuzzPeers() : fuzzHistories());
  seed = (seed + 1) % SEED_BOUND;
  if (elapsedMs() - saidAtMs > 30_000) {
    saidAtMs = elapsedMs();
    console.log(rate());
  }
}
console.log(rate());
// A replica's document layer keeps timers of its own for a while.
process.exit();

async function fuzzHistories(): Promise<void> {
  for (const history of historiesOf(seed, HISTORIES_PER_SEED)) {
    const problem = await problemWith(history, seed);
    done++;
    if (problem === undefined) continue;
    console.log(`${problem.where} fails after ${done} histories, with seed ${seed}:\n\n${problem.message}\n`);
    console.log("Making it smaller …");
    const small = await shrink(history, seed, SHRINK_TRIES_MAX);
    console.log(`\nFor packages/reconcile/test/properties/pinned.ts:\n\n${historyToCode(small)}\n`);
    console.log((await problemWith(small, seed))?.message);
    console.log(`\nAgain: pnpm fuzz --seed ${seed}`);
    process.exitCode = 1;
    return;
  }
}

async function fuzzPeers(): Promise<void> {
  const harm = await harmOf(seed, MOVES_PER_SEED);
  done++;
  if (harm === undefined) return;
  console.log(`A ${harm.role} is harmed, with seed ${seed}: ${harm.message}\n`);
  console.log(`By these moves:\n\n${JSON.stringify(harm.moves, undefined, 2)}\n`);
  console.log(`Again: pnpm fuzz --of peers --seed ${seed}`);
  process.exitCode = 1;
}

function rate(): string {
  const seconds = elapsedMs() / 1000;
  return `${done} ${options.of} in ${seconds.toFixed(0)} s, ${(done / seconds).toFixed(1)} a second, from seed ${firstSeed}`;
}
