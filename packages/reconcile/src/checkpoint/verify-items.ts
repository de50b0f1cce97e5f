/**
 * The items of a record, or of any set that comes as bytes, verified on a state: from signed bytes to what `reconcile` takes
 * (spec [CHP6]). Nothing is judged here; a control entry counts as verified under any key that its signer may have.
 */
import {
  decodeControlEntry,
  decodeEntry,
  err,
  ok,
  openedSession,
  verifyInception,
  verifyLogsByTips,
  type AccountId,
  type ControlEntryError,
  type ControlOperation,
  type DecodedEntry,
  type DecodeError,
  type InceptionError,
  type PublicKey,
  type Result,
  type Sequence,
  type SessionId,
  type SessionLog,
  type VerifiedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
  type VerifyError,
} from "@amigos/core";
import { verifyControlWith, type KnownKeys } from "../control/verify-control.ts";
import { groupBy } from "../group-by.ts";
import { accountOf, sessionOf, type LedgerState } from "../state/ledger-state.ts";

/** Signed bytes. */
export interface EncodedItems {
  readonly inceptions: readonly Uint8Array[];
  readonly control: readonly Uint8Array[];
  readonly entries: readonly Uint8Array[];
}

export interface VerifiedItems {
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly VerifiedControlEntry[];
  readonly entries: readonly VerifiedEntry[];
}

export type ItemError =
  | InceptionError
  | ControlEntryError
  | DecodeError
  | VerifyError
  | { readonly type: "account-unknown"; readonly account: AccountId }
  | { readonly type: "session-unknown"; readonly session: SessionId };

/** An answer for each item, in its place. */
export interface CheckedItems {
  readonly inceptions: readonly Result<VerifiedInception, ItemError>[];
  readonly control: readonly Result<VerifiedControlEntry, ItemError>[];
  readonly entries: readonly Result<VerifiedEntry, ItemError>[];
}

/** What was given before: whose keys, besides those in the state, may have signed what comes. */
export interface Acquaintance {
  readonly inceptions: readonly VerifiedInception[];
  readonly control: readonly Claim[];
}

/** What a control entry says, whoever signed it. */
type Claim = Pick<VerifiedControlEntry, "id" | "entry">;

export const NO_ACQUAINTANCE: Acquaintance = { inceptions: [], control: [] };

/** All of them, or the first error. */
export async function verifyItems(
  state: LedgerState,
  encoded: EncodedItems,
): Promise<Result<VerifiedItems, ItemError>> {
  const { checked } = await checkItems(state, encoded, NO_ACQUAINTANCE);
  const failed = [...checked.inceptions, ...checked.control, ...checked.entries].find(({ ok: isWell }) => !isWell);
  return failed?.ok === false ? failed : ok(wellOf(checked));
}

/** Whatever is well, item by item, and what was learned of keys from it. */
export async function checkItems(
  state: LedgerState,
  encoded: EncodedItems,
  acquaintance: Acquaintance,
): Promise<{ readonly checked: CheckedItems; readonly acquaintance: Acquaintance }> {
  const inceptions = encoded.inceptions.map((bytes) => verifyInception(bytes, state.network.id));
  const decoded = encoded.control.map(decodeControlEntry);
  const claims = valuesOf(decoded).map(({ entryId, entry }) => ({ id: entryId, entry }));
  const met = {
    inceptions: [...acquaintance.inceptions, ...valuesOf(inceptions)],
    control: [...acquaintance.control, ...claims],
  };
  const known = keysOfRecord(state, met.inceptions, met.control);
  const control = decoded.map((item, index) => {
    if (!item.ok) return item;
    const { entry } = item.value;
    return known.mastersOf(entry.account).length === 0
      ? err({ type: "account-unknown" as const, account: entry.account })
      : verifyControlWith(known, encoded.control[index] as Uint8Array, entry);
  });
  return {
    checked: { inceptions, control, entries: await checkEntries(state, encoded.entries, known) },
    acquaintance: met,
  };
}

/** Those that are well. */
export function wellOf({ inceptions, control, entries }: CheckedItems): VerifiedItems {
  return { inceptions: valuesOf(inceptions), control: valuesOf(control), entries: valuesOf(entries) };
}

/** Each log by its tips. */
async function checkEntries(
  state: LedgerState,
  rows: readonly Uint8Array[],
  known: KnownKeys,
): Promise<readonly Result<VerifiedEntry, ItemError>[]> {
  const decoded = rows.map((bytes) => decodeEntry(bytes, state.network.tag));
  const logs = new Map<SessionId, SessionLog>();
  for (const [session, entries] of groupBy(valuesOf(decoded), ({ entry }) => entry.session)) {
    const key = keyOf(session, entries, known);
    if (key !== undefined) logs.set(session, { key, entries });
  }
  const verdicts = await verifyLogsByTips([...logs.values()]);
  const count = verdicts.reduce((sum, { verified }) => sum + verified.length, 0);
  // As nearly always: then there is nothing to tell apart.
  if (count === rows.length) return decoded as readonly Result<VerifiedEntry, ItemError>[];
  // What is authentic is the entry that was decoded.
  const authentic = new Set<DecodedEntry>();
  for (const { verified } of verdicts) for (const entry of verified) authentic.add(entry);
  return decoded.map((item) => {
    if (!item.ok) return item;
    const { id, entry } = item.value;
    if (!logs.has(entry.session)) return err({ type: "session-unknown" as const, session: entry.session });
    return authentic.has(item.value)
      ? (item as Result<VerifiedEntry, never>)
      : err({ type: "signature-invalid" as const, entry: id });
  });
}

/** The key of a session: of the first account, of those that its entries name, that has it. */
function keyOf(session: SessionId, entries: readonly DecodedEntry[], known: KnownKeys): PublicKey | undefined {
  for (const { entry } of entries) {
    const key = known.sessionKeyOf(entry.account, session);
    if (key !== undefined) return key;
  }
  return undefined;
}

function valuesOf<Value>(results: readonly Result<Value, unknown>[]): readonly Value[] {
  const values: Value[] = [];
  for (const result of results) if (result.ok) values.push(result.value);
  return values;
}

/**
 * A master key, and the place of the account's log from which on it signs, if the log is straight: nearly every entry was
 * signed by the newest key before it, so that is tried first. Otherwise a log of rotations would cost a try for each.
 */
interface Master {
  readonly key: PublicKey;
  readonly from: number;
}

/** The keys of the state, and whatever the record itself brings. Which of them count, reconcile says. */
export function keysOfRecord(
  state: LedgerState,
  inceptions: readonly VerifiedInception[],
  control: readonly Claim[],
): KnownKeys {
  const begun = new Map(inceptions.map(({ id, inception }) => [id, inception]));
  const byAccount = groupBy(control, ({ entry }) => entry.account);
  const operationsOf = (account: AccountId): readonly ControlOperation[] =>
    (byAccount.get(account) ?? []).map(({ entry: { operation } }) => operation);
  const mastersOf = (account: AccountId): readonly Master[] =>
    [
      { key: accountOf(state, account)?.keys?.masterKey, from: 0 },
      { key: begun.get(account)?.masterKey, from: 0 },
      ...(byAccount.get(account) ?? []).map(({ entry: { operation, sequence } }) => ({
        key: "masterKey" in operation ? operation.masterKey : undefined,
        from: (sequence ?? 0) + 1,
      })),
    ]
      .filter((master): master is Master => master.key !== undefined)
      .toSorted((a, b) => b.from - a.from);
  const masters = new Map<AccountId, readonly Master[]>();
  const sessionKeys = keysOfOpened(control);
  return {
    network: state.network.id,
    mastersOf: (account, at = 0 as Sequence) => {
      const known = masters.get(account) ?? mastersOf(account);
      masters.set(account, known);
      const likeliest = known.findIndex(({ from }) => from <= at);
      return [...known.slice(Math.max(0, likeliest)), ...known.slice(0, Math.max(0, likeliest))].map(({ key }) => key);
    },
    recoveriesOf: (account) =>
      [
        accountOf(state, account)?.recovery,
        begun.get(account)?.recovery,
        ...operationsOf(account).map((operation) => ("recovery" in operation ? operation.recovery : undefined)),
      ].filter((recovery) => recovery !== undefined),
    sessionKeyOf: (account, session) => sessionKeys.get(session) ?? sessionOf(state, account, session)?.key,
    mayBecomeMaster: () => true,
  };
}

/** The keys of the sessions that these would open. */
function keysOfOpened(control: readonly Claim[]): ReadonlyMap<SessionId, PublicKey> {
  const opened = control.map(openedSession).filter((session) => session !== undefined);
  return new Map(opened.map(({ id, terms }) => [id, terms.sessionKey]));
}
