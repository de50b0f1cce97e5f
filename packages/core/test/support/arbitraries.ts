/** Arbitrary values of every body, within their bounds and at them. One place, for every property test of this package. */
import * as fc from "fast-check";
import {
  limits,
  type AccountId,
  type Amount,
  type AssetCode,
  type CheckpointTag,
  type ControlEntry,
  type Entry,
  type EntryId,
  type Genesis,
  type Height,
  type Inception,
  type KeyDigest,
  type Link,
  type NetworkId,
  type NetworkTag,
  type PaymentRequest,
  type Permission,
  type PublicKey,
  type Sequence,
  type SessionId,
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

const bytes32 = <Kind extends string>(): fc.Arbitrary<Kind> => hexOf<Kind>(32);

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

const permissions: fc.Arbitrary<Permission> = fc.oneof(
  fc.constant<Permission>({ type: "READ_ALL" }),
  fc.constant<Permission>({ type: "SEND_UNLIMITED" }),
  fc.record({
    type: fc.constantFrom("SEND_LIMIT_TX" as const, "SEND_LIMIT_DAILY" as const),
    asset: assetCodes,
    amount: amounts,
  }),
);

export const inceptions: fc.Arbitrary<Inception> = fc.record({
  version: fc.constant(1 as const),
  network: bytes32<NetworkId>(),
  masterKey: people.map((name) => namedSigner(`${name}/master`).publicKey),
  nextKeyDigest: bytes32<KeyDigest>(),
  nonce: hexOf<string>(16),
});

export const controlEntries: fc.Arbitrary<ControlEntry> = fc.record({
  version: fc.constant(1 as const),
  network: bytes32<NetworkId>(),
  account: bytes32<AccountId>(),
  sequence: integer.map((value) => value as Sequence),
  previous: bytes32<Link>(),
  operation: fc.record({
    type: fc.constant("grant" as const),
    sessionKey: keys,
    device: plainText(limits.DEVICE_NAME_BYTES_MAX),
    permissions: fc.array(permissions, { maxLength: limits.PERMISSIONS_MAX }),
    notBefore: integer.map((value) => value as TimeMs),
    expiry: integer.map((value) => value as TimeMs),
  }),
});

const dependencies: fc.Arbitrary<readonly EntryId[]> = fc
  .uniqueArray(bytes32<EntryId>(), { minLength: 1, maxLength: limits.DEPENDENCIES_MAX })
  .map((ids) => ids.toSorted((a, b) => (a < b ? -1 : 1)));

export const entries: fc.Arbitrary<Entry> = fc.record(
  {
    version: fc.constant(1 as const),
    network: fc.constant("01020304" as NetworkTag),
    account: bytes32<AccountId>(),
    session: bytes32<SessionId>(),
    sequence: integer.map((value) => value as Sequence),
    previous: bytes32<Link>(),
    time: integer.map((value) => value as TimeMs),
    checkpoint: fc.record({ height: integer.map((value) => value as Height), tag: hexOf<CheckpointTag>(8) }),
    dependencies,
    operation: fc.record(
      {
        type: fc.constant("pay" as const),
        to: bytes32<AccountId>(),
        asset: assetCodes,
        amount: amounts,
        memo: plainText(limits.MEMO_BYTES_MAX),
      },
      { requiredKeys: ["type", "to", "asset", "amount"] },
    ),
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
    }),
  );

export const paymentRequests: fc.Arbitrary<PaymentRequest> = fc.record(
  {
    network: hexOf<NetworkTag>(4),
    to: bytes32<AccountId>(),
    asset: assetCodes,
    amount: amounts.filter((value) => value > 0n),
    memo: plainText(limits.MEMO_BYTES_MAX),
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
