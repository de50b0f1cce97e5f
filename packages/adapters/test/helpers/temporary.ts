/** Folders that are gone after the test. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export async function createFolder(): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "amigos-adapters-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A folder for the running test alone. */
export async function temporaryFolder(): Promise<string> {
  const folder = await createFolder();
  onTestFinished(folder.remove);
  return folder.path;
}
