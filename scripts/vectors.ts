/**
 * `pnpm vectors`: writes the language-neutral vectors under `vectors/`. They are made from nothing but the code, so a
 * second run changes nothing; a difference after a change of the code is a change of the protocol, and tests fail until
 * it is written down here. The version in a file's name goes up when readers of the old file would go wrong.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeBackupVectors } from "../packages/core/test/support/backup-vectors.ts";
import { makeCoreVectors } from "../packages/core/test/support/core-vectors.ts";
import { repositoryRoot } from "./lib/workspace.ts";

const files: readonly (readonly [name: string, make: () => Promise<object>])[] = [
  ["core-1.json", makeCoreVectors],
  ["backup-1.json", makeBackupVectors],
];

const folder = join(repositoryRoot, "vectors");
mkdirSync(folder, { recursive: true });
for (const [name, make] of files) {
  writeFileSync(join(folder, name), `${JSON.stringify(await make(), undefined, 2)}\n`);
  console.log(`vectors/${name}`);
}
