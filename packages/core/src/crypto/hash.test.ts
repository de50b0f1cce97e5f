import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { bytesToHex, concatBytes } from "../bytes.ts";
import { DOMAIN } from "./domain-tags.ts";
import { hashToId, taggedHash } from "./hash.ts";
import { native as node } from "./native.node.ts";
import { native as portable } from "./native.portable.ts";

describe("tagged hashes", () => {
  it("[ID1] are over the tag, a zero byte and the parts, whatever their size", () => {
    for (const size of [0, 1, 1000, 4095, 4096, 4097, 100_000]) {
      const parts = [new Uint8Array(size).fill(7), Uint8Array.of(1, 2, 3)];
      const expected = portable.sha256(concatBytes(utf8ToBytes("amigos/entry/1\0"), ...parts));
      expect(taggedHash(DOMAIN.entry, ...parts)).toEqual(expected);
      expect(hashToId(DOMAIN.entry, ...parts)).toBe(bytesToHex(expected));
    }
  });

  it("[ID1] are not touched by the next one", () => {
    const [first, second] = [Uint8Array.of(1), Uint8Array.of(2)].map((part) => taggedHash(DOMAIN.link, part));
    expect(first).toEqual(taggedHash(DOMAIN.link, Uint8Array.of(1)));
    expect(second).not.toEqual(first);
  });
});

describe("Node", () => {
  it("[ID1] hashes and writes hex as portable code does", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (bytes, from, to) => {
        const view = concatBytes(Uint8Array.of(9), bytes).subarray(1);
        const digest = node.sha256(view);
        expect(digest).toStrictEqual(portable.sha256(bytes));
        expect(node.sha256Hex?.(view)).toBe(bytesToHex(digest));
        const [start, end] = [Math.min(from, to, bytes.length), Math.min(Math.max(from, to), bytes.length)];
        expect(node.bytesToHex?.(view, start, end)).toBe(bytesToHex(bytes.subarray(start, end)));
      }),
    );
  });
});
