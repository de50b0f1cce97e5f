/**
 * What a settled entry costs in bytes: on disk, in a SQLite file whose write-ahead log was folded in, and on a link, both ways
 * and with the encryption. The references are the entries' own signed bytes.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import type { Person } from "@amigos/core/testing";
import { fixed, type BenchCase, type BenchSides } from "../../../scripts/bench/bench-case.ts";
import { counted } from "./support/counted-link.ts";
import { payments } from "./support/payments.ts";
import {
  createDoor,
  emptyStore,
  followingReplica,
  replayingReplica,
  settledAt,
  settledLedger,
  type Ledger,
} from "./support/ledger.ts";

const ENTRIES = 10_000;
const LIVE_PAYMENTS = 20;

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
  {
    id: "engine.live-wire-bytes",
    what: "bytes over the link, both ways, for each of 20 live payments from one wallet to another, until their documents agree too; the reference is the entries' own bytes",
    unit: "bytes an entry",
    bar: 2,
    rounds: 1,
    prepare: live,
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
  const wallet = await followingReplica(ledger, person, await openSqliteStore({ path }), []);
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

async function live(): Promise<BenchSides> {
  const ledger = await settledLedger({ people: 2, payments: 2 });
  const [alice, bob] = ledger.people as [Person, Person];
  const { left, right } = createMemoryLinkPair();
  const link = counted(right);
  const [payer, payee] = [
    await followingReplica(ledger, alice, await emptyStore("alice"), [left]),
    await followingReplica(ledger, bob, await emptyStore("bob"), [link]),
  ];
  for (const replica of [payer, payee]) await replica.connect();
  const log = { kind: "log", session: alice.session, epoch: 0 } as const;
  const agree = (): Promise<void> => until(() => payer.documentHeads(log).join() === payee.documentHeads(log).join());
  await until(() => payee.peers.length > 0);
  const pay = payments(ledger, payer);
  return {
    ours: async () => {
      const before = link.bytes();
      for (let count = 0; count < LIVE_PAYMENTS; count++) await pay();
      await until(() => payee.undecided.size === payer.undecided.size);
      await agree();
      return (link.bytes() - before) / LIVE_PAYMENTS;
    },
    reference: fixed(ownBytes(ledger)),
    close: async () => void (await Promise.all([payer.close(), payee.close(), ledger.hub.close()])),
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function ownBytes({ entries }: Ledger): number {
  return entries.reduce((sum, { bytes }) => sum + bytes.length, 0) / entries.length;
}
