/**
 * Loading what was before a start (spec [DEV8]): the ledger is replayed from the genesis beside what the wallet knows, one
 * record at a time, until it comes to the very checkpoint that the wallet started from. Then nothing was taken on trust any
 * more. Until then nobody looks up anything of it: the archive hides what is not above the start.
 */
import {
  decodeEntry,
  err,
  ok,
  type AccountId,
  type EntryId,
  type Height,
  type Network,
  type Result,
  type VerifiedEntry,
} from "@amigos/core";
import { encodeLedgerState, type LedgerState } from "@amigos/reconcile";
import { KEY, PREFIX, put, remove } from "../journal/journal.ts";
import { StoreError, type Store, type StoreEntry, type StoreOperation } from "../ports/store.ts";
import type { Evidence } from "./evidence.ts";
import { Knowledge } from "./knowledge.ts";
import { readSnapshot } from "./opening.ts";
import { commitOperations, keepCommit, replayRecord, type CheckpointRefusal, type Commit } from "./settling.ts";
import { undecidedKey } from "./undecided.ts";

export interface HistoryLoadingOptions {
  readonly network: Network;
  readonly store: Store;
  /** Whose history is kept. */
  readonly account: AccountId | undefined;
  /** The state that the wallet started from. */
  readonly start: LedgerState;
}

export class HistoryLoading {
  readonly #options: HistoryLoadingOptions;
  readonly #knowledge: Knowledge;

  private constructor(options: HistoryLoadingOptions) {
    this.#options = options;
    this.#knowledge = new Knowledge(options.network, options.store, options.account);
  }

  /** Goes on where it was. @throws {StoreError} `store-damaged` when a record that was loaded before cannot be read */
  static async resume(options: HistoryLoadingOptions): Promise<HistoryLoading> {
    const loading = new HistoryLoading(options);
    const knowledge = loading.#knowledge;
    knowledge.settled = (await readSnapshot(knowledge, options.store, KEY.loading)) ?? knowledge.settled;
    knowledge.directory.meetAll(knowledge.settled);
    while (knowledge.settled.height + 1 < options.start.height) {
      const height = (knowledge.settled.height + 1) as Height;
      const recordBytes = await knowledge.archive.recordBytes(height);
      if (recordBytes === undefined) break;
      const replayed = await replayRecord(knowledge, recordBytes);
      if (!replayed.ok || replayed.value === "known")
        throw new StoreError("store-damaged", `${options.store.name}: checkpoint ${height} cannot be read`);
      keepCommit(knowledge, replayed.value);
    }
    return loading;
  }

  /** Up to where it is loaded. */
  get height(): Height {
    return this.#knowledge.settled.height;
  }

  get isComplete(): boolean {
    return this.height === this.#options.start.height;
  }

  /** Whether all is loaded with this one. */
  isLast({ state }: Commit): boolean {
    return state.height === this.#options.start.height;
  }

  /**
   * Computes a record. The last one must be the checkpoint that the wallet started from. What it forks at a place that is
   * `proven` takes no proof's place yet: which sides count is seen when all is here.
   */
  async replay(recordBytes: Uint8Array, proven: Evidence): Promise<Result<Commit | "known", CheckpointRefusal>> {
    const replayed = await replayRecord(this.#knowledge, recordBytes);
    if (!replayed.ok || replayed.value === "known") return replayed;
    const { start } = this.#options;
    const { forks } = replayed.value;
    const { height, checkpoint } = replayed.value.state;
    const proofs = forks.proofs.filter(({ session, sequence }) => proven.at(session, sequence) === undefined);
    if (height !== start.height || checkpoint === start.checkpoint)
      return ok({ ...replayed.value, forks: { ...forks, proofs } });
    return err({ type: "checkpoint-contradicted", height, followed: start.checkpoint, found: checkpoint });
  }

  /**
   * What makes it durable. With the last one the start is gone in the same batch, and what came along of before it, and what
   * waited here undecided though it was `passed`; `settled` is kept, so that the next opening goes on from there.
   */
  async operations(
    commit: Commit,
    { settled, passed }: { readonly settled: LedgerState; readonly passed: readonly VerifiedEntry[] },
  ): Promise<readonly StoreOperation[]> {
    const { store, account } = this.#options;
    const operations = await commitOperations(this.#knowledge, commit, account, KEY.loading);
    if (!this.isLast(commit)) return operations;
    const past: StoreEntry[] = [];
    for (const prefix of [PREFIX.pastCheckpoint, PREFIX.pastEntries, PREFIX.allPastSettled])
      past.push(...(await store.list(prefix)));
    return [
      ...operations,
      remove(KEY.start),
      remove(KEY.loading),
      ...past.map(({ key }) => remove(key)),
      ...passed.map((entry) => remove(undecidedKey(entry))),
      put(KEY.snapshot, encodeLedgerState(settled)),
    ];
  }

  /**
   * Those of some undecided entries that were settled by this record or before, under whatever signature. Where a log is void
   * nobody who started can tell, and keeps them until then.
   */
  async settledOf(entries: readonly VerifiedEntry[], { state, recorded }: Commit): Promise<readonly VerifiedEntry[]> {
    const ids = new Set<EntryId>(recorded.map(({ entry }) => entry.id));
    const settled: VerifiedEntry[] = [];
    for (const undecided of entries) {
      const { session, sequence } = undecided.entry;
      const there = await this.#knowledge.archive.entriesAt(session, sequence, state.height);
      if (ids.has(undecided.id) || there.some(({ id }) => id === undecided.id)) settled.push(undecided);
    }
    return settled;
  }

  /** For what is durable now. */
  keep(commit: Commit): void {
    keepCommit(this.#knowledge, commit);
  }
}

/** What was settled since the start at places where something may have been settled before it: sides of forks, if it was. */
export async function settledBesideStart(knowledge: Knowledge): Promise<readonly VerifiedEntry[]> {
  const { archive, network, settled, start } = knowledge;
  const found: VerifiedEntry[] = [];
  for (let height = (start?.height ?? 0) + 1; height <= settled.height; height++) {
    for (const bytes of (await archive.record(height as Height)).entries) {
      const decoded = decodeEntry(bytes, network.tag);
      if (!decoded.ok || !knowledge.mayBeBeforeStart(decoded.value.entry)) continue;
      const { session, sequence } = decoded.value.entry;
      found.push(...(await knowledge.settledAt(session, sequence)));
    }
  }
  return found;
}
