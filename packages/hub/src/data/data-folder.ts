/**
 * A hub's data folder, and every reason to refuse one. It holds
 *
 *   format         which version of this layout it is
 *   genesis.cbor   the network
 *   ledger.db      journal and ledger; open at most once, which is also what locks the folder
 *   keys/          the authority's and the faucet's keys
 *   copied         that it is a copy, made by `amigos-hub backup`
 *
 * An empty folder becomes a new network of its own. Everything is checked before anything is changed.
 */
import { access, constants, mkdir, readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { decodeNetwork, type Network, type NetworkId, type Signer } from "@amigos/core";
import { openFileKeyVault } from "@amigos/adapters/key-vault-file";
import { openSqliteStore, type SqliteStore } from "@amigos/adapters/store-sqlite";
import { JournalRefused } from "@amigos/engine";
import { KeyVaultError, StoreError, type Clock, type KeyVault, type Store } from "@amigos/engine/ports";
import { HubError } from "../hub-error.ts";
import { readCopied, type Copied } from "./copied.ts";
import { authoritySigner, createDemoNetwork } from "./demo-network.ts";
import { DRAFT_SUFFIX, readIfPresent, writeDurably } from "./durable-file.ts";

export interface DataFolder {
  readonly path: string;
  readonly network: Network;
  readonly store: SqliteStore;
  readonly keys: KeyVault;
  readonly authority: Signer;
  /** That it is a copy, and whether it may settle again. */
  readonly copied: Copied | undefined;
}

export interface DataFolderOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Accept this network only. */
  readonly network?: NetworkId;
  /** Refuse what no hub has used before, instead of beginning a network in it. */
  readonly mustExist?: boolean;
}

const FORMAT = "amigos-hub-data";
const FORMAT_VERSION = 1;
const FORMAT_PATTERN = new RegExp(`^${FORMAT} (\\d{1,9})\\n$`);

/** @throws {HubError} naming the way out; the folder is as it was then, and free */
export async function openDataFolder(options: DataFolderOptions): Promise<DataFolder> {
  const path = resolve(options.path);
  try {
    if (options.mustExist === true) await requireUsed(path);
    await mkdir(path, { recursive: true, mode: 0o700 });
    // SQLite says of a folder that may not be written to only that its disk failed.
    await access(path, constants.W_OK);
    await claimFolder(path);
    const store = await openSqliteStore({ path: join(path, "ledger.db") });
    try {
      return await openContent({ ...options, path }, store);
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    throw hubErrorOf(error, path);
  }
}

/** Whether users beside its owner can read or write the folder, as one that was there before may let them. */
export async function isOpenToOthers(path: string): Promise<boolean> {
  return process.platform !== "win32" && ((await stat(path)).mode & 0o077) !== 0;
}

/** The same reasons in one vocabulary, whoever found them. */
export function hubErrorOf(error: unknown, path: string): unknown {
  const cause = { cause: error };
  if (error instanceof StoreError && error.type === "store-busy") {
    return new HubError(
      "data-in-use",
      `${path} is in use by another hub: stop that one first, or choose another folder.`,
      cause,
    );
  }
  if (error instanceof JournalRefused) {
    const type =
      error.detail.type === "journal-of-another-version" ? "data-of-another-version" : "data-of-another-network";
    return new HubError(type, `${path}: ${error.message}.`, cause);
  }
  if (error instanceof StoreError || error instanceof KeyVaultError)
    return new HubError("data-damaged", error.message, cause);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (!(error instanceof HubError) && typeof code === "string") {
    return new HubError(
      "data-damaged",
      `${path} cannot be used: ${(error as Error).message}. Make it readable and writable, or choose another folder.`,
      cause,
    );
  }
  return error;
}

async function requireUsed(path: string): Promise<void> {
  const names = await readdir(path).catch((): readonly string[] => []);
  for (const name of ["format", "genesis.cbor", "ledger.db", "keys"]) {
    if (names.includes(name)) continue;
    throw new HubError("data-not-a-hubs", `${path} has no ${name}: name the folder that a hub keeps its data in.`);
  }
}

async function claimFolder(path: string): Promise<void> {
  const formatPath = join(path, "format");
  const format = await readIfPresent(formatPath);
  if (format === undefined) {
    const others = (await readdir(path)).filter((name) => !(name.startsWith("format.") && name.endsWith(DRAFT_SUFFIX)));
    if (others.length > 0) {
      throw new HubError(
        "data-not-a-hubs",
        `${path} holds other files (${others[0]}, …): choose an empty folder for the hub's data.`,
      );
    }
    return writeDurably(formatPath, Buffer.from(`${FORMAT} ${FORMAT_VERSION}\n`));
  }
  const version = FORMAT_PATTERN.exec(Buffer.from(format).toString("latin1"))?.[1];
  if (version === undefined) {
    throw new HubError("data-not-a-hubs", `${formatPath} is not a hub's: choose another folder, or restore that file.`);
  }
  if (Number(version) !== FORMAT_VERSION) {
    throw new HubError(
      "data-of-another-version",
      `${path} has data of version ${version} and this hub knows version ${FORMAT_VERSION}: run the hub that wrote it, or choose another folder.`,
    );
  }
  return undefined;
}

async function openContent(options: DataFolderOptions, store: SqliteStore): Promise<DataFolder> {
  const { path } = options;
  const keys = await openFileKeyVault({ directory: join(path, "keys") });
  const network = (await readNetwork(path)) ?? (await beginNetwork(options, keys, store));
  if (options.network !== undefined && options.network !== network.id) {
    throw new HubError(
      "data-of-another-network",
      `${path} belongs to network ${network.id}, not to ${options.network}: choose that network's folder, or an empty one.`,
    );
  }
  const authority = await authoritySigner(keys);
  if (authority.publicKey !== network.genesis.authority) {
    throw new HubError(
      "data-of-another-network",
      `${path}: the key in ${basename(path)}/keys is not the authority of network ${network.id}: restore the key and genesis.cbor that belong together.`,
    );
  }
  return { path, network, store, keys, authority, copied: await readCopied(path) };
}

async function readNetwork(path: string): Promise<Network | undefined> {
  const genesisPath = join(path, "genesis.cbor");
  const bytes = await readIfPresent(genesisPath);
  if (bytes === undefined) return undefined;
  const network = decodeNetwork(Uint8Array.from(bytes));
  if (network.ok) return network.value;
  throw new HubError("data-damaged", `${genesisPath} cannot be read (${network.error.type}): restore it from a copy.`);
}

async function beginNetwork({ path, clock }: DataFolderOptions, keys: KeyVault, store: Store): Promise<Network> {
  if ((await store.list("")).length > 0) {
    throw new HubError(
      "data-damaged",
      `${path}: there is a ledger and no genesis.cbor: restore that file from a copy.`,
    );
  }
  const network = await createDemoNetwork({ keys, time: clock.now() });
  await writeDurably(join(path, "genesis.cbor"), network.bytes);
  return network;
}
