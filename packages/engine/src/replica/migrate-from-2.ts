/**
 * From version 2 of the journal to version 3, which keeps signed bytes once (docs/decisions/0023-settled-bytes-stand-once.md).
 * What is new is written beside what is old, one checkpoint at a time; the last batch drops the old and names the version.
 * Interrupted before that, the store is still of version 2, and the next opening begins anew.
 *
 * Version 2 kept, where version 3 has something else:
 *
 *   checkpoint/<height>             checkpoint records, whole
 *   place/<session>/<sequence>      signed bytes of what was decided at a place of a log
 *   settled/<entry>                 the height that decided an entry, and its verdict
 *   payment/<height>/<entry>        for a wallet's history: signed bytes and verdict
 *   float/<height>/<entry>          the same
 */
import {
  body,
  decodeEntry,
  decodeWith,
  field,
  integer,
  text,
  type EntryId,
  type Height,
  type Network,
  type Schema,
  type VerifiedEntry,
} from "@amigos/core";
import { decodeCheckpointRecord, type Verdict } from "@amigos/reconcile";
import { encodeHistoryRow, type RecordedEntry } from "../journal/history-row.ts";
import { JOURNAL_VERSION, KEY, PREFIX, put, remove } from "../journal/journal.ts";
import { decodeHeader } from "../journal/settled-rows.ts";
import { textToVerdict, VERDICT_BYTES_MAX } from "../journal/verdict-text.ts";
import { StoreError, type Store, type StoreOperation } from "../ports/store.ts";
import { Archive, decidedOfRecord } from "./archive.ts";
import { NO_PAST } from "./past.ts";

/** Of an entry's id in a key. */
const ID_DIGITS = 64;

interface Settlement {
  readonly height: Height;
  readonly verdict: string;
}

const settlementSchema: Schema<Settlement> = body<Settlement>({
  height: field(0, integer<Height>()),
  verdict: field(1, text(VERDICT_BYTES_MAX)),
});

/** @throws {StoreError} `store-damaged` when a row cannot be read; nothing that was there is changed then */
export async function migrateFrom2(store: Store, network: Network): Promise<void> {
  const old = new Journal2(store, network);
  // What an opening wrote that was interrupted.
  await store.write((await store.list("places/")).map(({ key }) => remove(key)));
  const archive = new Archive(store, network);
  const replaced: string[] = [];
  for (const { key, value } of await store.list(PREFIX.header)) {
    const height = Number(key.slice(PREFIX.header.length)) as Height;
    const { recordBytes, decided } = await old.checkpoint(height);
    const header = decodeHeader(value);
    if (!header.ok) throw old.damaged(`checkpoint ${height}`);
    const checkpoint = { id: header.value.id, height, time: header.value.time };
    await store.write([
      ...(await archive.file({ checkpoint, recordBytes, decided, past: NO_PAST })),
      ...(await old.history(height, decided)),
    ]);
    replaced.push(...(await old.keysOf(height)));
  }
  for (const prefix of ["place/", "settled/"]) for (const { key } of await store.list(prefix)) replaced.push(key);
  await store.write([...replaced.map(remove), put(KEY.version, Uint8Array.of(JOURNAL_VERSION))]);
}

class Journal2 {
  readonly #store: Store;
  readonly #network: Network;

  constructor(store: Store, network: Network) {
    this.#store = store;
    this.#network = network;
  }

  async checkpoint(
    height: Height,
  ): Promise<{ readonly recordBytes: Uint8Array; readonly decided: readonly RecordedEntry[] }> {
    const recordBytes = await this.#store.get(recordKey(height));
    const record = recordBytes === undefined ? undefined : decodeCheckpointRecord(recordBytes);
    if (recordBytes === undefined || record?.ok !== true) throw this.damaged(`checkpoint record ${height}`);
    const entries = record.value.entries.map((bytes) => this.#entry(bytes));
    const verdicts: Verdict[] = [];
    for (const { id } of entries) {
      const settlement = await this.#settlement(id);
      if (settlement?.height !== height) continue;
      const verdict = textToVerdict(settlement.verdict);
      if (!verdict.ok) throw this.damaged("a settled verdict");
      verdicts.push(verdict.value);
    }
    return { recordBytes, decided: decidedOfRecord({ height, recordBytes, entries, verdicts }) };
  }

  /** The history of a wallet, as far as this checkpoint decided it. */
  async history(height: Height, decided: readonly RecordedEntry[]): Promise<readonly StoreOperation[]> {
    const operations: StoreOperation[] = [];
    for (const { entry, position, verdict } of decided)
      for (const kind of ["payment", "float"] as const) {
        if ((await this.#store.get(historyKey(kind, height, entry.id))) === undefined) continue;
        const kept = verdict.outcome === "accepted" ? undefined : verdict;
        operations.push(
          put(KEY[kind](height, position.offset), encodeHistoryRow({ entry: entry.bytes, verdict: kept })),
        );
      }
    return operations;
  }

  /** What stands under keys that version 3 does not have, of one checkpoint. */
  async keysOf(height: Height): Promise<readonly string[]> {
    const rows = [
      ...(await this.#store.list(historyKey("payment", height, ""))),
      ...(await this.#store.list(historyKey("float", height, ""))),
    ];
    // Those of version 3 end in an offset.
    const isOld = (key: string): boolean => (key.split("/").at(-1) ?? "").length === ID_DIGITS;
    return [recordKey(height), ...rows.map(({ key }) => key).filter(isOld)];
  }

  damaged(what: string): StoreError {
    return new StoreError("store-damaged", `${this.#store.name}: ${what} cannot be read`);
  }

  async #settlement(id: EntryId): Promise<Settlement | undefined> {
    const row = await this.#store.get(`settled/${id}`);
    const decoded = row === undefined ? undefined : decodeWith(settlementSchema, row, row.length);
    if (decoded?.ok === false) throw this.damaged("a settled verdict");
    return decoded?.value;
  }

  /** It was verified before it was filed. */
  #entry(bytes: Uint8Array): VerifiedEntry {
    const decoded = decodeEntry(bytes, this.#network.tag);
    if (!decoded.ok) throw this.damaged("an entry");
    return decoded.value as VerifiedEntry;
  }
}

function recordKey(height: Height): string {
  return PREFIX.checkpoint(height).slice(0, -1);
}

function historyKey(kind: "payment" | "float", height: Height, entry: EntryId | ""): string {
  return `${kind}/${height.toString().padStart(16, "0")}/${entry}`;
}
