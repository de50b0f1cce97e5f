/**
 * `amigos-hub verify`: a stopped hub's ledger, replayed from the genesis on. For an operator who restored a copy, and for
 * whoever wants to know whether a hub kept to the rules.
 */
import type { NetworkId } from "@amigos/core";
import { verifyArchive, type ArchiveReport } from "@amigos/engine";
import type { Clock } from "@amigos/engine/ports";
import { hubErrorOf, openDataFolder } from "./data/data-folder.ts";
import type { Log } from "./log.ts";

export interface VerifyOptions {
  /** The data folder of a hub that does not run. */
  readonly data: string;
  /** Accept the data of this network only. */
  readonly network?: NetworkId;
  readonly log: Log;
  readonly clock: Clock;
}

/** How often it says how far it is, in checkpoints. */
const PROGRESS_EVERY = 1_000;

/** @throws {HubError} naming the way out, where there is nothing to verify */
export async function verifyHub({ data, log, clock, network: wanted }: VerifyOptions): Promise<ArchiveReport> {
  const { store, network, path } = await openDataFolder({
    path: data,
    clock,
    mustExist: true,
    ...(wanted === undefined ? {} : { network: wanted }),
  });
  try {
    const report = await verifyArchive({
      store,
      network,
      onCheckpoint: (height) => {
        if (height % PROGRESS_EVERY === 0) log("info", "verifying", { height });
      },
    });
    const { fault, ...holds } = report;
    if (fault === undefined) log("info", "verified", { network: network.id, ...holds });
    else log("error", "archive-does-not-hold", { network: network.id, ...holds, fault: JSON.stringify(fault) });
    return report;
  } catch (error) {
    throw hubErrorOf(error, path);
  } finally {
    await store.close();
  }
}
