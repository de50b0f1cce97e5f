/** Our UTF-8 against the runtime's: the same text, the same bytes, and the same refusals. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes } from "../bytes.ts";
import { textToUtf8, utf8ToText } from "./utf8.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function byRuntime(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function encoded(text: string): Uint8Array | undefined {
  const target = new Uint8Array(3 * text.length);
  const end = textToUtf8(text, target, 0);
  return end === undefined ? undefined : target.slice(0, end);
}

/** Bytes at the edges of what UTF-8 allows, for bytes at random are seldom near them. */
const edges = fc.constantFrom(
  ...[0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee],
  ...[0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xfb, 0xfc, 0xff],
);

describe("UTF-8", () => {
  it("[ENC1] of any text is what the runtime makes of it, and comes back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const bytes = new TextEncoder().encode(text);
        expect(encoded(text)).toEqual(bytes);
        expect(utf8ToText(bytes, 0, bytes.length)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it("[ENC1] of every character is what the runtime makes of it, and half a surrogate pair has none", () => {
    const different: number[] = [];
    for (let point = 0; point <= 0x10_ffff; point += point < 0x1_0000 ? 1 : 61) {
      const character = String.fromCodePoint(point);
      const isHalf = point >= 0xd800 && point <= 0xdfff;
      const bytes = new TextEncoder().encode(character);
      const ours = encoded(character);
      const isSame = ours !== undefined && equalBytes(ours, bytes) && utf8ToText(ours, 0, ours.length) === character;
      if (isSame === isHalf) different.push(point);
    }
    expect(different).toEqual([]);
  });

  it("[ENC1] is read from bytes as the runtime reads it when it is strict", () => {
    const bytes = fc.array(fc.oneof(edges, fc.nat(255)), { maxLength: 8 }).map((values) => Uint8Array.from(values));
    fc.assert(
      fc.property(bytes, (value) => {
        expect(utf8ToText(value, 0, value.length)).toBe(byRuntime(value));
      }),
      { numRuns: 20_000 },
    );
  });

  it("[ENC1] of a long text comes back, wherever it is taken apart", () => {
    for (const length of [32, 33, 1023, 1024, 1025, 5000]) {
      const text = "a😀".repeat(length).slice(0, length - (length % 3 === 2 ? 1 : 0));
      const whole = text.endsWith("\uD83D") ? text.slice(0, -1) : text;
      const bytes = new TextEncoder().encode(`<${whole}>`);
      expect(utf8ToText(bytes, 1, bytes.length - 1)).toBe(whole);
    }
  });
});
