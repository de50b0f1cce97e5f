/**
 * The few things that the app itself remembers beside its wallets, in a database of its own: the network's genesis, so
 * that it starts with no server, whether the first money was asked for, and what accounts are called.
 */
import { openDB, type DBSchema } from "idb";

interface Schema extends DBSchema {
  values: { key: string; value: unknown };
}

export interface AppDatabase {
  readonly get: (key: AppKey) => Promise<unknown>;
  readonly set: (key: AppKey, value: unknown) => Promise<void>;
}

export type AppKey =
  | "genesis"
  | `funding/${string}`
  | `contacts/${string}`
  | `joining/${string}`
  | `backup/${string}`
  /** The store that a wallet goes on with since it has a recovered account. */
  | `store/${string}`
  | `recovering/${string}`;

export async function openAppDatabase(): Promise<AppDatabase> {
  const database = await openDB<Schema>("amigos-app", 1, {
    upgrade: (fresh) => void fresh.createObjectStore("values"),
  });
  return {
    get: (key) => database.get("values", key),
    set: async (key, value) => void (await database.put("values", value, key)),
  };
}
