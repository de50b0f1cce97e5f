/**
 * From the bytes of a batch to what reconcile takes, an answer for each item in its place (spec [SCN3]): verified, or why not.
 */
import {
  decodeControlEntry,
  decodeEntry,
  err,
  ok,
  verifyInception,
  verifyLogsByTips,
  type DecodedEntry,
  type Link,
  type PublicKey,
  type Result,
  type SessionId,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import { keysOfRecord, type ItemError } from "../checkpoint/verify-items.ts";
import { verifyControlWith, type KnownKeys } from "../control/verify-control.ts";
import { groupBy } from "../group-by.ts";
import type { LedgerState } from "../state/ledger-state.ts";
import type { Batch } from "./read-scenario.ts";

export interface VerifiedBatch {
  readonly inceptions: readonly Result<VerifiedInception, ItemError>[];
  readonly control: readonly Result<VerifiedControlEntry, ItemError>[];
  readonly entries: readonly Result<VerifiedEntry, ItemError>[];
}

/** What was given in this batch and those before it: whose keys may have signed what comes. */
export interface Acquaintance {
  readonly inceptions: VerifiedInception[];
  readonly control: Pick<VerifiedControlEntry, "id" | "entry">[];
}

export async function verifyBatch(
  state: LedgerState,
  batch: Batch,
  acquaintance: Acquaintance,
): Promise<VerifiedBatch> {
  const inceptions = batch.inceptions.map((bytes) => verifyInception(bytes, state.network.id));
  acquaintance.inceptions.push(...valuesOf(inceptions));
  const decoded = batch.control.map(decodeControlEntry);
  acquaintance.control.push(...valuesOf(decoded).map(({ entryId, entry }) => ({ id: entryId, entry })));
  const known = keysOfRecord(state, acquaintance.inceptions, acquaintance.control);
  const control = decoded.map((item, index) => {
    if (!item.ok) return item;
    const { entry } = item.value;
    return known.mastersOf(entry.account).length === 0
      ? err({ type: "account-unknown" as const, account: entry.account })
      : verifyControlWith(known, batch.control[index] as Uint8Array, entry);
  });
  return { inceptions, control, entries: await verifyEntries(state, batch.entries, known) };
}

async function verifyEntries(
  state: LedgerState,
  rows: readonly Uint8Array[],
  known: KnownKeys,
): Promise<readonly Result<VerifiedEntry, ItemError>[]> {
  const decoded = rows.map((bytes) => decodeEntry(bytes, state.network.tag));
  const keys = new Map<SessionId, PublicKey>();
  for (const { entry } of valuesOf(decoded)) {
    const key = known.sessionKeyOf(entry.account, entry.session);
    if (key !== undefined) keys.set(entry.session, key);
  }
  const verified = await verifyLogs(valuesOf(decoded), keys);
  return decoded.map((item) => {
    if (!item.ok) return item;
    const { id, link, entry } = item.value;
    if (!keys.has(entry.session)) return err({ type: "session-unknown" as const, session: entry.session });
    const authentic = verified.get(link);
    return authentic === undefined ? err({ type: "signature-invalid" as const, entry: id }) : ok(authentic);
  });
}

/** Every log by its tips. The authentic entries by link. */
async function verifyLogs(
  entries: readonly DecodedEntry[],
  keys: ReadonlyMap<SessionId, PublicKey>,
): Promise<ReadonlyMap<Link, VerifiedEntry>> {
  const logs = [...groupBy(entries, ({ entry }) => entry.session)].flatMap(([session, log]) => {
    const key = keys.get(session);
    return key === undefined ? [] : [{ key, entries: log }];
  });
  const verdicts = await verifyLogsByTips(logs);
  return new Map(verdicts.flatMap(({ verified }) => verified).map((entry) => [entry.link, entry]));
}

/** Of those that are well. */
export function valuesOf<Value>(results: readonly Result<Value, unknown>[]): readonly Value[] {
  return results.flatMap((result) => (result.ok ? [result.value] : []));
}
