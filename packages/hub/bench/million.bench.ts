/**
 * A million payments through one hub, and the hub after them. Both take minutes and are measured when their whole ids are asked
 * for; asked for together, the second is measured on the folder of the first.
 *
 *     pnpm bench hub.a-million hub.restart-after-a-million
 */
import "@automerge/automerge";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixed, type BenchCase, type BenchSides } from "../../../scripts/bench/bench-case.ts";
import { LoadedHub } from "./support/payers.ts";
import { residentBytes, startAndKill } from "./support/hub-figures.ts";

const PAYERS = 50;
const PAYMENTS = 1_000_000;
/** Of each payer between two looks at the hub's memory: a fortieth of all. */
const EACH = 500;
const PARTS: number = PAYMENTS / (EACH * PAYERS);
const MIB = 1024 * 1024;
/** Of the hub: with much more the runtime lets garbage lie for long, and its memory says nothing of what is held. */
const HEAP_MIB_MAX = 192;
const SERVING_MS = 3_000;
const RESTARTS = 3;

const cases: readonly BenchCase[] = [
  {
    id: "hub.a-million",
    what: "the most memory of a hub's process, whose heap may have 192 MiB, in the last tenth of a million payments of 50 connected wallets; the reference is the most in the second tenth",
    unit: "MiB",
    bar: 1.1,
    takesMinutes: true,
    prepare: memory,
  },
  {
    id: "hub.restart-after-a-million",
    what: "a hub's process with a million settled payments that was killed, from its start until it serves; the reference is 3 s",
    unit: "ms",
    bar: 1,
    takesMinutes: true,
    prepare: restarting,
  },
];

export default cases;

interface Run {
  readonly data: string;
  /** After each part. */
  readonly mib: readonly number[];
}

/** The one run of this process. */
let run: Promise<Run> | undefined;
let folder: string | undefined;
process.on("exit", () => folder !== undefined && rmSync(folder, { recursive: true, force: true }));

async function memory(): Promise<BenchSides> {
  const { mib } = await (run ??= payAMillion());
  const most = (from: number, to: number): number => Math.max(...mib.slice(from * PARTS, to * PARTS));
  return { ours: fixed(most(0.9, 1)), reference: fixed(most(0.1, 0.2)) };
}

async function restarting(): Promise<BenchSides> {
  const { data } = await (run ??= payAMillion());
  return {
    ours: async () => {
      const times: number[] = [];
      for (let count = 0; count < RESTARTS; count++) times.push(await startAndKill(data, PAYMENTS));
      console.log(`  starts: ${times.map((ms) => `${Math.round(ms)} ms`).join(", ")}`);
      return Math.max(...times);
    },
    reference: fixed(SERVING_MS),
  };
}

/** Leaves the folder of a hub that was killed. */
async function payAMillion(): Promise<Run> {
  folder = mkdtempSync(join(tmpdir(), "amigos-bench-"));
  const data = join(folder, "hub");
  const loaded = await LoadedHub.start({ payers: PAYERS, data, heapMibMax: HEAP_MIB_MAX });
  const mib: number[] = [];
  const start = performance.now();
  await loaded.signAhead(EACH);
  for (let part = 1; part <= PARTS; part++) {
    await Promise.all([loaded.payFast(EACH), part < PARTS && loaded.signAhead(EACH)]);
    mib.push((await residentBytes(loaded.hub.url)) / MIB);
    const passedS = (performance.now() - start) / 1_000;
    if (part % 4 === 0)
      console.log(
        `  ${(part * EACH * PAYERS).toLocaleString("en-US")} settled, ${Math.round((part * EACH * PAYERS) / passedS)} a second, ${Math.round(mib.at(-1) ?? 0)} MiB`,
      );
  }
  await loaded.close();
  return { data, mib };
}
