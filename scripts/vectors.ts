/**
 * `pnpm vectors`: writes the language-neutral vectors under `vectors/`. They are made from nothing but the code, so a
 * second run changes nothing; a difference after a change of the code is a change of the protocol, and tests fail until
 * it is written down here. The version in a file's name goes up when readers of the old file would go wrong.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeBackupVectors } from "../packages/core/test/support/backup-vectors.ts";
import { makeCoreVectors } from "../packages/core/test/support/core-vectors.ts";
import { makeCarriedVectors } from "../packages/reconcile/test/support/carried-vectors.ts";
import { makeScenarioVector, stories } from "../packages/reconcile/test/support/scenarios/index.ts";
import { repositoryRoot } from "./lib/workspace.ts";

const files: readonly (readonly [name: string, make: () => Promise<object>])[] = [
  ["core-1.json", makeCoreVectors],
  ["carried-payment-1.json", makeCarriedVectors],
  ["backup-1.json", makeBackupVectors],
];

const folder = join(repositoryRoot, "vectors");
mkdirSync(join(folder, "reconcile"), { recursive: true });
for (const [name, make] of files) write(name, await make());
for (const story of stories) {
  const { name, scenario, expected } = await makeScenarioVector(story);
  write(`reconcile/${name}.json`, scenario);
  write(`reconcile/${name}.expected.json`, expected);
}

function write(name: string, value: object): void {
  writeFileSync(join(folder, name), `${JSON.stringify(value, undefined, 2)}\n`);
  console.log(`vectors/${name}`);
}
