/**
 * What a settled entry costs in bytes: on disk, in a SQLite file whose write-ahead log was folded in, and on a link, both ways
 * and with the encryption. The references are the entries' own signed bytes.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import type { Height } from "@amigos/core";
import type { Person } from "@amigos/core/testing";
import { fixed, type BenchCase, type BenchSides } from "../../../scripts/bench/bench-case.ts";
import { counted } from "./support/counted-link.ts";
import {
  createDoor,
  emptyStore,
  freshReplica,
  replayingReplica,
  settledAt,
  settledLedger,
  type Ledger,
} from "./support/ledger.ts";

const ENTRIES = 10_000;

const cases: readonly BenchCase[] = [
  {
    id: "engine.stored-bytes",
    what: "the SQLite file of a wallet that followed 10,000 settled entries of 20 people, its own among them; the reference is the entries' own bytes",
    unit: "bytes an entry",
    bar: 1.5,
    rounds: 1,
    prepare: () => stored(20),
  },
  {
    id: "engine.stored-bytes-own",
    what: "the same where two people pay each other, so that all are the wallet's own",
    unit: "bytes an entry",
    bar: 1.5,
    rounds: 1,
    prepare: () => stored(2),
  },
  {
    id: "engine.bulk-wire-bytes",
    what: "bytes over the link, both ways, while a fresh wallet follows 10,000 settled entries; the reference is the entries' own bytes",
    unit: "bytes an entry",
    bar: 1.5,
    rounds: 1,
    prepare: inBulk,
  },
];

export default cases;

async function stored(people: number): Promise<BenchSides> {
  const ledger = await settledLedger({ people, payments: ENTRIES });
  return { ours: () => fileBytes(ledger), reference: fixed(ownBytes(ledger)), close: () => ledger.hub.close() };
}

async function fileBytes(ledger: Ledger): Promise<number> {
  const [person] = ledger.people as [Person];
  const folder = mkdtempSync(join(tmpdir(), "amigos-bench-"));
  const path = join(folder, "wallet.db");
  const wallet = await freshReplica(ledger, person, await openSqliteStore({ path }), []);
  for (let height = 1; height <= ledger.hub.settled.height; height++)
    await wallet.applyCheckpoint((await ledger.hub.archive.recordBytes(height as Height)) ?? new Uint8Array());
  if (wallet.settled.checkpoint !== ledger.hub.settled.checkpoint) throw new RangeError("it did not follow");
  // SQLite folds its log in when the last connection closes.
  await wallet.close();
  const { size } = statSync(path);
  rmSync(folder, { recursive: true });
  return size / ENTRIES;
}

async function inBulk(): Promise<BenchSides> {
  const door = createDoor();
  const ledger = await settledLedger({ people: 20, payments: ENTRIES, links: [door.link] });
  const [person] = ledger.people as [Person];
  return {
    ours: async () => {
      const { left, right } = createMemoryLinkPair();
      const link = counted(right);
      await door.open(left);
      const wallet = await replayingReplica(ledger, person, await emptyStore("bulk"), [link]);
      await wallet.connect();
      await settledAt(wallet, ledger.hub.settled.height);
      const bytes = link.bytes();
      await wallet.close();
      await left.stop();
      return bytes / ENTRIES;
    },
    reference: fixed(ownBytes(ledger)),
    close: () => ledger.hub.close(),
  };
}

function ownBytes({ entries }: Ledger): number {
  return entries.reduce((sum, { bytes }) => sum + bytes.length, 0) / entries.length;
}
