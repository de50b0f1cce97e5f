/**
 * The mark of a data folder that is a copy. Whoever starts a hub on one may have gone back in time: the hub that it was
 * copied from may have signed checkpoints since, and its faucet payments. So a hub that finds the mark signs nothing before
 * its owner says so, and its faucet nothing ever again.
 */
import { join } from "node:path";
import { HubError } from "../hub-error.ts";
import { readIfPresent, writeDurably } from "./durable-file.ts";

export interface Copied {
  /** When it was made. ISO 8601. */
  readonly copiedAt: string;
  /** When its owner said that it may settle. */
  readonly resumedAt?: string;
}

const COPIED_FILE = "copied";

export async function readCopied(folder: string): Promise<Copied | undefined> {
  const path = join(folder, COPIED_FILE);
  const bytes = await readIfPresent(path);
  if (bytes === undefined) return undefined;
  try {
    const { copiedAt, resumedAt } = JSON.parse(Buffer.from(bytes).toString("utf8")) as Copied;
    if (typeof copiedAt === "string") return { copiedAt, ...(typeof resumedAt === "string" ? { resumedAt } : {}) };
  } catch {
    // Said below: what it does not say may not be guessed.
  }
  throw new HubError("data-damaged", `${path} cannot be read: restore it from the copy that this folder comes from.`);
}

/** Resolves when it is on the disk. */
export function writeCopied(folder: string, copied: Copied): Promise<void> {
  return writeDurably(join(folder, COPIED_FILE), Buffer.from(`${JSON.stringify(copied)}\n`));
}
