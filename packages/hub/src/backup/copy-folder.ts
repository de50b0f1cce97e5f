/**
 * A copy of a data folder, also of one that a hub runs on: the ledger by SQLite's own means, which is consistent whatever is
 * written meanwhile, and what never changes beside it. It has another name until all of it is on the disk, so a folder of
 * the right name is a whole copy, whatever happens while it is made.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Clock } from "@amigos/engine/ports";
import { writeCopied } from "../data/copied.ts";
import { hubErrorOf, type DataFolder } from "../data/data-folder.ts";
import { DRAFT_SUFFIX, syncDirectory, writeDurably } from "../data/durable-file.ts";
import { HubError } from "../hub-error.ts";

/** @throws {HubError} when there is something at `to` already, or the disk does not take it; nothing is left there then */
export async function copyFolder(options: {
  readonly folder: Pick<DataFolder, "path" | "store">;
  readonly to: string;
  readonly clock: Clock;
}): Promise<void> {
  const { folder, clock } = options;
  const to = resolve(options.to);
  if ((await stat(to).catch(() => undefined)) !== undefined)
    throw new HubError("option-invalid", `There is something at ${to} already: name a folder that does not exist.`);
  const draft = `${to}.${randomUUID()}${DRAFT_SUFFIX}`;
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await mkdir(draft, { mode: 0o700 });
    // First, so that nothing in it can ever be taken for the folder that it was copied from.
    await writeCopied(draft, { copiedAt: new Date(clock.now()).toISOString() });
    await copyFile("format", folder.path, draft);
    await copyFile("genesis.cbor", folder.path, draft);
    await mkdir(join(draft, "keys"), { mode: 0o700 });
    for (const name of await readdir(join(folder.path, "keys"))) await copyFile(join("keys", name), folder.path, draft);
    await folder.store.copyTo(join(draft, "ledger.db"));
    await syncDirectory(draft);
    await rename(draft, to);
    await syncDirectory(dirname(to));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw hubErrorOf(error, to);
  }
}

async function copyFile(name: string, from: string, to: string): Promise<void> {
  await writeDurably(join(to, name), await readFile(join(from, name)));
}
