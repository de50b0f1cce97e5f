/** Claiming a store: a fresh one for a network, one of this layout as it is, and one of the layout before by writing it anew. */
import type { Network } from "@amigos/core";
import { checkNetwork, isClaimed, JOURNAL_VERSION, KEY, MIGRATED_VERSION, put } from "../journal/journal.ts";
import type { Store } from "../ports/store.ts";
import { migrateFrom2 } from "./migrate-from-2.ts";

/** @throws {JournalRefused} when the store belongs to another network, or to a version that is not known here */
export async function claimStore(store: Store, network: Network): Promise<void> {
  if ((await store.get(KEY.version))?.[0] === MIGRATED_VERSION) {
    await checkNetwork(store, network);
    await migrateFrom2(store, network);
  } else if (!(await isClaimed(store, network)))
    await store.write([put(KEY.version, Uint8Array.of(JOURNAL_VERSION)), put(KEY.network, network.bytes)]);
}
