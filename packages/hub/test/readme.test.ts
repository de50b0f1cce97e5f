/** The examples of two READMEs, run as they stand there: each by a process of its own, against a real hub, on a real disk. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startHubProcess, type HubProcess } from "@amigos/hub/process";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const SLOW_MACHINE_MS = 60_000;

let folder: string;
let hub: HubProcess;

beforeAll(async () => {
  // Beside the tests, so that the example finds the packages as an app in the workspace would.
  folder = await mkdtemp(join(here, ".readme-"));
  hub = await startHubProcess({ data: join(folder, "hub"), settleEveryMs: 100 });
}, SLOW_MACHINE_MS);

afterAll(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
}, SLOW_MACHINE_MS);

/** What an example prints, line by line. */
async function play(readme: string, place: string, number = 0): Promise<readonly string[]> {
  const examples = [...(await readFile(join(here, readme), "utf8")).matchAll(/```ts\n(.*?)```/gs)];
  const example = examples[number]?.[1] ?? "";
  expect(example).toContain("openWallet");
  const cwd = join(folder, place);
  await mkdir(cwd);
  const file = join(cwd, "example.ts");
  await writeFile(file, example.replaceAll("http://localhost:4680", hub.url));
  const flags = ["--conditions=amigos-source", "--disable-warning=TimeoutNegativeWarning", file];
  const { stdout } = await run(process.execPath, flags, { cwd, timeout: SLOW_MACHINE_MS / 2 });
  return stdout.trim().split("\n");
}

it(
  "the example of the README makes an account, is funded and pays",
  async () => {
    expect(await play("../../../README.md", "wallet")).toEqual(["100.00 AMI", "signed", "settled"]);
  },
  SLOW_MACHINE_MS,
);

it(
  "the second example of the engine's README pays a stranger with no network",
  async () => {
    expect(await play("../../engine/README.md", "market", 1)).toEqual([
      "accepted and within what bob takes",
      "alice has 95.00 AMI left",
      "at risk: not-certified, session-may-have-ended, balance-shared",
      "signed",
      "delivered",
    ]);
  },
  SLOW_MACHINE_MS,
);

it(
  "the example of the engine's README sets money aside, adds a device, revokes it, and pulls the kill switch",
  async () => {
    expect(await play("../../engine/README.md", "devices")).toEqual([
      "20.00 AMI set aside",
      "tablet shows the same code",
      "offered by alice",
      "tablet revoked",
      "tablet revoked-before",
      "generation 1 phone: killed, tablet: killed, new phone: active",
      "accepted",
      "in step with the hub",
    ]);
  },
  SLOW_MACHINE_MS,
);

it(
  "the fourth example of the engine's README recovers an account by a guardian",
  async () => {
    expect(await play("../../engine/README.md", "recovery", 3)).toEqual([
      "it is alice",
      "her old phone is told: guardians 1",
      "alice is back",
    ]);
  },
  SLOW_MACHINE_MS,
);
