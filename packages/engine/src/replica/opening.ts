/**
 * Opening: from the journal to what is known. The journal is the truth, so what cannot be read is damage, not something
 * to skip; only a snapshot may be, for it merely saves work. What a wallet started from is no such snapshot: nothing else is
 * there to begin from.
 */
import { decodeEntry, verifyEntries, type Height, type SignedEntry } from "@amigos/core";
import { decodeLedgerState, verifyCheckpoint, type LedgerState } from "@amigos/reconcile";
import { KEY, PREFIX } from "../journal/journal.ts";
import { StoreError, type Store } from "../ports/store.ts";
import { keepForks, settlementsOf } from "./forks.ts";
import type { Knowledge } from "./knowledge.ts";
import { keepCommit, replayRecord } from "./settling.ts";
import { isStateOf, verifyStart } from "./start.ts";
import { keepRecords } from "./taking-in.ts";

/** @throws {StoreError} `store-damaged` when a row cannot be read */
export async function load(knowledge: Knowledge, store: Store): Promise<void> {
  const { directory, undecided, access } = knowledge;

  const start = await store.get(KEY.start);
  if (start !== undefined) {
    const verified = verifyStart(start, knowledge.network);
    if (!verified.ok) throw damaged(store, "the state that it started from");
    knowledge.startFrom(verified.value);
  }
  await readRecords(knowledge, store);
  knowledge.settled = (await readSnapshot(knowledge, store)) ?? knowledge.settled;
  for (;;) {
    const height = (knowledge.settled.height + 1) as Height;
    const recordBytes = await knowledge.archive.recordBytes(height);
    if (recordBytes === undefined) {
      // They are written together: whoever settled it must not settle another one there.
      if ((await store.get(KEY.header(height))) !== undefined) throw damaged(store, `checkpoint ${height}`);
      break;
    }
    const replayed = await replayRecord(knowledge, recordBytes);
    if (!replayed.ok || replayed.value === "known") throw damaged(store, `checkpoint ${height}`);
    keepCommit(knowledge, replayed.value);
  }
  knowledge.registrations.reviewAll(knowledge.settled);

  for (const { value } of await store.list(PREFIX.evidence)) {
    const proof = directory.verifyProof(value);
    if (proof === undefined) throw damaged(store, "an equivocation proof");
    keepForks(knowledge, { proofs: [proof], settlements: await settlementsOf(knowledge, [proof]) });
  }
  const signed = (await store.list(PREFIX.undecided)).map(({ value }) => {
    const entry = readEntry(knowledge, value);
    if (entry === undefined) throw damaged(store, "an entry");
    return entry;
  });
  for (const verified of await verifyEntries(signed)) {
    if (!verified.ok) throw damaged(store, "an entry");
    undecided.add(verified.value);
    access.note(verified.value);
  }
}

/**
 * What accounts say about themselves, as the journal has it. What a start vouches for is read after it.
 * @throws {StoreError} `store-damaged` when a row cannot be read
 */
export async function readRecords(knowledge: Knowledge, store: Store): Promise<void> {
  const { directory } = knowledge;
  for (const { value } of await store.list(PREFIX.inception)) {
    const examined = directory.examine({ inception: value, control: [] });
    if (!examined.ok) throw damaged(store, "an inception");
    keepRecords(knowledge, examined.value);
  }
  for (const { value } of await store.list(PREFIX.control)) {
    const examined = directory.examineControl(value, { isBounded: false });
    if (!examined.ok) throw damaged(store, "a control entry");
    keepRecords(knowledge, examined.value);
  }
}

function damaged(store: Store, what: string): StoreError {
  return new StoreError("store-damaged", `${store.name}: ${what} cannot be read`);
}

function readEntry({ network, directory }: Knowledge, bytes: Uint8Array): SignedEntry | undefined {
  const decoded = decodeEntry(bytes, network.tag);
  const key = decoded.ok ? directory.session(decoded.value.entry.session)?.key : undefined;
  return decoded.ok && key !== undefined ? { entry: decoded.value, key } : undefined;
}

/** The state that the newest snapshot holds, if it is the one that the checkpoint of its height commits to. */
export async function readSnapshot(
  { network, archive }: Knowledge,
  store: Store,
  key: string = KEY.snapshot,
): Promise<LedgerState | undefined> {
  const snapshot = await store.get(key);
  const decoded = snapshot === undefined ? undefined : decodeLedgerState(snapshot, network);
  if (decoded?.ok !== true || decoded.value.height === 0) return undefined;
  if ((await archive.recordBytes(decoded.value.height)) === undefined) return undefined;
  const record = await archive.record(decoded.value.height);
  const verified = verifyCheckpoint(record.checkpoint, network);
  return verified.ok && isStateOf(decoded.value, verified.value) ? decoded.value : undefined;
}
