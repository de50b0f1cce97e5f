import { describe, expect, it } from "vitest";
import { AssertionFailed } from "./assert.ts";
import { bytesToHex, compareHex, equalBytes, hexToBytes, plainBytes } from "./bytes.ts";

describe("bytes", () => {
  it("[ID1] are equal only when neither goes on", () => {
    const [short, long] = [Uint8Array.of(1), Uint8Array.of(1, 2)];
    expect([equalBytes(short, Uint8Array.of(1)), equalBytes(short, long), equalBytes(long, short)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(equalBytes(long, Uint8Array.of(1, 3))).toBe(false);
  });

  it("[ID1] are written in lower-case hex, which has their order", () => {
    expect(bytesToHex(Uint8Array.of(0x0a, 0xff))).toBe("0aff");
    expect([compareHex("0a", "0b"), compareHex("b0", "0b"), compareHex("0a", "0a")]).toEqual([-1, 1, 0]);
    for (const wrong of ["0", "0g", "0x"]) expect(() => hexToBytes(wrong)).toThrow(AssertionFailed);
  });

  it("[ENC1] lose what a runtime added to them, and are not copied", () => {
    const buffer = Buffer.from([9, 1, 2, 9]).subarray(1, 3);
    const plain = plainBytes(buffer);
    expect([plain.constructor, [...plain], plain.buffer === buffer.buffer]).toEqual([Uint8Array, [1, 2], true]);
    expect(plainBytes(plain)).toBe(plain);
  });
});
