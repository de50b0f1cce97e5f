/** Copies of a running hub's folder, one after the other, of which the newest few are kept. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@amigos/engine/ports";
import type { DataFolder } from "../data/data-folder.ts";
import type { Log } from "../log.ts";
import { copyFolder } from "./copy-folder.ts";

export interface BackupsOptions {
  readonly folder: DataFolder;
  /** The folder that holds them. */
  readonly to: string;
  readonly everyMs: number;
  /** How many are kept. */
  readonly kept: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** `hub-20261126T155634Z`: in order of their names they are in order of time. */
const NAME = /^hub-\d{8}T\d{6}Z$/;

/** @returns how to stop: it resolves when the copy under way is made */
export function startBackups(options: BackupsOptions): () => Promise<void> {
  const { clock, everyMs } = options;
  let running: Promise<void> = Promise.resolve();
  let cancel: () => void = () => undefined;
  let isStopped = false;
  const schedule = (): void => {
    cancel = clock.after(everyMs, () => {
      running = backUp(options).finally(() => {
        if (!isStopped) schedule();
      });
    });
  };
  schedule();
  return async () => {
    isStopped = true;
    cancel();
    await running;
  };
}

/** Never rejects: one that failed is said in the log, and the next may work. Old ones go only after a new one is there. */
async function backUp({ folder, to, kept, clock, log }: BackupsOptions): Promise<void> {
  const name = `hub-${new Date(clock.now()).toISOString().replace(/[-:]|\.\d{3}/g, "")}`;
  try {
    await copyFolder({ folder, to: join(to, name), clock });
    log("info", "backed-up", { to: join(to, name) });
    const names = (await readdir(to)).filter((other) => NAME.test(other)).toSorted();
    for (const old of names.slice(0, -kept)) await rm(join(to, old), { recursive: true });
  } catch (error) {
    log("error", "backup-failed", { problem: error instanceof Error ? error.message : String(error) });
  }
}
