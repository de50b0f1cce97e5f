/**
 * Vectors that others wrote, read from `../shared/vectors-external` where that folder stands beside the checkout. They
 * are not copied into the repository; a test that needs them says in its name whether they were there.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../../../../../shared/vectors-external");

export interface ExternalVectors<Vectors> {
  /** For the test's title. */
  readonly note: string;
  /** `undefined` when the folder is not there. */
  readonly vectors: Vectors | undefined;
}

export function externalVectors<Vectors>(file: string): ExternalVectors<Vectors> {
  const path = join(folder, file);
  if (!existsSync(path))
    return { note: `ABSENT, nothing checked: ${file} is not beside this checkout`, vectors: undefined };
  return { note: file, vectors: JSON.parse(readFileSync(path, "utf8")) as Vectors };
}
