/**
 * One account of the ledger and its sessions: types, and the bytes that the state root commits to (spec [STA4]).
 * Maps are unordered here and sorted where they become bytes, so nothing depends on the order of insertion.
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
  id,
  integer,
  limits,
  list,
  ok,
  oneOf,
  optional,
  text,
  tuple,
  version,
  type AccountId,
  type Amount,
  type AssetCode,
  type DecodeError,
  type Height,
  type KeyDigest,
  type Link,
  type Permission,
  type PublicKey,
  type Result,
  type Schema,
  type Sequence,
  type SessionId,
  type TimeMs,
} from "@amigos/core";
import { byText } from "../compare.ts";
import type { UtcDay } from "../utc-day.ts";

export interface AccountState {
  readonly id: AccountId;
  /** Absent while the account was only paid: nothing it says is known yet. */
  readonly keys?: AccountKeys;
  readonly control: ControlHead;
  /** Without rows of zero. */
  readonly balances: ReadonlyMap<AssetCode, Amount>;
  readonly sessions: ReadonlyMap<SessionId, SessionState>;
}

export interface AccountKeys {
  readonly masterKey: PublicKey;
  readonly nextKeyDigest: KeyDigest;
}

/** Where an account's control log stands. */
export interface ControlHead {
  readonly nextSequence: Sequence;
  /** Link of the newest decided control entry; the account id before the first. */
  readonly head: Link;
}

export interface SessionState {
  readonly id: SessionId;
  readonly account: AccountId;
  readonly key: PublicKey;
  readonly device: string;
  readonly permissions: readonly Permission[];
  readonly notBefore: TimeMs;
  readonly expiry: TimeMs;
  /** The place after the newest decided entry. */
  readonly nextSequence: Sequence;
  /** Link of the newest decided entry; the session id before the first. */
  readonly head: Link;
  /** Time that the head claims, rejected or not; 0 before the first. */
  readonly lastTime: TimeMs;
  /** Height of the checkpoint that the head names; 0 before the first. */
  readonly lastCheckpoint: Height;
  /** The UTC day up to which the session has got; days before it are closed (spec [LIM5]). */
  readonly openDay: UtcDay;
  /** What was sent of each asset with a daily limit, by UTC day. At rest: the open day alone. */
  readonly spentByDay: SpentByDay;
  /** Lowest sequence with two entries: from here on the session is frozen. Absent while it never equivocated. */
  readonly frozenFrom?: Sequence;
}

export type SpentByDay = ReadonlyMap<UtcDay, ReadonlyMap<AssetCode, Amount>>;

export function emptyAccount(account: AccountId): AccountState {
  return {
    id: account,
    control: { nextSequence: 0 as Sequence, head: account as string as Link },
    balances: new Map(),
    sessions: new Map(),
  };
}

interface BalanceRow {
  readonly asset: AssetCode;
  readonly amount: Amount;
}

interface SpentRow extends BalanceRow {
  readonly day: UtcDay;
}

type SessionRow = Omit<SessionState, "account" | "spentByDay"> & { readonly spent: readonly SpentRow[] };

type AccountRow = Omit<AccountState, "balances" | "sessions"> & {
  readonly version: 1;
  readonly balances: readonly BalanceRow[];
  readonly sessions: readonly SessionRow[];
};

/** An account with every session and counter it may have stays well below. */
const ACCOUNT_BYTES_MAX = 256 * 1024;
/** A row per asset; a genesis names at most 64. */
const BALANCES_MAX = 64;

const moneySchema: Schema<{ readonly asset: AssetCode; readonly amount: Amount }> = body<BalanceRow>({
  asset: field(1, assetSchema),
  amount: field(2, amountSchema),
});

const permissionSchema: Schema<Permission> = oneOf<Permission>({
  READ_ALL: { kind: 0, schema: body<object>({}) },
  SEND_LIMIT_TX: { kind: 1, schema: moneySchema },
  SEND_LIMIT_DAILY: { kind: 2, schema: moneySchema },
  SEND_UNLIMITED: { kind: 3, schema: body<object>({}) },
});

const sessionSchema: Schema<SessionRow> = body<SessionRow>({
  id: field(1, id<SessionId>()),
  key: field(2, id<PublicKey>()),
  device: field(3, text(limits.DEVICE_NAME_BYTES_MAX)),
  permissions: field(4, list(permissionSchema, limits.PERMISSIONS_MAX)),
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
});

const accountSchema: Schema<AccountRow> = body<AccountRow>({
  version: field(0, version<1>(1)),
  id: field(1, id<AccountId>()),
  keys: optional(2, tuple<AccountKeys>({ masterKey: id<PublicKey>(), nextKeyDigest: id<KeyDigest>() })),
  control: field(3, tuple<ControlHead>({ nextSequence: integer<Sequence>(), head: id<Link>() })),
  balances: field(4, list(tuple<BalanceRow>({ asset: assetSchema, amount: amountSchema }), BALANCES_MAX)),
  sessions: field(5, list(sessionSchema, limits.SESSIONS_PER_ACCOUNT_MAX)),
});

export function encodeAccount(account: AccountState): Uint8Array {
  const balances = [...account.balances].map(([asset, amount]) => ({ asset, amount }));
  return encodeWith(accountSchema, {
    ...account,
    version: 1,
    balances: balances.toSorted(byText((row) => row.asset)),
    sessions: [...account.sessions.values()].map(sessionToRow).toSorted(byText((row) => row.id)),
  });
}

/** Decodes a row of the state. Rows out of order, twice or of zero are refused: an account has one encoding. */
export function decodeAccount(bytes: Uint8Array): Result<AccountState, DecodeError> {
  const decoded = decodeWith(accountSchema, bytes, ACCOUNT_BYTES_MAX);
  if (!decoded.ok) return decoded;
  const { version: _version, ...row } = decoded.value;
  const account: AccountState = {
    ...row,
    balances: new Map(row.balances.filter(isPositive).map(({ asset, amount }) => [asset, amount])),
    sessions: new Map(row.sessions.map((session) => [session.id, rowToSession(session, row.id)])),
  };
  return equalBytes(encodeAccount(account), bytes)
    ? ok(account)
    : err({ type: "schema-mismatch", path: "", expected: "rows in order, each once" });
}

function sessionToRow({ account: _account, spentByDay, ...session }: SessionState): SessionRow {
  const days = [...spentByDay].toSorted(([a], [b]) => a - b);
  const spent = days.flatMap(([day, spentByAsset]) =>
    [...spentByAsset].map(([asset, amount]) => ({ day, asset, amount })).toSorted(byText((row) => row.asset)),
  );
  return { ...session, spent };
}

function rowToSession({ spent, ...session }: SessionRow, account: AccountId): SessionState {
  const spentByDay = new Map<UtcDay, Map<AssetCode, Amount>>();
  for (const { day, asset, amount } of spent.filter(isPositive)) {
    spentByDay.set(day, (spentByDay.get(day) ?? new Map<AssetCode, Amount>()).set(asset, amount));
  }
  return { ...session, account, spentByDay };
}

function isPositive({ amount }: BalanceRow): boolean {
  return amount > 0n;
}
