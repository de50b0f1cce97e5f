/** How far a wallet's backup is: kept beside the wallet, and held against what its account has said since. */
import type { WalletView } from "@amigos/engine";
import type { BackupState } from "../wallet/backup.ts";
import type { AppDatabase } from "./app-database.ts";
import type { LockedVault } from "./vault/locked-vault.ts";

interface BackupRow {
  readonly savedAt: number;
  /** What the account had said when the file was made. */
  readonly said: number;
}

export class BackupKeeper {
  readonly #database: AppDatabase;
  readonly #store: string;
  #row: BackupRow | undefined;
  #hasWords = false;

  private constructor(database: AppDatabase, store: string) {
    this.#database = database;
    this.#store = store;
  }

  static async open(database: AppDatabase, store: string): Promise<BackupKeeper> {
    const keeper = new BackupKeeper(database, store);
    keeper.#row = (await database.get(`backup/${store}`)) as BackupRow | undefined;
    return keeper;
  }

  /** Looks whether the vault has the account's words still. The vault is open. */
  async look(vault: LockedVault): Promise<void> {
    this.#hasWords = (await vault.secret("entropy")) !== undefined;
  }

  state(view: WalletView): BackupState | undefined {
    if (this.#row === undefined) return this.#hasWords ? { isStale: false } : undefined;
    return { savedAt: this.#row.savedAt, isStale: this.#row.said !== saidIn(view) };
  }

  /** Left out: as of a file that may be older than what the account has said. */
  async saved(savedAt: number, view?: WalletView): Promise<void> {
    const row: BackupRow = { savedAt, said: view === undefined ? 0 : saidIn(view) };
    await this.#database.set(`backup/${this.#store}`, row);
    this.#row = row;
    this.#hasWords = false;
  }

  /** The account has said something that no file has. */
  async outdate(): Promise<void> {
    if (this.#row === undefined) return;
    const row: BackupRow = { ...this.#row, said: OUTDATED };
    await this.#database.set(`backup/${this.#store}`, row);
    this.#row = row;
  }
}

/** Nobody has said less than nothing. */
const OUTDATED = -1;

/** Grants and ends. What else an account says, it says by `outdate`. */
function saidIn({ sessions }: WalletView): number {
  return sessions.length + sessions.filter(({ end }) => end !== undefined).length;
}
