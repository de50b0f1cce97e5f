/** The settled entries of one kind in this wallet's history, newest height last: read from the journal once, then kept in step. */
import { decodeEntry, ok, type EntryId, type Height, type VerifiedEntry } from "@amigos/core";
import type { Verdict } from "@amigos/reconcile";
import { decodeHistoryRow, positionOfKey } from "../journal/history-row.ts";
import { acceptedVerdict } from "../journal/verdict-text.ts";
import { StoreError, type Store } from "../ports/store.ts";
import type { Replica } from "../replica/replica.ts";

export interface SettledEntry<Entry extends VerifiedEntry> {
  readonly entry: Entry;
  readonly verdict: Verdict;
  readonly height: Height;
}

export interface SettledHistoryOptions<Entry extends VerifiedEntry> {
  /** Of its rows in the journal. */
  readonly prefix: string;
  readonly includes: (entry: VerifiedEntry) => entry is Entry;
}

export class SettledHistory<Entry extends VerifiedEntry> {
  readonly #options: SettledHistoryOptions<Entry>;
  readonly #byId = new Map<EntryId, SettledEntry<Entry>>();
  /** By height, then id, so that a wallet that was opened again shows the same ones. */
  readonly #inOrder: SettledEntry<Entry>[] = [];

  constructor(options: SettledHistoryOptions<Entry>) {
    this.#options = options;
  }

  /** @throws {StoreError} `store-damaged` when a row cannot be read */
  async load(store: Store, { archive, network }: Pick<Replica, "archive" | "network">): Promise<void> {
    const { prefix } = this.#options;
    for (const { key, value } of await store.list(prefix)) {
      const row = decodeHistoryRow(value);
      const damaged = new StoreError("store-damaged", `${store.name}: a row of its history cannot be read`);
      if (!row.ok) throw damaged;
      const { entry: kept, verdict } = row.value;
      const position = positionOfKey(key, prefix);
      // Not shown before all of it is loaded.
      if (position.height <= archive.start) continue;
      const decoded =
        typeof kept === "number"
          ? ok(await archive.entryAt({ ...position, length: kept }))
          : decodeEntry(kept, network.tag);
      if (!decoded.ok) throw damaged;
      // Verified before it was filed, and settled.
      const entry = decoded.value as VerifiedEntry as Entry;
      this.#keep({ entry, verdict: verdict ?? acceptedVerdict(entry), height: position.height });
    }
  }

  add(entries: readonly VerifiedEntry[], verdicts: readonly Verdict[], height: Height): void {
    const verdictById = new Map(verdicts.map((verdict) => [verdict.entry, verdict]));
    for (const entry of entries.filter(this.#options.includes).toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const verdict = verdictById.get(entry.id);
      if (verdict !== undefined) this.#keep({ entry, verdict, height });
    }
  }

  #keep(settled: SettledEntry<Entry>): void {
    if (this.#byId.has(settled.entry.id)) return;
    this.#byId.set(settled.entry.id, settled);
    this.#inOrder.push(settled);
  }

  byId(id: EntryId): SettledEntry<Entry> | undefined {
    return this.#byId.get(id);
  }

  /** Those that were settled at a height or before, newest first. */
  newest(count: number, height: Height): readonly SettledEntry<Entry>[] {
    let end = this.#inOrder.length;
    while (end > 0 && (this.#inOrder[end - 1]?.height ?? 0) > height) end--;
    return this.#inOrder.slice(Math.max(0, end - count), end).toReversed();
  }
}
