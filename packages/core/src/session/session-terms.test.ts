import { fieldsOf } from "../../test/support/fields-of.ts";
import { describe, expect, it } from "vitest";
import { alice, bob, fullTerms } from "../../test/support/operations.ts";
import type { ControlOperation } from "../account/control-operation.ts";
import { controlOperationSchema } from "../account/control-operation.ts";
import { hexToBytes } from "../bytes.ts";
import { decodeWith, encodeWith } from "../encoding/schema.ts";
import { encodeCbor, type CborValue } from "../encoding/cbor.ts";
import { sequence } from "../ids.ts";
import { DEVICE_NAME_BYTES_MAX, INTEGER_MAX, OFFLINE_LIMITS_MAX, RECIPIENTS_MAX, REGIONS_MAX } from "../limits.ts";
import { START } from "../testing/index.ts";

const grant: ControlOperation = { type: "grant", ...fullTerms };
const upgrade: ControlOperation = { type: "upgrade", ...fullTerms, replaces: alice.session };

/** What decoding says of a grant, or an upgrade, with some fields replaced, or left out. */
function outcome(
  changes: readonly (readonly [key: number, value: CborValue | undefined])[],
  operation: ControlOperation = grant,
): string {
  const fields = fieldsOf(controlOperationSchema, operation);
  for (const [key, value] of changes) {
    if (value === undefined) fields.delete(key);
    else fields.set(key, value);
  }
  const read = decodeWith(controlOperationSchema, encodeCbor(fields), 4096);
  if (read.ok) return "read";
  return read.error.type === "schema-mismatch" ? `${read.error.path}: ${read.error.expected}` : read.error.type;
}

const ids = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, index) => hexToBytes(index.toString(16).padStart(64, "0")));
const codes = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `A${String.fromCodePoint(65 + index)}`);

describe("terms of a session", () => {
  it("[TERM1] a grant states key, device, permissions, times and generation, and may bound more", () => {
    expect(decodeWith(controlOperationSchema, encodeWith(controlOperationSchema, grant), 4096)).toEqual({
      ok: true,
      value: grant,
    });
    for (const key of [1, 2, 3, 4, 5, 6]) expect(outcome([[key, undefined]])).toMatch("to be present");
    const plain = [7, 8, 9].map((key) => [key, undefined] as const);
    expect(outcome(plain)).toBe("read");
    expect(outcome([[10, hexToBytes(alice.session)]])).toBe(": no other fields");
  });

  it("[TERM1] a session that ends before it begins could sign nothing, and is refused", () => {
    const times = (notBefore: number, expiry: number): string =>
      outcome([
        [4, notBefore],
        [5, expiry],
      ]);
    expect(times(START, START + 1)).toBe("read");
    expect(times(0, INTEGER_MAX)).toBe("read");
    expect(times(START, START)).toBe(": notBefore below expiry");
    expect(times(START + 1, START)).toBe(": notBefore below expiry");
    expect(outcome([[5, START]], upgrade)).toBe(": notBefore below expiry");
  });

  it("[TERM1] a device has a name of 1 to 64 bytes", () => {
    expect(outcome([[2, "ä".repeat(DEVICE_NAME_BYTES_MAX / 2)]])).toBe("read");
    expect(outcome([[2, "a".repeat(DEVICE_NAME_BYTES_MAX + 1)]])).toBe(".device: plain text of at most 64 bytes");
    expect(outcome([[2, ""]])).toBe(".device: plain text of at most 64 bytes");
  });

  it("[TERM1] limits of what is unsettled are of 1 to 16 assets, each once and in order of codes", () => {
    const limits = (...assets: readonly string[]): string => outcome([[7, assets.map((asset) => [asset, 5])]]);
    const expected = ".offlineLimits: 1 to 16 in ascending order, each once";
    expect(limits("AMI")).toBe("read");
    expect(limits("AMI", "GOLD")).toBe("read");
    expect(limits("A", "AA", "B")).toBe("read");
    expect(limits("GOLD", "AMI")).toBe(expected);
    expect(limits("AMI", "AMI")).toBe(expected);
    expect(limits()).toBe(expected);
    expect(limits(...codes(OFFLINE_LIMITS_MAX))).toBe("read");
    expect(limits(...codes(OFFLINE_LIMITS_MAX + 1))).toBe(".offlineLimits: list of at most 16");
    expect(outcome([[7, [["AMI", 2n ** 63n]]]])).toBe(".offlineLimits[0].amount: amount from 0 to 2^63 - 1");
    expect(outcome([[7, [["AMI"]]]])).toBe(".offlineLimits[0]: array of 2");
  });

  it("[TERM1] regions are 1 to 16, each once and in ascending order", () => {
    const expected = ".regions: 1 to 16 in ascending order, each once";
    expect(outcome([[8, ["CH", "CH-ZH", "DE"]]])).toBe("read");
    expect(outcome([[8, ["DE", "CH"]]])).toBe(expected);
    expect(outcome([[8, ["CH", "CH"]]])).toBe(expected);
    expect(outcome([[8, []]])).toBe(expected);
    expect(outcome([[8, ["ch"]]])).toBe(".regions[0]: region");
    expect(outcome([[8, codes(REGIONS_MAX)]])).toBe("read");
    expect(outcome([[8, codes(REGIONS_MAX + 1)]])).toBe(".regions: list of at most 16");
  });

  it("[TERM1] recipients are 1 to 16, each once and in ascending order", () => {
    const expected = ".recipients: 1 to 16 in ascending order, each once";
    const [first, second] = ids(2) as [Uint8Array, Uint8Array];
    expect(outcome([[9, [first, second]]])).toBe("read");
    expect(outcome([[9, [second, first]]])).toBe(expected);
    expect(outcome([[9, [first, first]]])).toBe(expected);
    expect(outcome([[9, []]])).toBe(expected);
    expect(outcome([[9, ids(RECIPIENTS_MAX)]])).toBe("read");
    expect(outcome([[9, ids(RECIPIENTS_MAX + 1)]])).toBe(".recipients: list of at most 16");
  });

  it("[TERM2] an upgrade states the same terms, whom it replaces, and how much of that it honours", () => {
    const honouring: ControlOperation = { ...upgrade, lastHonoured: sequence(3) };
    for (const one of [upgrade, honouring]) {
      expect(decodeWith(controlOperationSchema, encodeWith(controlOperationSchema, one), 4096)).toEqual({
        ok: true,
        value: one,
      });
    }
    expect(outcome([[10, undefined]], upgrade)).toBe(".replaces: to be present");
    expect(outcome([[11, INTEGER_MAX]], upgrade)).toBe("read");
    expect(outcome([[11, 2n ** 53n]], upgrade)).toBe(`.lastHonoured: whole number up to ${INTEGER_MAX}`);
    expect(outcome([[12, hexToBytes(bob.account)]], upgrade)).toBe(": no other fields");
  });
});
