/** Byte helpers: one place, so that comparison and hex mean the same everywhere. */
import { assert } from "./assert.ts";
import { bytesToHex as nobleBytesToHex, concatBytes as nobleConcatBytes } from "@noble/hashes/utils.js";

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return nobleConcatBytes(...parts);
}

/** Lower-case hex. */
export function bytesToHex(bytes: Uint8Array): string {
  return nobleBytesToHex(bytes);
}

/** Asserts an even number of hex digits: callers hold branded hex, or check first. */
export function hexToBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  writeHexInto(bytes, 0, hex);
  return bytes;
}

/** The same into bytes that there are already, which have room for it from `offset` on. */
export function writeHexInto(target: Uint8Array, offset: number, hex: string): void {
  for (let index = 0; index < hex.length; index += 2) {
    const byte = (hexDigit(hex.charCodeAt(index)) << 4) | hexDigit(hex.charCodeAt(index + 1));
    assert(byte >= 0, "hex is an even number of hex digits");
    target[offset + (index >> 1)] = byte;
  }
}

/** What a character is worth as a hex digit, by its code: ids are read all day, so a table. */
const HEX_DIGITS = Int8Array.from({ length: 128 }, (_unused, code) =>
  "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase()),
);

/** -1 for what is none, and for the character after the last one. */
function hexDigit(code: number): number {
  return HEX_DIGITS[code] ?? -1;
}

/** The same bytes without what a runtime adds to them: Node's Buffer means something else by `slice`. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** Order of lower-case hex strings, which is the order of the bytes behind them. */
export function compareHex(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
