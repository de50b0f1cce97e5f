/** Every bound at its edge and one beyond it, and the largest of everything that is signed within the bound of its bytes. */
import { describe, expect, it } from "vitest";
import {
  decodeBundle,
  decodeCbor,
  decodeControlEntry,
  decodeDeviceAnswer,
  decodeEntry,
  decodeNetwork,
  decodeGuardianAnswer,
  decodeGuardianRequest,
  decodeReceipt,
  decodeWith,
  encodeCbor,
  entrySchema,
  firstControlPrevious,
  generation,
  height,
  hexToBytes,
  limits,
  sequence,
  signControlEntry,
  signDeviceRequest,
  signEntry,
  signInception,
  timeMs,
  verifyControlEntry,
  verifyDeviceRequest,
  verifyInception,
  verifyRecoveryRequest,
  type AccountId,
  type CborValue,
  type ControlEntry,
  type ControlOperation,
  type DeviceRequest,
  type Entry,
  type EntryId,
  type ImportId,
  type Link,
  type Money,
  type Operation,
  type OrderedOperation,
  type PublicKey,
  type Recovery,
  type Region,
  type RequestId,
  type Schema,
  type SessionId,
  type SessionTerms,
} from "../src/index.ts";
import { controlOperationSchema, hasPlace } from "../src/account/control-operation.ts";
import { operationSchema } from "../src/entry/operation.ts";
import { deviceRequestSchema } from "../src/handover/device-request.ts";
import { START } from "../src/testing/index.ts";
import { fieldsOf } from "./support/fields-of.ts";
import {
  alice,
  ENTRY_EXAMPLES,
  fullTerms,
  network,
  recovery,
  SIGNERS,
  type EntryExample,
} from "./support/operations.ts";

const [{ entry: payment }] = ENTRY_EXAMPLES as [EntryExample];

/** Whether a value is read with one field of it replaced. */
function isRead<Value>(schema: Schema<Value>, value: Value, key: number, replacement: CborValue): boolean {
  const fields = fieldsOf(schema, value).set(key, replacement);
  return decodeWith(schema, encodeCbor(fields), limits.BUNDLE_BYTES_MAX).ok;
}

const deviceRequest: DeviceRequest = {
  version: 1,
  network: network.tag,
  sessionKey: alice.signer.publicKey,
  device: "tablet",
  nonce: "ff".repeat(16),
  time: START,
  expiry: timeMs(START + 1),
};
const grant: ControlOperation = { type: "grant", ...fullTerms };
const inEntry = (key: number, value: CborValue): boolean => isRead(entrySchema, payment.entry, key, value);
const inPayment = (key: number, value: CborValue): boolean =>
  isRead(operationSchema, payment.entry.operation, key, value);
const inGrant = (key: number, value: CborValue): boolean => isRead(controlOperationSchema, grant, key, value);
const inDeviceRequest = (key: number, value: CborValue): boolean =>
  isRead(deviceRequestSchema, deviceRequest, key, value);
const inRecovery = (key: number, value: CborValue): boolean =>
  isRead(controlOperationSchema, { type: "set-recovery", recovery }, 1, new Map([[key, value]]));

const bytes = (length: number): Uint8Array => new Uint8Array(length);
const letters = (length: number): string => "A".repeat(length);
const times = <Value>(count: number, make: (index: number) => Value): readonly Value[] =>
  Array.from({ length: count }, (_, index) => make(index));
const hexIds = <Kind extends string>(count: number): readonly Kind[] =>
  times(count, (index) => (index + 1).toString(16).padStart(64, "0") as Kind);
const ids = (count: number): readonly Uint8Array[] => hexIds(count).map(hexToBytes);
const codes = (count: number): readonly string[] => times(count, (index) => `A${String.fromCodePoint(65 + index)}`);

function isNotTooLarge(outcome: { readonly ok: boolean; readonly error?: { readonly type: string } }): boolean {
  return outcome.error?.type !== "too-large";
}

function inBundle(key: number, value: CborValue): boolean {
  const fields: readonly (readonly [number, CborValue])[] = [
    [0, 1],
    [1, hexToBytes(network.tag)],
    [2, []],
    [3, []],
  ];
  return decodeBundle(encodeCbor(new Map(fields).set(key, value)), network.tag).ok;
}

function inStanding(key: number, value: CborValue): boolean {
  const standing = new Map<number, CborValue>([
    [0, bytes(0)],
    [1, bytes(0)],
  ]).set(key, value);
  const fields: readonly (readonly [number, CborValue])[] = [
    [0, 1],
    [1, hexToBytes(network.tag)],
    [2, bytes(32)],
    [4, standing],
  ];
  return decodeDeviceAnswer(encodeCbor(new Map(fields)), network.tag).ok;
}

function inGenesis(key: number, value: CborValue): boolean {
  const decoded = decodeCbor(network.bytes);
  const fields = new Map((decoded.ok ? decoded.value : []) as ReadonlyMap<number, CborValue>);
  return decodeNetwork(encodeCbor(fields.set(6, []).set(key, value))).ok;
}

/** For each bound of `limits`: whether something of that size is read, in every place where the bound holds. */
const IS_WITHIN: Readonly<Record<Exclude<keyof typeof limits, JudgedElsewhere>, (size: number) => readonly boolean[]>> =
  {
    ENTRY_BYTES_MAX: (size) => [isNotTooLarge(decodeEntry(bytes(size), network.tag)), inBundle(3, [bytes(size)])],
    CONTROL_ENTRY_BYTES_MAX: (size) => [
      isNotTooLarge(decodeControlEntry(bytes(size))),
      isNotTooLarge(verifyInception(bytes(size), network.id)),
      inBundle(2, [[bytes(size), []]]),
      inBundle(2, [[bytes(0), [bytes(size)]]]),
    ],
    RECEIPT_BYTES_MAX: (size) => [isNotTooLarge(decodeReceipt(bytes(size), network.tag))],
    DEVICE_REQUEST_BYTES_MAX: (size) => [isNotTooLarge(verifyDeviceRequest(bytes(size), network.tag))],
    DEVICE_REQUEST_MS_MAX: (size) => [inDeviceRequest(6, START + size)],
    GUARDIAN_REQUEST_BYTES_MAX: (size) => [
      isNotTooLarge(decodeGuardianRequest(bytes(size), network.tag)),
      isNotTooLarge(decodeGuardianAnswer(bytes(size), network.tag)),
    ],
    RECOVERY_REQUEST_BYTES_MAX: (size) => [isNotTooLarge(verifyRecoveryRequest(bytes(size), network.tag))],
    DEVICE_ANSWER_BYTES_MAX: (size) => [isNotTooLarge(decodeDeviceAnswer(bytes(size), network.tag))],
    ANSWER_CHECKPOINT_BYTES_MAX: (size) => [inStanding(0, bytes(size))],
    ANSWER_PROOF_BYTES_MAX: (size) => [inStanding(1, bytes(size))],
    BUNDLE_BYTES_MAX: (size) => [isNotTooLarge(decodeBundle(bytes(size), network.tag))],
    MEMO_BYTES_MAX: (size) => [inPayment(4, letters(size))],
    DEVICE_NAME_BYTES_MAX: (size) => [inGrant(2, letters(size)), inDeviceRequest(3, letters(size))],
    METHOD_BYTES_MAX: (size) => [
      isRead(
        operationSchema,
        {
          type: "execute",
          import: "7a".repeat(32) as ImportId,
          method: "x",
          asset: maxMoney.asset,
          fee: maxMoney.amount,
        },
        4,
        letters(size),
      ),
    ],
    DEPENDENCIES_MAX: (size) => [inEntry(8, ids(size))],
    PERMISSIONS_MAX: (size) => [
      inGrant(
        3,
        times(size, () => [0]),
      ),
    ],
    OFFLINE_LIMITS_MAX: (size) => [
      inGrant(
        7,
        codes(size).map((code) => [code, 1]),
      ),
    ],
    REGIONS_MAX: (size) => [inGrant(8, codes(size))],
    RECIPIENTS_MAX: (size) => [inGrant(9, ids(size))],
    GUARDIANS_MAX: (size) => [inRecovery(0, [ids(size), 1, 0])],
    RECOVERY_DELAY_MS_MAX: (size) => [
      inRecovery(0, [ids(1), 1, size]),
      inRecovery(1, [hexToBytes(alice.signer.publicKey), size]),
      inRecovery(2, [hexToBytes(alice.signer.publicKey), size]),
    ],
    SESSIONS_PER_ACCOUNT_MAX: (size) => [inBundle(2, [[bytes(0), times(size, () => bytes(0))]])],
    BUNDLE_ITEMS_MAX: (size) => [
      inBundle(
        2,
        times(size, () => [bytes(0), []]),
      ),
      inBundle(
        3,
        times(size, () => bytes(0)),
      ),
    ],
    NESTING_MAX: (size) => [decodeCbor(hexToBytes(`${"81".repeat(size)}00`)).ok],
    ASSET_CODE_LENGTH_MAX: (size) => [inPayment(2, letters(size))],
    ASSET_DECIMALS_MAX: (size) => [inGenesis(4, [["AMI", size]])],
  };

/** Numbers that have no room for "one more", and what is counted in a state and not in a body. */
type JudgedElsewhere = "AMOUNT_MAX" | "INTEGER_MAX" | "UNSETTLED_PER_SESSION_MAX";

const maxMoney: Money = { asset: letters(12) as Money["asset"], amount: limits.AMOUNT_MAX as Money["amount"] };
const largestNumber = limits.INTEGER_MAX;

describe("bounds", () => {
  it.each(Object.entries(IS_WITHIN))(
    "[ENC4] %s: what is as large as it may be is read, and nothing larger",
    (name, isWithin) => {
      const max = new Map(Object.entries(limits)).get(name) as number;
      expect(isWithin(max)).not.toContain(false);
      expect(isWithin(max + 1)).not.toContain(true);
    },
  );

  it("[AMT1] amounts end at 2^63 - 1, wherever one stands", () => {
    for (const [amount, isWithin] of [
      [limits.AMOUNT_MAX, true],
      [limits.AMOUNT_MAX + 1n, false],
    ] as const) {
      expect(inPayment(3, amount)).toBe(isWithin);
      expect(inGrant(3, [[1, "AMI", amount]])).toBe(isWithin);
      expect(inGrant(3, [[2, "AMI", amount]])).toBe(isWithin);
      expect(inGrant(7, [["AMI", amount]])).toBe(isWithin);
    }
  });

  it("[ENC4] whole numbers end at 2^53 - 1, wherever one stands", () => {
    for (const [number, isWithin] of [
      [largestNumber, true],
      [2n ** 53n, false],
    ] as const) {
      expect([4, 6].map((key) => inEntry(key, number))).toEqual([isWithin, isWithin]);
      expect(inEntry(7, [number, bytes(8)])).toBe(isWithin);
      expect(inGrant(5, number)).toBe(isWithin);
      expect(inGrant(6, number)).toBe(isWithin);
    }
  });

  it("[ENC4] no bound is left out", () => {
    const elsewhere: readonly JudgedElsewhere[] = ["AMOUNT_MAX", "INTEGER_MAX", "UNSETTLED_PER_SESSION_MAX"];
    expect([...Object.keys(IS_WITHIN), ...elsewhere].toSorted()).toEqual(Object.keys(limits).toSorted());
  });
});

describe("the largest of everything that is signed", () => {
  const largestTerms: SessionTerms = {
    sessionKey: alice.signer.publicKey,
    device: letters(limits.DEVICE_NAME_BYTES_MAX),
    permissions: times(limits.PERMISSIONS_MAX, () => ({ type: "SEND_LIMIT_DAILY", ...maxMoney })),
    notBefore: timeMs(largestNumber - 1),
    expiry: timeMs(largestNumber),
    generation: generation(largestNumber),
    offlineLimits: times(limits.OFFLINE_LIMITS_MAX, (index) => ({
      ...maxMoney,
      asset: `${letters(11)}${String.fromCodePoint(65 + index)}` as Money["asset"],
    })),
    regions: times(limits.REGIONS_MAX, (index) => `CH-ZZ${String.fromCodePoint(65 + index)}` as Region),
    recipients: hexIds<AccountId>(limits.RECIPIENTS_MAX),
  };
  const key: PublicKey = alice.signer.publicKey;
  const largestRecovery: Recovery = {
    guardians: {
      accounts: hexIds<AccountId>(limits.GUARDIANS_MAX),
      threshold: limits.GUARDIANS_MAX,
      delayMs: limits.RECOVERY_DELAY_MS_MAX,
    },
    timeLockedKey: { key, delayMs: limits.RECOVERY_DELAY_MS_MAX },
    backupKey: { key, delayMs: limits.RECOVERY_DELAY_MS_MAX },
  };
  const { nextKeyDigest } = alice.inception.inception;
  const [session] = hexIds<SessionId>(1) as [SessionId];
  const [start] = hexIds<EntryId>(1) as [EntryId];
  const by = { account: alice.account, session };
  const lastHonoured = sequence(largestNumber);

  const controls: readonly ControlOperation[] = [
    { type: "grant", ...largestTerms },
    { type: "upgrade", ...largestTerms, replaces: session, lastHonoured },
    { type: "revoke", session, lastHonoured },
    { type: "kill-switch", generation: generation(largestNumber) },
    { type: "rotate", masterKey: key, nextKeyDigest },
    { type: "set-recovery", recovery: largestRecovery },
    { type: "recovery-complete", masterKey: key, nextKeyDigest, start },
    { type: "recovery-start", masterKey: key, nextKeyDigest, round: largestNumber, way: { type: "guardians", by } },
    { type: "recovery-approve", start, by },
    { type: "recovery-veto", start, session },
  ];

  it.each(controls)("[CTL1] $type fits a control entry's bound, and decodes", async (operation) => {
    const place = { sequence: sequence(largestNumber), previous: firstControlPrevious(alice.account) };
    const entry = {
      version: 1,
      network: network.id,
      account: alice.account,
      ...(hasPlace(operation) ? place : {}),
      operation: operation as OrderedOperation,
    } as ControlEntry;
    const signed = await signControlEntry(entry, SIGNERS["alice/phone"]);
    const account = { id: alice.account, network: network.id, keyOf: () => key };
    expect(signed.bytes.length).toBeLessThanOrEqual(limits.CONTROL_ENTRY_BYTES_MAX);
    expect(verifyControlEntry(signed.bytes, account)).toEqual({ ok: true, value: signed });
  });

  it("[ACC1] an inception with every way of recovery fits a control entry's bound", async () => {
    const signed = await signInception({ ...alice.inception.inception, recovery: largestRecovery }, alice.master);
    expect(signed.bytes.length).toBeLessThanOrEqual(limits.CONTROL_ENTRY_BYTES_MAX);
    expect(verifyInception(signed.bytes, network.id)).toEqual({ ok: true, value: signed });
  });

  it("[DRQ1] a device request fits its bound, and decodes", async () => {
    const signed = await signDeviceRequest(
      {
        ...deviceRequest,
        device: largestTerms.device,
        permissions: largestTerms.permissions,
        time: timeMs(largestNumber - 1),
        expiry: timeMs(largestNumber),
        account: alice.account,
        replaces: session,
        lastHonoured,
      },
      alice.signer,
    );
    expect(signed.bytes.length).toBeLessThanOrEqual(limits.DEVICE_REQUEST_BYTES_MAX);
    expect(verifyDeviceRequest(signed.bytes, network.tag)).toEqual({ ok: true, value: signed });
  });

  const validator = alice.account;
  const operations: readonly Operation[] = [
    {
      type: "pay",
      to: alice.account,
      ...maxMoney,
      memo: letters(limits.MEMO_BYTES_MAX),
      request: "ff".repeat(16) as RequestId,
    },
    { type: "stake", validator, ...maxMoney },
    { type: "unstake", validator, ...maxMoney },
    { type: "float", ...maxMoney },
    { type: "release", ...maxMoney },
    {
      type: "execute",
      import: "ff".repeat(32) as ImportId,
      method: letters(limits.METHOD_BYTES_MAX),
      asset: maxMoney.asset,
      fee: maxMoney.amount,
    },
    { type: "attest", account: by.account, session, sequence: sequence(largestNumber), head: "ff".repeat(32) as Link },
  ];

  it.each(operations)("[ENT1] $type fits an entry's bound, and decodes", async (operation) => {
    const entry: Entry = {
      ...payment.entry,
      sequence: sequence(largestNumber),
      time: timeMs(largestNumber),
      checkpoint: { ...payment.entry.checkpoint, height: height(largestNumber) },
      dependencies: hexIds<EntryId>(limits.DEPENDENCIES_MAX),
      operation,
      region: "CH-ZZZ" as Region,
    };
    const signed = await signEntry(entry, alice.signer);
    expect(signed.bytes.length).toBeLessThanOrEqual(limits.ENTRY_BYTES_MAX);
    expect(decodeEntry(signed.bytes, network.tag)).toEqual({ ok: true, value: signed });
  });
});
