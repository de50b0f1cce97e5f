/**
 * The vectors for the suite in `vectors/`: ours, and those that others wrote, from `../shared/vectors-external` where that
 * folder stands beside the checkout. The latter are not copied into the repository; a test that uses them says in its
 * title which were not there.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CoreVectors } from "./core-vectors.ts";
import type { ExternalVectors, VectorData } from "../vectors/vector-data.ts";

const checkout = resolve(import.meta.dirname, "../../../..");
const externalFolder = resolve(checkout, "../shared/vectors-external");

const externalFiles: readonly (keyof ExternalVectors)[] = [
  "wycheproof-ed25519.json",
  "rfc8949-appendix-a.json",
  "dcbor-valid.json",
  "dcbor-invalid.json",
  "bip39.json",
];

export interface ReadVectors {
  readonly data: VectorData;
  /** For the titles of tests. */
  readonly note: string;
}

export function readVectors(): ReadVectors {
  const present = externalFiles.filter((file) => existsSync(join(externalFolder, file)));
  const absent = externalFiles.filter((file) => !present.includes(file));
  return {
    data: {
      core: readCoreVectors(),
      external: Object.fromEntries(present.map((file) => [file, readJson(join(externalFolder, file))])),
    },
    note:
      absent.length === 0 ? "with those of others" : `ABSENT, not checked: ${absent.join(", ")} beside this checkout`,
  };
}

export function readCoreVectors(): CoreVectors {
  return readJson(join(checkout, "vectors/core-1.json")) as CoreVectors;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
