/**
 * What is held open on a device while a wallet is, or could be, in use: its store, its keys, the people that it knows and how far
 * its backup is, found by the wallet's name. A wallet has one name for all its life, and its store another one since it goes on
 * with a recovered account.
 */
import type { Network } from "@amigos/core";
import type { SessionGrant, Store } from "@amigos/engine";
import type { AppDatabase } from "./app-database.ts";
import { BackupKeeper } from "./backup-keeper.ts";
import { ContactBook } from "./contact-book.ts";
import { LockedVault } from "./vault/locked-vault.ts";

export interface Place {
  readonly network: Network;
  /** Names the wallet, its keys and the people that it knows. */
  readonly name: string;
  /** The same, until the wallet goes on with a recovered account. */
  readonly storeName: string;
  readonly store: Store;
  readonly keys: LockedVault;
  readonly contacts: ContactBook;
  readonly backup: BackupKeeper;
}

export interface OpenPlaceOptions {
  readonly database: AppDatabase;
  readonly network: Network;
  readonly wallet: string;
  readonly openStore: (name: string) => Promise<Store>;
}

export async function openPlace({ database, network, wallet, openStore }: OpenPlaceOptions): Promise<Place> {
  // A wallet per network: the one before stays untouched when a hub is set up anew.
  const name = `${wallet}/${network.tag}`;
  const goneOn = await database.get(`store/${name}`);
  const storeName = typeof goneOn === "string" ? goneOn : name;
  const store = await openStore(storeName);
  const [keys, contacts, backup] = await Promise.all([
    LockedVault.open(name),
    ContactBook.open(database, name),
    BackupKeeper.open(database, storeName),
  ]);
  return { network, name, storeName, store, keys, contacts, backup };
}

/** Enough of a session's id that no two of a wallet's stores have one name. */
const STORE_NAME_DIGITS = 16;

/** The same wallet on the store of another session: keys and people stay. The place before is open still. */
export async function nextPlace(
  before: Place,
  { session }: SessionGrant,
  { database, openStore }: Pick<OpenPlaceOptions, "database" | "openStore">,
): Promise<Place> {
  const storeName = `${before.name}/${session.slice(0, STORE_NAME_DIGITS)}`;
  const backup = await BackupKeeper.open(database, storeName);
  return { ...before, storeName, backup, store: await openStore(storeName) };
}

/** The wallet goes on there from the next start on. */
export async function goOnAt({ name, storeName }: Place, database: AppDatabase): Promise<void> {
  await database.set(`store/${name}`, storeName);
}
