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
  type DecodeError,
  type DecodedEntry,
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

/** All of them, or the first error. */
export async function verifyItems(
  state: LedgerState,
  encoded: EncodedItems,
): Promise<Result<VerifiedItems, ItemError>> {
  const inceptions = collect(encoded.inceptions, (bytes) => verifyInception(bytes, state.network.id));
  if (!inceptions.ok) return inceptions;
  const control = verifyControl(state, encoded.control, inceptions.value);
  if (!control.ok) return control;
  const entries = await verifyEntries(state, encoded.entries, control.value);
  return entries.ok ? ok({ inceptions: inceptions.value, control: control.value, entries: entries.value }) : entries;
}

function verifyControl(
  state: LedgerState,
  rows: readonly Uint8Array[],
  inceptions: readonly VerifiedInception[],
): Result<readonly VerifiedControlEntry[], ItemError> {
  const decoded = collect(rows, decodeControlEntry);
  if (!decoded.ok) return decoded;
  const known = keysOfRecord(
    state,
    inceptions,
    decoded.value.map(({ entry, entryId }) => ({ id: entryId, entry })),
  );
  return collect(rows, (bytes, index) => {
    const { entry } = decoded.value[index] as (typeof decoded.value)[number];
    return known.mastersOf(entry.account).length === 0
      ? err({ type: "account-unknown", account: entry.account })
      : verifyControlWith(known, bytes, entry);
  });
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
  control: readonly Pick<VerifiedControlEntry, "id" | "entry">[],
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
function keysOfOpened(
  control: readonly Pick<VerifiedControlEntry, "id" | "entry">[],
): ReadonlyMap<SessionId, PublicKey> {
  const opened = control.map(openedSession).filter((session) => session !== undefined);
  return new Map(opened.map(({ id, terms }) => [id, terms.sessionKey]));
}

async function verifyEntries(
  state: LedgerState,
  rows: readonly Uint8Array[],
  control: readonly VerifiedControlEntry[],
): Promise<Result<readonly VerifiedEntry[], ItemError>> {
  const decoded = collect(rows, (bytes) => decodeEntry(bytes, state.network.tag));
  if (!decoded.ok) return decoded;
  const newKeys = keysOfOpened(control);
  const logs = collect<readonly [SessionId, readonly DecodedEntry[]], SessionLog>(
    [...groupBy(decoded.value, ({ entry }) => entry.session)],
    ([session, entries]) => {
      const key =
        newKeys.get(session) ??
        entries.map(({ entry }) => sessionOf(state, entry.account, session)?.key).find((found) => found !== undefined);
      return key === undefined ? err({ type: "session-unknown", session }) : ok({ key, entries });
    },
  );
  if (!logs.ok) return logs;
  const verdicts = await verifyLogsByTips(logs.value);
  const [refused] = verdicts.flatMap((verdict) => verdict.refused);
  return refused === undefined ? ok(verdicts.flatMap(({ verified }) => verified)) : err(refused);
}

function collect<Row, Item>(
  rows: readonly Row[],
  verify: (row: Row, index: number) => Result<Item, ItemError>,
): Result<readonly Item[], ItemError> {
  const items: Item[] = [];
  for (const [index, row] of rows.entries()) {
    const verified = verify(row, index);
    if (!verified.ok) return verified;
    items.push(verified.value);
  }
  return ok(items);
}
