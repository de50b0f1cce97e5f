import { fieldsOf } from "../../test/support/fields-of.ts";
import { describe, expect, it } from "vitest";
import { alice, bob, ENTRY_EXAMPLES, network } from "../../test/support/operations.ts";
import { hexToBytes } from "../bytes.ts";
import { decodeWith, encodeWith } from "../encoding/schema.ts";
import { encodeCbor, type CborValue } from "../encoding/cbor.ts";
import { AMOUNT_MAX, INTEGER_MAX, MEMO_BYTES_MAX, METHOD_BYTES_MAX } from "../limits.ts";
import { orThrow } from "../result.ts";
import { decodeEntry } from "./decode-entry.ts";
import { payeeOf } from "./entry.ts";
import { operationSchema } from "./operation.ts";
import { verifyEntry } from "./verify-entry.ts";

const KINDS = { pay: 0, stake: 1, unstake: 2, float: 3, release: 4, execute: 5, attest: 6 } as const;

/** What decoding says of an operation with some fields replaced, or left out. */
function outcome(
  type: keyof typeof KINDS,
  changes: readonly (readonly [key: number, value: CborValue | undefined])[],
): string {
  const example = ENTRY_EXAMPLES.findLast(({ entry }) => entry.entry.operation.type === type)?.entry.entry.operation;
  const fields = fieldsOf(operationSchema, example as never);
  for (const [key, value] of changes) {
    if (value === undefined) fields.delete(key);
    else fields.set(key, value);
  }
  const read = decodeWith(operationSchema, encodeCbor(fields), 1024);
  if (read.ok) return "read";
  return read.error.type === "schema-mismatch" ? `${read.error.path}: ${read.error.expected}` : read.error.type;
}

describe("operations of entries", () => {
  it.each(ENTRY_EXAMPLES)("[ENT5] $name: it has a kind of its own, comes back and verifies", ({ entry }) => {
    const { operation } = entry.entry;
    const bytes = encodeWith(operationSchema, operation);
    expect(decodeWith(operationSchema, bytes, 1024)).toEqual({ ok: true, value: operation });
    expect(fieldsOf(operationSchema, operation).get(0)).toBe(KINDS[operation.type]);
    const decoded = orThrow(decodeEntry(entry.bytes, network.tag));
    expect(orThrow(verifyEntry(decoded, alice.signer.publicKey)).entry).toEqual(entry.entry);
  });

  it("[ENT5] the examples leave no kind out, and there is no other", () => {
    expect(new Set(ENTRY_EXAMPLES.map(({ entry }) => entry.entry.operation.type))).toEqual(new Set(Object.keys(KINDS)));
    expect(outcome("pay", [[0, 7]])).toBe(": known kind");
    expect(outcome("pay", [[0, undefined]])).toBe(": known kind");
    expect(outcome("pay", [[0, "pay"]])).toBe(": known kind");
  });

  it("[ENT5] whatever moves value names an asset in field 2 and an amount in field 3", () => {
    for (const type of ["pay", "stake", "unstake", "float", "release"] as const) {
      expect(outcome(type, [[3, 0]])).toBe("read");
      expect(outcome(type, [[3, AMOUNT_MAX]])).toBe("read");
      expect(outcome(type, [[3, AMOUNT_MAX + 1n]])).toBe(".amount: amount from 0 to 2^63 - 1");
      expect(outcome(type, [[2, "ami"]])).toBe(".asset: asset code");
      expect(outcome(type, [[2, undefined]])).toBe(".asset: to be present");
      expect(outcome(type, [[3, undefined]])).toBe(".amount: to be present");
      expect(outcome(type, [[6, 0]])).toBe(": no other fields");
    }
  });

  it("[ENT5] a payment may say what it is for, and which request it answers", () => {
    expect(outcome("pay", [[4, "a".repeat(MEMO_BYTES_MAX)]])).toBe("read");
    expect(outcome("pay", [[4, "a".repeat(MEMO_BYTES_MAX + 1)]])).toBe(".memo: plain text of at most 140 bytes");
    expect(outcome("pay", [[4, ""]])).toBe(".memo: plain text of at most 140 bytes");
    expect(outcome("pay", [[5, new Uint8Array(16)]])).toBe("read");
    expect(outcome("pay", [[5, new Uint8Array(15)]])).toBe(".request: 16 bytes");
    expect(outcome("pay", [[5, new Uint8Array(17)]])).toBe(".request: 16 bytes");
    expect(
      outcome("pay", [
        [4, undefined],
        [5, undefined],
      ]),
    ).toBe("read");
    expect(outcome("pay", [[1, new Uint8Array(31)]])).toBe(".to: 32 bytes");
  });

  it("[ENT5] staking names a validator, setting aside names nobody", () => {
    expect(outcome("stake", [[1, undefined]])).toBe(".validator: to be present");
    expect(outcome("unstake", [[1, undefined]])).toBe(".validator: to be present");
    expect(outcome("float", [[1, hexToBytes(bob.account)]])).toBe(": no other fields");
    expect(outcome("release", [[1, hexToBytes(bob.account)]])).toBe(": no other fields");
  });

  it("[ENT5] an execution names what runs, the method in 1 to 64 bytes, and its fee", () => {
    expect(outcome("execute", [[4, "a".repeat(METHOD_BYTES_MAX)]])).toBe("read");
    expect(outcome("execute", [[4, "a".repeat(METHOD_BYTES_MAX + 1)]])).toBe(".method: plain text of at most 64 bytes");
    expect(outcome("execute", [[4, ""]])).toBe(".method: plain text of at most 64 bytes");
    expect(outcome("execute", [[4, undefined]])).toBe(".method: to be present");
    expect(outcome("execute", [[3, 0]])).toBe("read");
    expect(outcome("execute", [[3, AMOUNT_MAX + 1n]])).toBe(".fee: amount from 0 to 2^63 - 1");
    expect(outcome("execute", [[1, new Uint8Array(16)]])).toBe(".import: 32 bytes");
  });

  it("[ENT5] an attestation names a place and the link that was seen there", () => {
    expect(outcome("attest", [[3, INTEGER_MAX]])).toBe("read");
    expect(outcome("attest", [[3, 2n ** 53n]])).toBe(`.sequence: whole number up to ${INTEGER_MAX}`);
    expect(outcome("attest", [[1, undefined]])).toBe(".account: to be present");
    expect(outcome("attest", [[2, undefined]])).toBe(".session: to be present");
    expect(outcome("attest", [[4, new Uint8Array(31)]])).toBe(".head: 32 bytes");
    expect(outcome("attest", [[5, 0]])).toBe(": no other fields");
  });

  it("[ENT5] only a payment has a payee", () => {
    const payees = ENTRY_EXAMPLES.map(({ entry }) => [entry.entry.operation.type, payeeOf(entry.entry)] as const);
    expect(payees.filter(([, payee]) => payee !== undefined).map(([type]) => type)).toEqual(["pay", "pay", "pay"]);
    expect(payees[0]?.[1]).toBe(bob.account);
  });
});
