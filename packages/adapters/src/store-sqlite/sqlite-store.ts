/**
 * A store in one SQLite file, by the SQLite inside Node. Write-ahead log with `synchronous = FULL`: a resolved write
 * survives a power cut. The open store holds SQLite's exclusive lock on the file; the operating system frees it when the
 * process dies, however it dies, so a crash never locks an owner out.
 *
 * The lock is an advisory POSIX lock, which a process loses when it opens and closes the same file by other means. So
 * nothing here touches the file beside SQLite, and a program must not read or copy it while it has it open.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import * as sqlite from "node:sqlite";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { StoreError, type Store, type StoreEntry, type StoreOperation } from "@amigos/engine/ports";
import { checkKey, copyBatch, prefixRange } from "../shared/store-key.ts";

export interface SqliteStoreOptions {
  /** The file; it and its folder are made where missing, readable by their owner only. */
  readonly path: string;
  /** The most the file may grow to; beyond it, writes reject with `store-full`. Default: what the disk holds. */
  readonly bytesMax?: number;
}

export interface SqliteStore extends Store {
  /**
   * Copies everything into a new file at `path`, on the disk when it resolves, while the store goes on: what is written
   * meanwhile is either in the copy or not, each batch as a whole. For a file that does not exist; needs Node 22.16.
   */
  readonly copyTo: (path: string) => Promise<void>;
}

/** Opens the store, or rejects with a `StoreError` that says the way out. Nothing of a file that is not ours is changed. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const path = createFile(options.path);
  const database = openDatabase(path);
  try {
    prepare(database, path, options.bytesMax);
  } catch (error) {
    database.close();
    throw storeError(error, path);
  }
  return new OpenSqliteStore(path, database);
}

/** "AMIG": marks a file as ours, where the `file` command and SQLite's tools look for it. */
const APPLICATION_ID = 0x41_4d_49_47;
/** Of the table below. A store of another version is refused, never guessed at. */
const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** https://sqlite.org/rescode.html; the low byte of an extended code is its primary code. */
const RESULT = { busy: 5, locked: 6, readOnly: 8, corrupt: 11, full: 13, notADatabase: 26 } as const;

/** Pages copied at once, with other work in between: four MiB. */
const COPY_PAGES = 1024;

class OpenSqliteStore implements SqliteStore {
  readonly name: string;
  /** A file stays until somebody removes it. */
  readonly isPersistent = true;
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #list: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  /** Those that are being made: the file is not closed under them. */
  readonly #copies = new Set<Promise<void>>();
  /** While writes are done whose callers have not been told. */
  #turn: Promise<void> | undefined;
  #isClosed = false;

  constructor(path: string, database: DatabaseSync) {
    this.name = `SQLite ${basename(path)}`;
    this.#path = path;
    this.#database = database;
    this.#get = database.prepare("SELECT value FROM entries WHERE key = ?");
    this.#list = database.prepare("SELECT key, value FROM entries WHERE key >= ? AND key < ? ORDER BY key");
    this.#put = database.prepare("INSERT OR REPLACE INTO entries (key, value) VALUES (?, ?)");
    this.#delete = database.prepare("DELETE FROM entries WHERE key = ?");
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#checkOpen();
    checkKey(key);
    return this.#attempt(() => this.#get.get(key)?.["value"] as Uint8Array | undefined);
  }

  async list(prefix: string): Promise<readonly StoreEntry[]> {
    this.#checkOpen();
    const { from, to } = prefixRange(prefix);
    return this.#attempt(() =>
      this.#list.all(from, to).map((row) => ({ key: row["key"] as string, value: row["value"] as Uint8Array })),
    );
  }

  async write(batch: readonly StoreOperation[]): Promise<void> {
    this.#checkOpen();
    const operations = copyBatch(batch);
    if (operations.length === 0) return;
    this.#attempt(() => this.#apply(operations));
    await this.#otherWork();
  }

  async copyTo(path: string): Promise<void> {
    this.#checkOpen();
    if (typeof sqlite.backup !== "function")
      throw new StoreError("store-failed", "This Node cannot copy a store that is open: use 22.16 or newer.");
    closeSync(createNew(path));
    const copying = sqlite.backup(this.#database, path, { rate: COPY_PAGES }).then(() => syncFile(path));
    const settled = copying.then(
      () => undefined,
      () => undefined,
    );
    this.#copies.add(settled);
    try {
      await copying;
    } catch (error) {
      throw storeError(error, path);
    } finally {
      this.#copies.delete(settled);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([...this.#copies, this.#turn]);
    this.#attempt(() => this.#database.close());
  }

  /**
   * A turn for whatever came while the disk had the thread: sockets are read, timers fire. So whoever writes again and again
   * starves nobody, and finds gathered what it can write together.
   */
  #otherWork(): Promise<void> {
    this.#turn ??= setImmediate().then(() => void (this.#turn = undefined));
    return this.#turn;
  }

  #apply(operations: readonly StoreOperation[]): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const operation of operations) {
        if (operation.type === "put") this.#put.run(operation.key, operation.value);
        else this.#delete.run(operation.key);
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      // SQLite has undone a transaction by itself after some failures, a full disk among them.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #attempt<Value>(action: () => Value): Value {
    try {
      return action();
    } catch (error) {
      throw storeError(error, this.#path);
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new StoreError("store-closed", `The store ${this.#path} is closed.`);
  }
}

/** Makes the file, empty, for its owner only, where there is none. Resolves to its one true path. */
function createFile(path: string): string {
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true, mode: 0o700 });
    const canonical = join(realpathSync(dirname(resolve(path))), basename(path));
    // `wx` opens nothing that exists: an open store would lose its lock by our closing the file.
    try {
      closeSync(openSync(canonical, "wx", 0o600));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    return realpathSync(canonical);
  } catch (error) {
    throw new StoreError("store-failed", `The store ${path} cannot be made there: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The file, empty, for its owner only. */
function createNew(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    throw new StoreError("store-failed", `No copy can be made at ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function syncFile(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: false });
  } catch (error) {
    throw storeError(error, path);
  }
}

function prepare(database: DatabaseSync, path: string, bytesMax: number | undefined): void {
  // Before the first access, so that the lock is taken with it and kept, and the write-ahead log needs no shared memory.
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  const isNew = checkIdentity(database, path);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON",
  );
  database.exec("BEGIN EXCLUSIVE");
  if (isNew) database.exec(SCHEMA);
  database.exec("COMMIT");
  if (bytesMax !== undefined)
    database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytesMax / numberOf(database, "page_size")))}`);
}

/** Whether the file is still empty. Throws when it is another program's, or a later version's. */
function checkIdentity(database: DatabaseSync, path: string): boolean {
  const applicationId = numberOf(database, "application_id");
  const version = numberOf(database, "user_version");
  const tables = Number(database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"]);
  if (applicationId === 0 && version === 0 && tables === 0) return true;
  if (applicationId !== APPLICATION_ID) {
    throw new StoreError(
      "store-damaged",
      `${path} belongs to another program. Choose another path, or move that file away.`,
    );
  }
  if (version !== SCHEMA_VERSION) {
    throw new StoreError(
      "store-damaged",
      `${path} has store version ${version}, and this program knows version ${SCHEMA_VERSION}. Open it with the program that wrote it, or update this one.`,
    );
  }
  return false;
}

function numberOf(database: DatabaseSync, pragma: string): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

function storeError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = ((error as { readonly errcode?: number }).errcode ?? 0) & 0xff;
  const cause = { cause: error };
  switch (code) {
    case RESULT.busy:
    case RESULT.locked:
      return busy(path, cause);
    case RESULT.full:
      return new StoreError(
        "store-full",
        `No room left to write ${path}. Free some space; nothing that was stored is lost.`,
        cause,
      );
    case RESULT.readOnly:
      return new StoreError(
        "store-failed",
        `${path} is read-only. Make it and its folder writable for this user.`,
        cause,
      );
    case RESULT.corrupt:
    case RESULT.notADatabase:
      return new StoreError(
        "store-damaged",
        `${path} is not a readable SQLite file. Restore it from a copy, or move it away to begin anew.`,
        cause,
      );
    default:
      return new StoreError("store-failed", `The store ${path} failed: ${messageOf(error)}`, cause);
  }
}

function busy(path: string, options?: { readonly cause: unknown }): StoreError {
  return new StoreError("store-busy", `The store ${path} is open in another place. Close that one first.`, options);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
