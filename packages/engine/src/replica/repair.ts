/**
 * A journal of which rows cannot be read any more, put in order (spec [DEV7]). What is damaged is put aside, what follows from
 * the records is made anew from them, and what is missing then comes again from others. Nothing is thrown away before it
 * was found to be unreadable, and an interruption costs nothing but doing it again.
 *
 * What keeps a device from signing twice (`own-head`, the reservations) is not touched: nobody else can tell what it was.
 */
import {
  decodeEntry,
  equalBytes,
  verifyEntries,
  type AccountId,
  type Height,
  type Network,
  type SignedEntry,
} from "@amigos/core";
import { verifyCheckpoint } from "@amigos/reconcile";
import { decodeAcceptanceRow } from "../journal/acceptance-row.ts";
import { decodeCircleRow } from "../journal/circle-row.ts";
import { decodeContradiction } from "../journal/contradiction-row.ts";
import { KEY, PREFIX, put, remove } from "../journal/journal.ts";
import { encodeQuarantinedRow } from "../journal/quarantine-row.ts";
import { StoreError, type Store, type StoreEntry, type StoreOperation } from "../ports/store.ts";
import { Knowledge } from "./knowledge.ts";
import { commitOperations, keepCommit, replayRecord } from "./settling.ts";
import { verifyStart } from "./start.ts";
import { keepRecords } from "./taking-in.ts";

export interface RepairOptions {
  readonly store: Store;
  readonly network: Network;
  /** Whose replica it is. One without an account may be the one that settles, and gives up no record. */
  readonly account?: AccountId | undefined;
  /** What vouches for the session, where the opener has it: it stands in for what is damaged. */
  readonly vouchers?: readonly StoreOperation[];
  /** Hears which rows were put aside. */
  readonly onQuarantined?: (keys: readonly string[]) => void;
}

/** Rows that are kept aside. More of them say nothing more, and a broken disk must not fill itself with them. */
const QUARANTINED_MAX = 64;
/** Rows that are removed in one batch. */
const BATCH_ROWS = 1_000;
/** What the records say, in the forms in which it is looked up. */
const DERIVED = ["places/", "ids/", "verdict/", "payment/", "float/", "snapshot"] as const;
/** Records, and what says that there was one: kept until what it says is made anew. */
const FILED = ["checkpoint/", "header/"] as const;
const [RECORDS] = FILED;

/**
 * Opens by `open`; where that finds damage, or a step of an earlier opening did, repairs the journal first.
 * @throws {StoreError} `store-damaged` where repairing did not help, or would give up what only this replica has
 */
export async function openRepaired<Opened>(options: RepairOptions, open: () => Promise<Opened>): Promise<Opened> {
  const isMarked = (await options.store.get(KEY.repair)) !== undefined;
  if (isMarked) await new Repair(options).run();
  try {
    return await open();
  } catch (error) {
    if (isMarked || !(error instanceof StoreError) || error.type !== "store-damaged") throw error;
    await new Repair(options).run();
    return open();
  }
}

/** Asks for a repair at the next opening. That the disk does not take even that is no news. */
export async function noteDamage(store: Store, error: unknown): Promise<void> {
  if (error instanceof StoreError && error.type === "store-damaged")
    await store.write([put(KEY.repair, Uint8Array.of(1))]).catch(() => undefined);
}

class Repair {
  readonly #options: RepairOptions;
  readonly #store: Store;
  readonly #knowledge: Knowledge;
  readonly #quarantined: string[] = [];
  #room = QUARANTINED_MAX;

  constructor(options: RepairOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#knowledge = new Knowledge(options.network, options.store, options.account);
  }

  async run(): Promise<void> {
    const { store } = this.#options;
    this.#room -= (await store.list(PREFIX.quarantine)).length;
    await store.write([put(KEY.repair, Uint8Array.of(1)), ...(this.#options.vouchers ?? [])]);
    for (const prefix of DERIVED) await this.#remove(await store.list(prefix));
    await this.#start();
    const rows = [...(await store.list(PREFIX.inception)), ...(await store.list(PREFIX.control))];
    const unread = rows.filter((row) => !this.#vouch(row));
    await this.#checkEntries(PREFIX.pastEntries);
    await this.#replay();
    // The ledger may have told what these rest on.
    for (const row of unread) if (!this.#vouch(row)) await this.#setAside(row, "vouches for nothing");
    await this.#checkProofs();
    await this.#checkEntries(PREFIX.undecided);
    await this.#checkSingle(KEY.contradiction, (bytes) => decodeContradiction(bytes).ok);
    await this.#checkSingle(KEY.circle, (bytes) => decodeCircleRow(bytes).ok);
    await this.#checkSingle(KEY.acceptance, (bytes) => decodeAcceptanceRow(bytes).ok);
    await store.write([remove(KEY.repair)]);
    if (this.#quarantined.length > 0) this.#options.onQuarantined?.(this.#quarantined);
  }

  #vouch({ key, value }: StoreEntry): boolean {
    const { directory } = this.#knowledge;
    const examined = key.startsWith(PREFIX.inception)
      ? directory.examine({ inception: value, control: [] })
      : directory.examineControl(value, { isBounded: false });
    if (examined.ok) keepRecords(this.#knowledge, examined.value);
    return examined.ok;
  }

  /**
   * The state that this replica started from, and the checkpoints of before it (spec [DEV6]). Without, it starts anew. What
   * was loaded of before it is loaded again.
   */
  async #start(): Promise<void> {
    const { network } = this.#options;
    for (const row of await this.#store.list(PREFIX.pastCheckpoint)) {
      const checkpoint = verifyCheckpoint(row.value, network);
      if (!checkpoint.ok) await this.#setAside(row, "is not authentic");
    }
    const value = await this.#store.get(KEY.start);
    const start = value === undefined ? undefined : verifyStart(value, network);
    await this.#store.write([remove(KEY.loading)]);
    if (start?.ok === true) {
      this.#knowledge.startFrom(start.value);
      const { height } = start.value.state;
      await this.#remove((await this.#filed()).filter(({ key }) => heightOf(key) <= height));
    } else if (value !== undefined) await this.#setAside({ key: KEY.start, value }, "is no signed state");
  }

  /** Makes everything that follows from the records anew, up to the first that does not follow. */
  async #replay(): Promise<void> {
    const { account } = this.#options;
    for (;;) {
      const height = (this.#knowledge.settled.height + 1) as Height;
      const recordBytes = await this.#knowledge.archive.recordBytes(height);
      const replayed = recordBytes === undefined ? undefined : await replayRecord(this.#knowledge, recordBytes);
      if (replayed?.ok !== true || replayed.value === "known") return this.#giveUpFrom(height);
      await this.#store.write(await commitOperations(this.#knowledge, replayed.value, account));
      keepCommit(this.#knowledge, replayed.value);
    }
  }

  /** The record of this height is damaged or missing, and the later ones rest on it. The hub has them all. */
  async #giveUpFrom(height: Height): Promise<void> {
    const rows = (await this.#filed()).filter(({ key }) => heightOf(key) >= height);
    if (rows.length === 0) return;
    if (this.#options.account === undefined)
      throw new StoreError(
        "store-damaged",
        `${this.#store.name}: checkpoint ${height} cannot be read, and nothing after it is given up where it may have been settled: restore the store from a copy`,
      );
    const isNext = ({ key }: StoreEntry): boolean => heightOf(key) === height && key.startsWith(RECORDS);
    for (const row of rows.filter(isNext)) await this.#setAside(row, "does not follow");
    await this.#remove(rows.filter((row) => !isNext(row)));
  }

  async #filed(): Promise<readonly StoreEntry[]> {
    const rows: StoreEntry[] = [];
    for (const prefix of FILED) rows.push(...(await this.#store.list(prefix)));
    return rows;
  }

  async #checkProofs(): Promise<void> {
    for (const row of await this.#store.list(PREFIX.evidence))
      if (this.#knowledge.directory.verifyProof(row.value) === undefined) await this.#setAside(row, "proves nothing");
  }

  async #checkEntries(prefix: string): Promise<void> {
    const readable: { readonly row: StoreEntry; readonly signed: SignedEntry }[] = [];
    for (const row of await this.#store.list(prefix)) {
      const decoded = decodeEntry(row.value, this.#options.network.tag);
      const key = decoded.ok ? this.#knowledge.directory.session(decoded.value.entry.session)?.key : undefined;
      if (decoded.ok && key !== undefined) readable.push({ row, signed: { entry: decoded.value, key } });
      else await this.#setAside(row, "cannot be read");
    }
    const verified = await verifyEntries(readable.map(({ signed }) => signed));
    for (const [index, { row }] of readable.entries())
      if (verified[index]?.ok !== true) await this.#setAside(row, "is not authentic");
  }

  async #checkSingle(key: string, isReadable: (bytes: Uint8Array) => boolean): Promise<void> {
    const value = await this.#store.get(key);
    if (value !== undefined && !isReadable(value)) await this.#setAside({ key, value }, "cannot be read");
  }

  async #setAside({ key, value }: StoreEntry, reason: string): Promise<void> {
    const kept = this.#room > 0 ? [put(KEY.quarantine(key), encodeQuarantinedRow({ reason, bytes: value }))] : [];
    const present = await this.#store.get(key);
    // The ledger's records may have made it anew by now.
    const isAnew = present !== undefined && !equalBytes(present, value);
    await this.#store.write(isAnew ? kept : [remove(key), ...kept]);
    this.#room -= 1;
    this.#quarantined.push(key);
  }

  async #remove(rows: readonly StoreEntry[]): Promise<void> {
    for (let start = 0; start < rows.length; start += BATCH_ROWS)
      await this.#store.write(rows.slice(start, start + BATCH_ROWS).map(({ key }) => remove(key)));
  }
}

function heightOf(key: string): number {
  return Number(key.split("/")[1]);
}
