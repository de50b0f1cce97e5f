/**
 * What one payment costs a wallet. The references are physical bounds: the disk's own price of the two durable writes that
 * a payment needs (reserve, then sign), and for a payment to another wallet that price at both ends.
 */
import "@automerge/automerge";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore, type SqliteStore } from "@amigos/adapters/store-sqlite";
import type { Store, Wallet } from "@amigos/engine";
import type { BenchCase, BenchSides } from "../../../scripts/bench/bench-case.ts";
import { createWorld, openDevice, pair } from "../test/devices.ts";

/** Payments in one measurement. A wallet holds at most 256 undecided ones, and every round of a bench signs anew. */
const PAYMENTS = 10;
const ENTRY_BYTES = 256;

const cases: readonly BenchCase[] = [
  {
    id: "engine.pay-durable",
    what: "pay() offline on SQLite, judged, reserved, signed and durable; the reference is the two durable writes alone",
    unit: "ms a payment",
    bar: 6,
    prepare: () => sides({ isDirect: false }),
  },
  {
    id: "engine.pay-to-payee",
    what: "pay() until the payee, over a memory link, has verified, stored and judged it; the reference is the three durable writes alone",
    unit: "ms a payment",
    bar: 12,
    prepare: () => sides({ isDirect: true }),
  },
];

export default cases;

async function sides({ isDirect }: { readonly isDirect: boolean }): Promise<BenchSides> {
  const folder = mkdtempSync(join(tmpdir(), "amigos-bench-"));
  const { network, people } = await createWorld(["alice", "bob"]);
  const link = pair("alice", "bob");
  const stores = await Promise.all(
    ["alice", "bob", "bare"].map((name) => openSqliteStore({ path: join(folder, `${name}.db`) })),
  );
  const [aliceStore, bobStore, bare] = stores as [SqliteStore, SqliteStore, SqliteStore];
  const alice = await openDevice(people.alice, network, aliceStore, isDirect ? [link.left] : []);
  const bob = await openDevice(people.bob, network, bobStore, isDirect ? [link.right] : []);
  return {
    ours: () => (isDirect ? payAndArrive(alice, bob) : pay(alice, bob)),
    reference: () => write(bare, isDirect ? 3 : 2),
    close: async () => {
      await Promise.all([alice.close(), bob.close(), bare.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

async function pay(alice: Wallet, bob: Wallet): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < PAYMENTS; count++) await alice.pay(bob.account, "0.01 AMI");
  return (performance.now() - start) / PAYMENTS;
}

async function payAndArrive(alice: Wallet, bob: Wallet): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < PAYMENTS; count++) {
    const { id } = await alice.pay(bob.account, "0.01 AMI");
    await bob.when((view) => view.payments.find((payment) => payment.id === id && payment.outcome === "accepted"));
  }
  return (performance.now() - start) / PAYMENTS;
}

async function write(store: Store, writes: number): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < PAYMENTS; count++) {
    for (let index = 0; index < writes; index++) {
      await store.write([{ type: "put", key: `row/${index}`, value: new Uint8Array(ENTRY_BYTES) }]);
    }
  }
  return (performance.now() - start) / PAYMENTS;
}
