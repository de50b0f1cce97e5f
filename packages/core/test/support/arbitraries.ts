/** Arbitrary values of every body, within their bounds and at them. One place, for every property test of this package. */
import * as fc from "fast-check";
import {
  ACCOUNT_RECOVER,
  IMPORT_EXECUTE,
  limits,
  READ_ALL,
  READ_ONLY,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  type AccountId,
  type Amount,
  type AssetCode,
  type CheckpointTag,
  type ControlEntry,
  type DeviceRequest,
  type Entry,
  type EntryId,
  type Generation,
  type Genesis,
  type Guardians,
  type Height,
  type ImportId,
  type Inception,
  type KeyDigest,
  type Link,
  type Money,
  type NetworkId,
  type NetworkTag,
  type Operation,
  type OrderedOperation,
  type PaymentRequest,
  type Permission,
  type GuardianAnswer,
  type GuardianRequest,
  type GuardianRequestId,
  type PublicKey,
  type Receipt,
  type Recovery,
  type RecoveryKey,
  type RecoveryOperation,
  type RecoveryRequest,
  type Region,
  type RequestId,
  type Sequence,
  type SessionId,
  type Signatory,
  type TimeMs,
} from "../../src/index.ts";
import { isPlainText } from "../../src/encoding/plain-text.ts";
import { namedSigner } from "../../src/testing/index.ts";

const HEX_DIGITS = "0123456789abcdef".split("");

export function hexOf<Kind extends string>(bytes: number): fc.Arbitrary<Kind> {
  return fc
    .string({ unit: fc.constantFrom(...HEX_DIGITS), minLength: bytes * 2, maxLength: bytes * 2 })
    .map((hex) => hex as Kind);
}

export const bytes32 = <Kind extends string>(): fc.Arbitrary<Kind> => hexOf<Kind>(32);

/** Whole numbers around every place where CBOR changes the length of a head, and the largest. */
const integer: fc.Arbitrary<number> = fc.oneof(
  fc.nat(),
  fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, limits.INTEGER_MAX),
);

export const amounts: fc.Arbitrary<Amount> = fc
  .oneof(
    fc.bigInt(0n, limits.AMOUNT_MAX),
    fc.constantFrom(0n, 1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 62n, limits.AMOUNT_MAX),
  )
  .map((value) => value as Amount);

export const assetCodes: fc.Arbitrary<AssetCode> = fc
  .stringMatching(/^[A-Z][A-Z0-9]{0,11}$/)
  .map((code) => code as AssetCode);

export function plainText(bytesMax: number): fc.Arbitrary<string> {
  return fc
    .oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: bytesMax }),
      fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
      fc.constant("a".repeat(bytesMax)),
    )
    .filter((text) => isPlainText(text, bytesMax));
}

const people: fc.Arbitrary<string> = fc.constantFrom("alice", "bob", "carol", "mallory");
const keys: fc.Arbitrary<PublicKey> = people.map((name) => namedSigner(`${name}/phone`).publicKey);

/** Some of them, each once (by a name of its own) and in order of names, as every set in a body is. */
function setOf<Value>(
  members: fc.Arbitrary<Value>,
  sizeMax: number,
  nameOf: (member: Value) => string,
): fc.Arbitrary<readonly Value[]> {
  return fc
    .uniqueArray(members, { minLength: 1, maxLength: sizeMax, selector: nameOf })
    .map((chosen) => chosen.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)));
}

function idSetOf<Kind extends string>(sizeMax: number): fc.Arbitrary<readonly Kind[]> {
  return setOf(bytes32<Kind>(), sizeMax, (member) => member);
}

const money: fc.Arbitrary<Money> = fc.record({ asset: assetCodes, amount: amounts });
const sequences: fc.Arbitrary<Sequence> = integer.map((value) => value as Sequence);
const times: fc.Arbitrary<TimeMs> = integer.map((value) => value as TimeMs);

const regions: fc.Arbitrary<Region> = fc
  .stringMatching(/^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/)
  .map((region) => region as Region);

/** All but READ_ONLY, which stands alone. */
const permissions: fc.Arbitrary<Permission> = fc.oneof(
  fc.constantFrom(READ_ALL, SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE, ACCOUNT_RECOVER),
  fc.record({
    type: fc.constantFrom("SEND_LIMIT_TX" as const, "SEND_LIMIT_DAILY" as const),
    asset: assetCodes,
    amount: amounts,
  }),
);

const delays: fc.Arbitrary<number> = fc.oneof(
  fc.nat(limits.RECOVERY_DELAY_MS_MAX),
  fc.constantFrom(0, limits.RECOVERY_DELAY_MS_MAX),
);

const guardians: fc.Arbitrary<Guardians> = idSetOf<AccountId>(limits.GUARDIANS_MAX).chain((accounts) =>
  fc.record({
    accounts: fc.constant(accounts),
    threshold: fc.integer({ min: 1, max: accounts.length }),
    delayMs: delays,
  }),
);

const recoveryKeys: fc.Arbitrary<RecoveryKey> = fc.record({ key: keys, delayMs: delays });

/** One way at least: which is the first thing drawn. */
const recoveries: fc.Arbitrary<Recovery> = fc.oneof(
  fc.record({ guardians, timeLockedKey: recoveryKeys, backupKey: recoveryKeys }, { requiredKeys: ["guardians"] }),
  fc.record({ guardians, timeLockedKey: recoveryKeys, backupKey: recoveryKeys }, { requiredKeys: ["timeLockedKey"] }),
  fc.record({ guardians, timeLockedKey: recoveryKeys, backupKey: recoveryKeys }, { requiredKeys: ["backupKey"] }),
);

export const inceptions: fc.Arbitrary<Inception> = fc.record(
  {
    version: fc.constant(1 as const),
    network: bytes32<NetworkId>(),
    masterKey: people.map((name) => namedSigner(`${name}/master`).publicKey),
    nextKeyDigest: bytes32<KeyDigest>(),
    nonce: hexOf<string>(16),
    recovery: recoveries,
  },
  { requiredKeys: ["version", "network", "masterKey", "nextKeyDigest", "nonce"] },
);

const TERMS_REQUIRED = ["type", "sessionKey", "device", "permissions", "notBefore", "expiry", "generation"] as const;

const termsFields = {
  sessionKey: keys,
  device: plainText(limits.DEVICE_NAME_BYTES_MAX),
  permissions: fc.oneof(
    { weight: 5, arbitrary: fc.array(permissions, { maxLength: limits.PERMISSIONS_MAX }) },
    { weight: 1, arbitrary: fc.constant([READ_ONLY]) },
  ),
  // Kept apart, so that a session ends after it begins: a time beyond 2^52 ends it.
  notBefore: times.filter((time) => time < 2 ** 52),
  expiry: fc.integer({ min: 2 ** 52, max: limits.INTEGER_MAX }).map((value) => value as TimeMs),
  generation: integer.map((value) => value as Generation),
  offlineLimits: setOf(money, limits.OFFLINE_LIMITS_MAX, ({ asset }) => asset),
  regions: setOf(regions, limits.REGIONS_MAX, (region) => region),
  recipients: idSetOf<AccountId>(limits.RECIPIENTS_MAX),
};

const accountKeys = { masterKey: keys, nextKeyDigest: bytes32<KeyDigest>() };

const orderedOperations: fc.Arbitrary<OrderedOperation> = fc.oneof(
  fc.record({ type: fc.constant("grant" as const), ...termsFields }, { requiredKeys: [...TERMS_REQUIRED] }),
  fc.record(
    {
      type: fc.constant("upgrade" as const),
      ...termsFields,
      replaces: bytes32<SessionId>(),
      lastHonoured: sequences,
    },
    { requiredKeys: [...TERMS_REQUIRED, "replaces"] },
  ),
  fc.record(
    { type: fc.constant("revoke" as const), session: bytes32<SessionId>(), lastHonoured: sequences },
    { requiredKeys: ["type", "session"] },
  ),
  fc.record({ type: fc.constant("kill-switch" as const), generation: integer.map((value) => value as Generation) }),
  fc.record({ type: fc.constant("rotate" as const), ...accountKeys }),
  fc.record({ type: fc.constant("set-recovery" as const), recovery: recoveries }, { requiredKeys: ["type"] }),
  fc.record({ type: fc.constant("recovery-complete" as const), ...accountKeys, start: bytes32<EntryId>() }),
);

const signatories: fc.Arbitrary<Signatory> = fc.record(
  { account: bytes32<AccountId>(), session: bytes32<SessionId>() },
  { requiredKeys: ["account"] },
);

const recoveryOperations: fc.Arbitrary<RecoveryOperation> = fc.oneof(
  fc.record({
    type: fc.constant("recovery-start" as const),
    ...accountKeys,
    round: integer,
    way: fc.oneof(
      fc.record({ type: fc.constant("guardians" as const), by: signatories }),
      fc.record({ type: fc.constantFrom("time-locked-key" as const, "backup-key" as const) }),
    ),
  }),
  fc.record({ type: fc.constant("recovery-approve" as const), start: bytes32<EntryId>(), by: signatories }),
  fc.record(
    { type: fc.constant("recovery-veto" as const), start: bytes32<EntryId>(), session: bytes32<SessionId>() },
    { requiredKeys: ["type", "start"] },
  ),
);

const named = { version: fc.constant(1 as const), network: bytes32<NetworkId>(), account: bytes32<AccountId>() };

export const controlEntries: fc.Arbitrary<ControlEntry> = fc.oneof(
  fc.record({ ...named, sequence: sequences, previous: bytes32<Link>(), operation: orderedOperations }),
  fc.record({ ...named, operation: recoveryOperations }),
);

const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc.record(
    {
      type: fc.constant("pay" as const),
      to: bytes32<AccountId>(),
      asset: assetCodes,
      amount: amounts,
      memo: plainText(limits.MEMO_BYTES_MAX),
      request: hexOf<RequestId>(16),
    },
    { requiredKeys: ["type", "to", "asset", "amount"] },
  ),
  fc.record({
    type: fc.constantFrom("stake" as const, "unstake" as const),
    validator: bytes32<AccountId>(),
    asset: assetCodes,
    amount: amounts,
  }),
  fc.record({ type: fc.constantFrom("float" as const, "release" as const), asset: assetCodes, amount: amounts }),
  fc.record({
    type: fc.constant("execute" as const),
    import: bytes32<ImportId>(),
    method: plainText(limits.METHOD_BYTES_MAX),
    asset: assetCodes,
    fee: amounts,
  }),
  fc.record({
    type: fc.constant("attest" as const),
    account: bytes32<AccountId>(),
    session: bytes32<SessionId>(),
    sequence: sequences,
    head: bytes32<Link>(),
  }),
);

/** The network of every arbitrary entry and receipt. */
export const TAG = "01020304" as NetworkTag;

export const entries: fc.Arbitrary<Entry> = fc.record(
  {
    version: fc.constant(1 as const),
    network: fc.constant(TAG),
    account: bytes32<AccountId>(),
    session: bytes32<SessionId>(),
    sequence: sequences,
    previous: bytes32<Link>(),
    time: times,
    checkpoint: fc.record({ height: integer.map((value) => value as Height), tag: hexOf<CheckpointTag>(8) }),
    dependencies: idSetOf<EntryId>(limits.DEPENDENCIES_MAX),
    operation: operations,
    region: regions,
  },
  {
    requiredKeys: [
      "version",
      "network",
      "account",
      "session",
      "sequence",
      "previous",
      "time",
      "checkpoint",
      "operation",
    ],
  },
);

export const receipts: fc.Arbitrary<Receipt> = fc.record({
  version: fc.constant(1 as const),
  network: fc.constant(TAG),
  payment: bytes32<EntryId>(),
  account: bytes32<AccountId>(),
  session: bytes32<SessionId>(),
  time: times,
});

export const deviceRequests: fc.Arbitrary<DeviceRequest> = fc
  .record(
    {
      version: fc.constant(1 as const),
      network: fc.constant(TAG),
      sessionKey: bytes32<PublicKey>(),
      device: plainText(limits.DEVICE_NAME_BYTES_MAX),
      nonce: hexOf<string>(16),
      // Within a day of each other, and kept apart.
      time: fc.nat(10_000_000).map((value) => value as TimeMs),
      expiry: fc.integer({ min: 10_000_001, max: limits.DEVICE_REQUEST_MS_MAX }).map((value) => value as TimeMs),
      permissions: fc.array(permissions, { maxLength: limits.PERMISSIONS_MAX }),
      account: bytes32<AccountId>(),
      replaces: bytes32<SessionId>(),
      lastHonoured: integer.map((value) => value as Sequence),
    },
    { requiredKeys: ["version", "network", "sessionKey", "device", "nonce", "time", "expiry"] },
  )
  .map(({ account, replaces, lastHonoured, ...request }) => ({
    ...request,
    ...(account === undefined ? {} : { account }),
    ...(account === undefined || replaces === undefined ? {} : { replaces }),
    ...(account === undefined || replaces === undefined || lastHonoured === undefined ? {} : { lastHonoured }),
  }));

export const recoveryRequests: fc.Arbitrary<RecoveryRequest> = fc.record({
  version: fc.constant(1 as const),
  network: fc.constant(TAG),
  account: bytes32<AccountId>(),
  masterKey: bytes32<PublicKey>(),
  nextKeyDigest: bytes32<KeyDigest>(),
  time: times,
});

export const guardianRequests: fc.Arbitrary<GuardianRequest> = fc.record({
  version: fc.constant(1 as const),
  network: fc.constant(TAG),
  account: bytes32<AccountId>(),
  nonce: hexOf<string>(16),
  time: times,
  purpose: fc.constantFrom({ type: "practice" } as const, { type: "invitation" } as const),
});

export const guardianAnswers: fc.Arbitrary<GuardianAnswer> = fc.record({
  version: fc.constant(1 as const),
  network: fc.constant(TAG),
  request: bytes32<GuardianRequestId>(),
  by: fc.record({ account: bytes32<AccountId>(), session: bytes32<SessionId>() }, { requiredKeys: ["account"] }),
  time: times,
});

export const geneses: fc.Arbitrary<Genesis> = fc
  .uniqueArray(assetCodes, { minLength: 1, maxLength: 3 })
  .chain((codes) =>
    fc.record({
      version: fc.constant(1 as const),
      name: plainText(64),
      time: integer.map((value) => value as TimeMs),
      authority: keys,
      assets: fc.tuple(
        ...codes.map((code) => fc.record({ code: fc.constant(code), decimals: fc.nat(limits.ASSET_DECIMALS_MAX) })),
      ),
      parameters: fc.record({
        clockSkewMs: fc.nat(1_000_000),
        offlineMsMax: fc.nat(1_000_000),
        expiryGraceMs: fc.nat(1_000_000),
        unbondingMs: fc.nat(1_000_000),
      }),
      allocations: fc.array(
        fc.record({
          founder: fc.record({
            masterKey: keys,
            nextKeyDigest: bytes32<KeyDigest>(),
            nonce: hexOf<string>(16),
          }),
          asset: fc.constantFrom(...codes),
          amount: fc.bigInt(0n, 2n ** 60n).map((value) => value as Amount),
        }),
        { maxLength: 4 },
      ),
      policy: fc.constantFrom("honour-all", "single-branch", "freeze-fork"),
    }),
  );

export const paymentRequests: fc.Arbitrary<PaymentRequest> = fc.record(
  {
    network: hexOf<NetworkTag>(4),
    to: bytes32<AccountId>(),
    asset: assetCodes,
    amount: amounts.filter((value) => value > 0n),
    memo: plainText(limits.MEMO_BYTES_MAX),
    request: hexOf<RequestId>(16),
  },
  { requiredKeys: ["network", "to", "asset"] },
);

/** Anything that `encodeCbor` takes. */
export const cborValues: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    integer,
    amounts,
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.nat(12), tie("value")), { maxLength: 4, selector: ([key]) => key })
      .map((pairs) => new Map(pairs)),
  ),
})).value;
