/** Two people's devices on SQLite, joined by a loopback WebSocket: one pays the other, again and again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWebSocketClientLink } from "@amigos/adapters/link-websocket-client";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { openSqliteStore, type SqliteStore } from "@amigos/adapters/store-sqlite";
import type { EntryId, VerifiedEntry } from "@amigos/core";
import type { Person } from "@amigos/core/testing";
import type { Connection, Replica, Store } from "@amigos/engine";
import { followingReplica, type Ledger } from "./ledger.ts";
import { payments } from "./payments.ts";

export interface LivePair {
  /** How long one more payment takes until the payee has verified, stored and judged it, in milliseconds. */
  readonly pay: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** `ledger`: what both of them have settled. */
export async function openLivePair(ledger: Ledger): Promise<LivePair> {
  const [alice, bob] = ledger.people as [Person, Person];
  const folder = mkdtempSync(join(tmpdir(), "amigos-bench-"));
  const server = createWebSocketServerLink({ on: { port: 0 } });
  const payer = await openAt(ledger, alice, await openSqliteStore({ path: join(folder, "alice.db") }), [server]);
  const client = createWebSocketClientLink({ url: server.url ?? "" });
  const payee = await openAt(ledger, bob, await openSqliteStore({ path: join(folder, "bob.db") }), [client]);
  await metBy(payee);
  const pay = payments(ledger, payer);
  return {
    pay: async () => {
      const start = performance.now();
      await judgedBy(payee, await pay());
      return performance.now() - start;
    },
    close: async () => {
      await Promise.all([payer.close(), payee.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

async function openAt(...given: Parameters<typeof followingReplica>): Promise<Replica> {
  const replica = await followingReplica(...given);
  await replica.connect();
  return replica;
}

function metBy(replica: Replica): Promise<void> {
  return when(replica, () => replica.peers.length > 0);
}

function judgedBy(replica: Replica, { id }: VerifiedEntry): Promise<void> {
  return when(replica, () => outcomeOf(replica, id) === "accepted");
}

function outcomeOf({ outlook }: Replica, id: EntryId): string | undefined {
  return outlook.reconciliation?.verdicts.find(({ entry }) => entry === id)?.outcome;
}

function when(replica: Replica, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!isTrue()) return;
      stop();
      resolve();
    };
    const stop = replica.subscribe(look);
    look();
  });
}

export interface BarePair {
  /** How long two durable writes take and a message that goes there and back, in milliseconds. */
  readonly pass: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** What a payment cannot be quicker than: a write at each end, and a message of about its bytes there and back. */
export async function openBarePair(bytes: number): Promise<BarePair> {
  const folder = mkdtempSync(join(tmpdir(), "amigos-bench-"));
  const [one, other] = (await Promise.all(
    ["one", "other"].map((name) => openSqliteStore({ path: join(folder, `${name}.db`) })),
  )) as [SqliteStore, SqliteStore];
  const server = createWebSocketServerLink({ on: { port: 0 } });
  await server.start((connection) => {
    connection.start({ onMessage: (message) => connection.send(message), onClose: () => undefined });
  });
  let onEcho: () => void = () => undefined;
  const client = createWebSocketClientLink({ url: server.url ?? "" });
  const connection = await new Promise<Connection>((resolve, reject) => {
    client.start(resolve).catch(reject);
  });
  connection.start({ onMessage: () => onEcho(), onClose: () => undefined });
  const write = (store: Store, row: number): Promise<void> =>
    store.write([{ type: "put", key: `row/${row}`, value: new Uint8Array(bytes) }]);
  let row = 0;
  return {
    pass: async () => {
      const start = performance.now();
      await write(one, ++row);
      await new Promise<void>((resolve) => {
        onEcho = resolve;
        connection.send(new Uint8Array(bytes));
      });
      await write(other, row);
      return performance.now() - start;
    },
    close: async () => {
      await client.stop();
      await server.stop();
      await Promise.all([one.close(), other.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}
