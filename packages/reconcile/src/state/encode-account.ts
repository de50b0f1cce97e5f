/**
 * The bytes of an account that the state root commits to, and back (spec [STA4]). A field that says nothing is left out, so
 * that an account which only holds money is a hundred bytes.
 */
import {
  amountSchema,
  assetSchema,
  body,
  decodeWith,
  encodeWith,
  equalBytes,
  err,
  field,
  hexBytes,
  id,
  integer,
  limits,
  list,
  ok,
  optional,
  permissionsSchema,
  recoverySchema,
  refined,
  sessionTermsFields,
  sortedSet,
  text,
  tuple,
  version,
  type AccountId,
  type AccountKeys,
  type Amount,
  type AssetCode,
  type DecodeError,
  type EntryId,
  type Generation,
  type Height,
  type KeyDigest,
  type Link,
  type Money,
  type PublicKey,
  type Recovery,
  type Region,
  type Result,
  type Schema,
  type Sequence,
  type SessionId,
  type TimeMs,
} from "@amigos/core";
import { ATTESTED_MAX, OUTSTANDING_HEIGHTS_MAX, RECOVERIES_MAX, STAKES_MAX, UNBONDING_MAX } from "../bounds.ts";
import { byText } from "../compare.ts";
import type { UtcDay } from "../utc-day.ts";
import {
  emptyAccount,
  NO_MONEY,
  type AccountState,
  type ControlHead,
  type PendingRecovery,
  type Unbonding,
} from "./account-state.ts";
import type { KeptAttestation, OutstandingRow, SessionState } from "./session-state.ts";

interface SpentRow extends Money {
  readonly day: UtcDay;
}

interface SessionRow {
  readonly id: SessionId;
  readonly key: PublicKey;
  readonly device: string;
  readonly permissions: SessionState["permissions"];
  readonly notBefore: TimeMs;
  readonly expiry: TimeMs;
  readonly nextSequence: Sequence;
  readonly head: Link;
  readonly lastTime: TimeMs;
  readonly lastCheckpoint: Height;
  readonly openDay: UtcDay;
  readonly spent: readonly SpentRow[];
  readonly frozenFrom?: Sequence;
  readonly generation: Generation;
  readonly offlineLimits?: readonly Money[];
  readonly regions?: readonly Region[];
  readonly recipients?: readonly AccountId[];
  readonly revokedFrom?: Sequence;
  readonly float?: readonly Money[];
  readonly outstanding?: readonly OutstandingRow[];
  readonly attested?: readonly KeptAttestation[];
}

interface RecoveryRow extends AccountKeys {
  readonly start: EntryId;
  readonly way: number;
  readonly starter?: AccountId;
  readonly approvals: readonly AccountId[];
  readonly due?: TimeMs;
}

interface StakeRow {
  readonly validator: AccountId;
  readonly amount: Amount;
}

interface PoolRow {
  readonly total: Amount;
  readonly perUnit: string;
  readonly owed: Amount;
}

interface AccountRow {
  readonly version: 1;
  readonly id: AccountId;
  readonly keys?: AccountKeys;
  readonly control: ControlHead;
  readonly balances: readonly Money[];
  readonly sessions: readonly SessionRow[];
  readonly generation?: Generation;
  readonly recovery?: Recovery;
  readonly recoveryRound?: number;
  readonly recoveries?: readonly RecoveryRow[];
  readonly stakes?: readonly StakeRow[];
  readonly since?: string;
  readonly unbonding?: readonly Unbonding[];
  readonly weight?: Amount;
  readonly pool?: PoolRow;
}

/** An account with every session at its bounds stays below. */
export const ACCOUNT_BYTES_MAX: number = 4 * 1024 * 1024;
/** A row per asset; a genesis names at most 64. */
const ASSETS_MAX = 64;
/** Of a reward per unit: 2^64 times all the money there is fits four times over. */
const WIDE_BYTES = 32;

/** Of a number that rows are in order of: as many digits as the greatest has, so that texts compare as the numbers do. */
const digits = (value: number): string => String(value).padStart(16, "0");
/** A row of nothing is not there. */
const positiveSchema: Schema<Amount> = refined(amountSchema, (amount) => (amount > 0n ? undefined : "more than zero"));
const moneySchema: Schema<Money> = tuple<Money>({ asset: assetSchema, amount: amountSchema });
const moneyRows: Schema<readonly Money[]> = list(moneySchema, ASSETS_MAX);
const wideSchema: Schema<string> = hexBytes<string>(WIDE_BYTES);

const sessionSchema: Schema<SessionRow> = body<SessionRow>({
  id: field(1, id<SessionId>()),
  key: field(2, id<PublicKey>()),
  device: field(3, text(limits.DEVICE_NAME_BYTES_MAX)),
  permissions: field(4, permissionsSchema),
  notBefore: field(5, integer<TimeMs>()),
  expiry: field(6, integer<TimeMs>()),
  nextSequence: field(7, integer<Sequence>()),
  head: field(8, id<Link>()),
  lastTime: field(9, integer<TimeMs>()),
  lastCheckpoint: field(10, integer<Height>()),
  openDay: field(11, integer<UtcDay>()),
  spent: field(
    12,
    list(tuple<SpentRow>({ day: integer<UtcDay>(), asset: assetSchema, amount: amountSchema }), limits.PERMISSIONS_MAX),
  ),
  frozenFrom: optional(13, integer<Sequence>()),
  generation: field(14, integer<Generation>()),
  offlineLimits: optional(15, sessionTermsFields.offlineLimits.schema),
  regions: optional(16, sessionTermsFields.regions.schema),
  recipients: optional(17, sessionTermsFields.recipients.schema),
  revokedFrom: optional(18, integer<Sequence>()),
  float: optional(19, moneyRows),
  outstanding: optional(
    20,
    sortedSet(
      tuple<OutstandingRow>({ height: integer<Height>(), asset: assetSchema, amount: positiveSchema }),
      OUTSTANDING_HEIGHTS_MAX * limits.OFFLINE_LIMITS_MAX,
      ({ height, asset }) => `${digits(height)}/${asset}`,
    ),
  ),
  attested: optional(
    21,
    sortedSet(
      tuple<KeptAttestation>({
        sequence: integer<Sequence>(),
        head: id<Link>(),
        witness: id<AccountId>(),
        session: id<SessionId>(),
        place: integer<Sequence>(),
      }),
      ATTESTED_MAX,
      ({ sequence, witness }) => `${digits(sequence)}/${witness}`,
    ),
  ),
});

const WAYS = ["guardians", "time-locked-key", "backup-key"] as const;

const recoveryRowSchema: Schema<RecoveryRow> = body<RecoveryRow>({
  start: field(0, id<EntryId>()),
  way: field(1, integer(WAYS.length - 1)),
  masterKey: field(2, id<PublicKey>()),
  nextKeyDigest: field(3, id<KeyDigest>()),
  starter: optional(4, id<AccountId>()),
  approvals: field(
    5,
    refined(list(id<AccountId>(), limits.GUARDIANS_MAX), (approvals) =>
      approvals.every((guardian, index) => (approvals[index - 1] ?? "") < guardian)
        ? undefined
        : "in ascending order, each once",
    ),
  ),
  due: optional(6, integer<TimeMs>()),
});

const accountSchema: Schema<AccountRow> = body<AccountRow>({
  version: field(0, version<1>(1)),
  id: field(1, id<AccountId>()),
  keys: optional(2, tuple<AccountKeys>({ masterKey: id<PublicKey>(), nextKeyDigest: id<KeyDigest>() })),
  control: field(3, tuple<ControlHead>({ nextSequence: integer<Sequence>(), head: id<Link>() })),
  balances: field(4, moneyRows),
  sessions: field(5, list(sessionSchema, limits.SESSIONS_PER_ACCOUNT_MAX)),
  generation: optional(6, integer<Generation>()),
  recovery: optional(7, recoverySchema),
  recoveryRound: optional(8, integer()),
  recoveries: optional(
    9,
    sortedSet(recoveryRowSchema, RECOVERIES_MAX, ({ start }) => start),
  ),
  stakes: optional(10, list(tuple<StakeRow>({ validator: id<AccountId>(), amount: amountSchema }), STAKES_MAX)),
  since: optional(11, wideSchema),
  unbonding: optional(
    12,
    sortedSet(tuple<Unbonding>({ due: integer<TimeMs>(), amount: positiveSchema }), UNBONDING_MAX, ({ due }) =>
      digits(due),
    ),
  ),
  weight: optional(13, amountSchema),
  pool: optional(14, tuple<PoolRow>({ total: amountSchema, perUnit: wideSchema, owed: amountSchema })),
});

export function encodeAccount(account: AccountState): Uint8Array {
  return encodeWith(accountSchema, accountToRow(account));
}

/** Decodes a row of the state. Rows out of order, twice or of zero are refused: an account has one encoding. */
export function decodeAccount(bytes: Uint8Array): Result<AccountState, DecodeError> {
  const decoded = decodeWith(accountSchema, bytes, ACCOUNT_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const account = rowToAccount(decoded.value);
  return equalBytes(encodeAccount(account), bytes)
    ? ok(account)
    : err({ type: "schema-mismatch", path: "", expected: "rows in order, each once" });
}

/** Leaves out what says nothing. */
function given<Name extends string, Value>(
  name: Name,
  value: Value,
  isGiven: boolean,
): { readonly [Key in Name]?: Value } {
  return (isGiven ? { [name]: value } : {}) as { readonly [Key in Name]?: Value };
}

function accountToRow(account: AccountState): AccountRow {
  const { keys, recovery, recoveries, stakes, rewardedTo, unbonding, weight, pool } = account;
  return {
    version: 1,
    id: account.id,
    ...given("keys", keys as AccountKeys, keys !== undefined),
    control: account.control,
    balances: moneyToRows(account.balances),
    sessions: [...account.sessions.values()].map(sessionToRow).toSorted(byText((row) => row.id)),
    ...given("generation", account.generation, account.generation > 0),
    ...given("recovery", recovery as Recovery, recovery !== undefined),
    ...given("recoveryRound", account.recoveryRound, account.recoveryRound > 0),
    ...given("recoveries", recoveries.map(recoveryToRow), recoveries.length > 0),
    ...given("stakes", stakesToRows(stakes), stakes.size > 0),
    ...given("since", wideToHex(rewardedTo), rewardedTo > 0n),
    ...given("unbonding", unbonding, unbonding.length > 0),
    ...given("weight", weight, weight > 0n),
    ...(given("pool", pool && { ...pool, perUnit: wideToHex(pool.perUnit) }, pool !== undefined) as {
      readonly pool?: PoolRow;
    }),
  };
}

function rowToAccount(row: AccountRow): AccountState {
  const { pool } = row;
  return {
    ...emptyAccount(row.id),
    keys: row.keys,
    control: row.control,
    balances: rowsToMoney(row.balances),
    sessions: new Map(row.sessions.map((session) => [session.id, rowToSession(session, row.id)])),
    generation: row.generation ?? (0 as Generation),
    recovery: row.recovery,
    recoveryRound: row.recoveryRound ?? 0,
    recoveries: (row.recoveries ?? []).map(rowToRecovery),
    stakes: new Map((row.stakes ?? []).filter(isPositive).map(({ validator, amount }) => [validator, amount])),
    rewardedTo: hexToWide(row.since),
    unbonding: row.unbonding ?? [],
    weight: row.weight ?? (0n as Amount),
    pool: pool && { ...pool, perUnit: hexToWide(pool.perUnit) },
  };
}

function sessionToRow(session: SessionState): SessionRow {
  const { account: _account, spentByDay, float, attested, outstanding, offlineLimits, ...rest } = session;
  const { regions, recipients, frozenFrom, revokedFrom, ...always } = rest;
  const days = [...spentByDay].toSorted(([a], [b]) => a - b);
  const spent = days.flatMap(([day, spentByAsset]) =>
    moneyToRows(spentByAsset).map(({ asset, amount }) => ({ day, asset, amount })),
  );
  return {
    ...always,
    spent,
    ...given("frozenFrom", frozenFrom as Sequence, frozenFrom !== undefined),
    ...given("offlineLimits", offlineLimits, offlineLimits.length > 0),
    ...given("regions", regions as readonly Region[], regions !== undefined),
    ...given("recipients", recipients as readonly AccountId[], recipients !== undefined),
    ...given("revokedFrom", revokedFrom as Sequence, revokedFrom !== undefined),
    ...given("float", moneyToRows(float), float.size > 0),
    ...given("outstanding", outstanding, outstanding.length > 0),
    ...given("attested", attested, attested.length > 0),
  };
}

function rowToSession(row: SessionRow, account: AccountId): SessionState {
  const spentByDay = new Map<UtcDay, Map<AssetCode, Amount>>();
  for (const { day, asset, amount } of row.spent.filter(isPositive)) {
    spentByDay.set(day, (spentByDay.get(day) ?? new Map<AssetCode, Amount>()).set(asset, amount));
  }
  return {
    id: row.id,
    account,
    key: row.key,
    device: row.device,
    permissions: row.permissions,
    notBefore: row.notBefore,
    expiry: row.expiry,
    generation: row.generation,
    offlineLimits: row.offlineLimits ?? [],
    regions: row.regions,
    recipients: row.recipients,
    nextSequence: row.nextSequence,
    head: row.head,
    lastTime: row.lastTime,
    lastCheckpoint: row.lastCheckpoint,
    openDay: row.openDay,
    spentByDay,
    outstanding: row.outstanding ?? [],
    float: rowsToMoney(row.float ?? []),
    attested: row.attested ?? [],
    frozenFrom: row.frozenFrom,
    revokedFrom: row.revokedFrom,
  };
}

function recoveryToRow({ way, starter, due, ...rest }: PendingRecovery): RecoveryRow {
  return {
    ...rest,
    way: WAYS.indexOf(way),
    ...given("starter", starter as AccountId, starter !== undefined),
    ...given("due", due as TimeMs, due !== undefined),
  };
}

function rowToRecovery({ way, ...rest }: RecoveryRow): PendingRecovery {
  return { ...rest, way: WAYS[way] as PendingRecovery["way"], starter: rest.starter, due: rest.due };
}

function stakesToRows(stakes: AccountState["stakes"]): readonly StakeRow[] {
  return [...stakes].map(([validator, amount]) => ({ validator, amount })).toSorted(byText((row) => row.validator));
}

function moneyToRows(money: ReadonlyMap<AssetCode, Amount>): readonly Money[] {
  return [...money].map(([asset, amount]) => ({ asset, amount })).toSorted(byText((row) => row.asset));
}

function rowsToMoney(rows: readonly Money[]): ReadonlyMap<AssetCode, Amount> {
  const positive = rows.filter(isPositive);
  return positive.length === 0 ? NO_MONEY : new Map(positive.map(({ asset, amount }) => [asset, amount]));
}

function wideToHex(value: bigint): string {
  return value.toString(16).padStart(2 * WIDE_BYTES, "0");
}

function hexToWide(hex: string | undefined): bigint {
  return hex === undefined ? 0n : BigInt(`0x${hex}`);
}

function isPositive({ amount }: { readonly amount: Amount }): boolean {
  return amount > 0n;
}
