/** `amigos-hub backup`: a copy of a data folder, made by the hub that runs on it or, where none does, by ourselves. */
import { resolve } from "node:path";
import type { Clock } from "@amigos/engine/ports";
import { askAdmin } from "../admin/ask-admin.ts";
import { openDataFolder } from "../data/data-folder.ts";
import type { LogFields } from "../log.ts";
import { copyFolder } from "./copy-folder.ts";

/** @throws {HubError} naming the way out */
export async function backupHub(options: {
  readonly data: string;
  readonly to: string;
  readonly clock: Clock;
}): Promise<LogFields> {
  const { data, clock } = options;
  const to = resolve(options.to);
  const told = await askAdmin(data, "/backup", { to });
  if (told !== undefined) return told;
  const folder = await openDataFolder({ path: data, clock, mustExist: true });
  try {
    await copyFolder({ folder, to, clock });
    return { to };
  } finally {
    await folder.store.close();
  }
}
