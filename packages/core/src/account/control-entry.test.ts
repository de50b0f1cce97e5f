import { describe, expect, it } from "vitest";
import { ed25519 } from "@noble/curves/ed25519.js";
import { multiply, smallOrderEncodings, torsionPoints } from "../../test/support/curve.ts";
import {
  alice,
  aliceKeyOf,
  bob,
  CONTROL_EXAMPLES,
  network,
  recovery,
  SIGNERS,
  type ControlExample,
} from "../../test/support/operations.ts";
import { AssertionFailed } from "../assert.ts";
import { bytesToHex, concatBytes, hexToBytes } from "../bytes.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import { hashToId, sha256 } from "../crypto/hash.ts";
import type { Signer } from "../crypto/signer.ts";
import { encodeWith } from "../encoding/schema.ts";
import { joinSigned, splitSigned } from "../encoding/signed.ts";
import { decodeCbor, encodeCbor, type CborValue } from "../encoding/cbor.ts";
import { sequence, type PublicKey } from "../ids.ts";
import { orThrow } from "../result.ts";
import { createTestNetwork } from "../testing/index.ts";
import type { ControlOperation } from "./control-operation.ts";
import { keyOfAccount } from "./control-signer.ts";
import {
  controlEntrySchema,
  decodeControlEntry,
  firstControlPrevious,
  openedSession,
  signControlEntry,
  verifyControlEntry,
  type ControlEntry,
} from "./control-entry.ts";

const elsewhere = createTestNetwork([], undefined, "elsewhere");
const aliceAccount = { id: alice.account, network: network.id, keyOf: aliceKeyOf };
const fieldsOf = (bytes: Uint8Array): Map<number, CborValue> =>
  new Map(orThrow(decodeCbor(orThrow(splitSigned(bytes)).body)) as ReadonlyMap<number, CborValue>);

function outcome(bytes: Uint8Array, account = aliceAccount): string {
  const verified = verifyControlEntry(bytes, account);
  return verified.ok ? "verified" : verified.error.type;
}

/** What decoding says of a body with some fields replaced, or left out. */
function formOf({ control }: ControlExample, changes: ReadonlyMap<number, CborValue | undefined>): string {
  const fields = fieldsOf(control.bytes);
  for (const [key, value] of changes) {
    if (value === undefined) fields.delete(key);
    else fields.set(key, value);
  }
  const read = decodeControlEntry(joinSigned(encodeCbor(fields), new Uint8Array(64)));
  if (read.ok) return "read";
  return "expected" in read.error && "path" in read.error
    ? `${read.error.path}: ${read.error.expected}`
    : read.error.type;
}

describe("control entries", () => {
  it("[CTL1] a control entry is of one network and one account", () => {
    expect(outcome(alice.grant.bytes)).toBe("verified");
    expect(outcome(alice.grant.bytes, { ...aliceAccount, network: elsewhere.id })).toBe("wrong-network");
    expect(verifyControlEntry(bob.grant.bytes, aliceAccount)).toEqual({
      ok: false,
      error: { type: "wrong-account", expected: alice.account, found: bob.account },
    });
  });

  it("[CTL1] the next one names the link of the one before, and the first the account", () => {
    const log = CONTROL_EXAMPLES.filter(({ control }) => control.entry.sequence !== undefined);
    expect(log.map(({ control }) => control.entry.sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(log.map(({ control }) => control.entry.previous)).toEqual([
      alice.account,
      ...log.slice(0, -1).map(({ control }) => control.link),
    ]);
  });

  it("[CTL1] what cannot be read is a typed error", () => {
    expect(decodeControlEntry(new Uint8Array(3000))).toEqual({
      ok: false,
      error: { type: "too-large", size: 3000, sizeMax: 2048 },
    });
    expect(decodeControlEntry(Uint8Array.of(1))).toMatchObject({ error: { type: "malformed" } });
    const [grant] = CONTROL_EXAMPLES as [ControlExample];
    expect(formOf(grant, new Map([[5, new Map([[0, 10]])]]))).toBe(".operation: known kind");
    expect(formOf(grant, new Map([[6, 0]]))).toBe(": no other fields");
    expect(formOf(grant, new Map([[0, 2]]))).toBe("unsupported-version");
  });

  it("[CTL1] what nobody could read is never signed", async () => {
    const { entry } = alice.grant;
    const operation = { ...entry.operation, device: "a\nb" } as ControlOperation;
    await expect(signControlEntry({ ...entry, operation } as ControlEntry, alice.master)).rejects.toThrow(
      "decoded again",
    );
  });

  it("[ENC1] a signed control entry says what its bytes say, whatever else the object held that was signed", async () => {
    const operation = { ...alice.grant.entry.operation, replaces: alice.session };
    const signed = await signControlEntry({ ...alice.grant.entry, operation }, alice.master);
    expect(signed).toEqual(alice.grant);
    expect(verifyControlEntry(signed.bytes, aliceAccount)).toEqual({ ok: true, value: signed });
  });

  it("[SIG3] a signer that answers with another key's signature signs nothing", async () => {
    const broken: Signer = { publicKey: alice.master.publicKey, sign: (hash) => bob.signer.sign(hash) };
    await expect(signControlEntry(alice.grant.entry, broken)).rejects.toThrow(AssertionFailed);
  });
});

describe("places", () => {
  const placed = CONTROL_EXAMPLES.filter(({ control }) => control.entry.sequence !== undefined);
  const placeless = CONTROL_EXAMPLES.filter(({ control }) => control.entry.sequence === undefined);
  const link = hexToBytes("ab".repeat(32));

  it.each(placed)("[CTL1] $name: with sequence and previous, or not at all", (example) => {
    const expected = `: ${example.control.entry.operation.type} with sequence and previous`;
    expect(formOf(example, new Map())).toBe("read");
    expect(formOf(example, new Map([[3, undefined]]))).toBe(expected);
    expect(formOf(example, new Map([[4, undefined]]))).toBe(expected);
    expect(
      formOf(
        example,
        new Map([
          [3, undefined],
          [4, undefined],
        ]),
      ),
    ).toBe(expected);
  });

  it.each(placeless)("[CTL7] $name: without sequence and previous, or not at all", (example) => {
    const expected = `: ${example.control.entry.operation.type} without sequence and previous`;
    expect(formOf(example, new Map())).toBe("read");
    expect(formOf(example, new Map([[3, 0]]))).toBe(expected);
    expect(formOf(example, new Map([[4, link]]))).toBe(expected);
    expect(
      formOf(
        example,
        new Map<number, CborValue>([
          [3, 0],
          [4, link],
        ]),
      ),
    ).toBe(expected);
  });

  it("[CTL7] and none is ever signed the other way", async () => {
    const { version, account, operation } = alice.grant.entry;
    const placelessGrant = { version, network: network.id, account, operation } as unknown as ControlEntry;
    await expect(signControlEntry(placelessGrant, alice.master)).rejects.toThrow("decoded again");
    const [veto] = placeless.filter(({ name }) => name === "alice vetoes") as [ControlExample];
    const place = { sequence: sequence(0), previous: firstControlPrevious(alice.account) };
    const placedVeto = { ...veto.control.entry, ...place } as unknown as ControlEntry;
    await expect(signControlEntry(placedVeto, alice.master)).rejects.toThrow("decoded again");
  });
});

describe("keys that a control entry registers", () => {
  const mixed = multiply(ed25519.Point.BASE, 5n).add(torsionPoints()[1] ?? ed25519.Point.ZERO);
  const refusable = [...smallOrderEncodings(), mixed.toBytes(), hexToBytes(`02${"00".repeat(31)}`)].map(
    (bytes) => bytesToHex(bytes) as PublicKey,
  );
  const withKey: readonly (readonly [
    type: ControlOperation["type"],
    what: string,
    change: (key: PublicKey) => object,
  ])[] = [
    ["grant", "its session key", (sessionKey) => ({ sessionKey })],
    ["upgrade", "its session key", (sessionKey) => ({ sessionKey })],
    ["rotate", "its master key", (masterKey) => ({ masterKey })],
    ["recovery-start", "its master key", (masterKey) => ({ masterKey })],
    ["recovery-complete", "its master key", (masterKey) => ({ masterKey })],
    ["set-recovery", "a time-locked key", (key) => ({ recovery: { ...recovery, timeLockedKey: { key, delayMs: 0 } } })],
    ["set-recovery", "a backup key", (key) => ({ recovery: { backupKey: { key, delayMs: 0 } } })],
  ];

  it.each(withKey)(
    "[SIG2] %s: %s that is not of prime order is refused, and never signed",
    async (type, _what, change) => {
      const example = CONTROL_EXAMPLES.find(({ control }) => control.entry.operation.type === type) as ControlExample;
      const signer = SIGNERS[example.signer];
      for (const key of refusable) {
        const operation = { ...example.control.entry.operation, ...change(key) };
        const entry = { ...example.control.entry, operation } as ControlEntry;
        await expect(signControlEntry(entry, signer)).rejects.toThrow("prime order");
        const body = encodeWith(controlEntrySchema, entry);
        const signature = await signer.sign(hexToBytes(hashToId(DOMAIN.control, body)));
        expect(verifyControlEntry(joinSigned(body, signature), aliceAccount)).toEqual({
          ok: false,
          error: { type: "key-refused", key },
        });
      }
    },
  );
});

describe("sessions that a control entry opens", () => {
  it("[SES1] a session is the hash of the body that opens it, under a tag of its own", () => {
    for (const opener of CONTROL_EXAMPLES.slice(0, 2)) {
      const { body } = orThrow(splitSigned(opener.control.bytes));
      const hash = sha256(concatBytes(new TextEncoder().encode("amigos/control/1\0"), body));
      expect(openedSession(opener.control)?.id).toBe(bytesToHex(hash));
    }
  });

  it("[SES1] grants and upgrades open one, on the terms that they state, and nothing else does", () => {
    const opened = CONTROL_EXAMPLES.map(({ control }) => openedSession(control)?.terms.device);
    expect(opened.slice(0, 2)).toEqual(["alice's phone", "alice's laptop"]);
    expect(opened.slice(2).every((device) => device === undefined)).toBe(true);
  });

  it("[CTL1] for a stranger who has the inception alone, the account's grant is verified", () => {
    const keyOf = keyOfAccount(alice.inception.inception);
    expect(outcome(alice.grant.bytes, { ...aliceAccount, keyOf })).toBe("verified");
  });
});
