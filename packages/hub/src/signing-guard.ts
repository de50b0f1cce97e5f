/**
 * When a hub may not sign checkpoints, because it could sign a second one for a height: while it runs on a copy of its
 * folder and its owner has not said that the original is gone, and once it has seen that its key did sign two.
 */
import type { Replica } from "@amigos/engine";
import type { Clock } from "@amigos/engine/ports";
import { writeCopied, type Copied } from "./data/copied.ts";
import type { DataFolder } from "./data/data-folder.ts";
import { HubError } from "./hub-error.ts";
import type { Log, LogFields } from "./log.ts";

export type Blocker = "restored" | "ledger-contradicted";

export interface SigningGuardOptions {
  readonly folder: DataFolder;
  readonly replica: Replica;
  readonly clock: Clock;
  readonly log: Log;
}

export class SigningGuard {
  readonly #options: SigningGuardOptions;
  #copied: Copied | undefined;

  constructor(options: SigningGuardOptions) {
    const { folder, log } = options;
    this.#options = options;
    this.#copied = folder.copied;
    for (const blocker of this.blockers) log("error", "does-not-settle", { reason: blocker });
  }

  get blockers(): readonly Blocker[] {
    const isRestored = this.#copied !== undefined && this.#copied.resumedAt === undefined;
    const isContradicted = this.#options.replica.contradiction !== undefined;
    return [...(isRestored ? ["restored" as const] : []), ...(isContradicted ? ["ledger-contradicted" as const] : [])];
  }

  /**
   * Lets a restored hub settle, from now on and after every start. Resolves when that is on the disk.
   * @throws {HubError} `command-failed` while a peer says that it has checkpoints that are missing here, unless `force`
   */
  async resume({ force }: { readonly force: boolean }): Promise<LogFields> {
    const { folder, replica, clock } = this.#options;
    const { height } = replica.settled;
    const peers = replica.peers.length;
    if (this.#copied === undefined)
      throw new HubError("command-failed", "This folder is not a copy: there is nothing to resume.");
    if (replica.newestAnnounced > height && !force) {
      throw new HubError(
        "command-failed",
        `A device says that there are checkpoints up to ${replica.newestAnnounced}, and here is ${height}: wait until it has given them, or say --force if it lies.`,
      );
    }
    const copied = { ...this.#copied, resumedAt: new Date(clock.now()).toISOString() };
    await writeCopied(folder.path, copied);
    this.#copied = copied;
    return { height, peers, ...copied };
  }
}
