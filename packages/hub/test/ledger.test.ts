/** The ledger that a hub settles into, under the contract of its port: in memory, and in SQLite on a real disk. */
import { dyingAfter } from "@amigos/engine/testing";
import "@automerge/automerge";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ledgerContract, type LedgerHarness, type LedgerOpening } from "@amigos/adapters/contract";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { MemoryDisk, openMemoryStore } from "@amigos/adapters/store-memory";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import { createReplicaLedger, Replica } from "@amigos/engine";
import { type SettlementLedger, type Store } from "@amigos/engine/ports";
import { temporaryFolders } from "./folders.ts";

const folders = temporaryFolders();

ledgerContract("a ledger in memory", async () => {
  const disk = new MemoryDisk();
  return harnessOn(
    () => openMemoryStore({ name: "ledger", disk }),
    async () => {},
  );
});

ledgerContract("a ledger in SQLite", async () => {
  const folder = await folders.make();
  return harnessOn(
    () => openSqliteStore({ path: join(folder, "ledger.db") }),
    () => rm(folder, { recursive: true }),
  );
});

function harnessOn(openStore: () => Promise<Store>, destroy: () => Promise<void>): LedgerHarness {
  return {
    open: async (opening) => openLedger(opening, await openStore()),
    openDying: async (opening, writes) => openLedger(opening, dyingAfter(await openStore(), writes)),
    destroy,
  };
}

/** As a hub opens it, but that nobody connects. */
async function openLedger({ network, authority }: LedgerOpening, store: Store): Promise<SettlementLedger> {
  try {
    const parts = { clock: systemClock, random: systemRandom, signer: authority, isProvisional: false };
    const replica = await Replica.open({ ...parts, network, store, links: [] });
    return createReplicaLedger({ replica, authority });
  } catch (error) {
    await store.close();
    throw error;
  }
}
