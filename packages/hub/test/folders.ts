/** Folders that are gone when a test file has run. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Call at the top of a test file. */
export function temporaryFolders(): { readonly make: () => Promise<string> } {
  const made: string[] = [];
  afterAll(async () => {
    for (const folder of made) await rm(folder, { recursive: true, force: true });
  });
  return {
    make: async () => {
      const folder = await mkdtemp(join(tmpdir(), "amigos-hub-test-"));
      made.push(folder);
      return folder;
    },
  };
}
