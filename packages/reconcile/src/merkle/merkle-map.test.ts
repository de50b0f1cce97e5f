import { createHash } from "node:crypto";
import { hexToBytes, type Id } from "@amigos/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createMerkleMap,
  hashOfValue,
  merkleGet,
  merkleRoot,
  merkleRootOf,
  merkleRows,
  merkleSet,
  type MerkleMap,
} from "./merkle-map.ts";

type Text = string;

const bytesOf = (text: Text): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const empty = createMerkleMap<Text>(bytesOf);

/** Keys that differ early, late, or hardly. */
const key: fc.Arbitrary<Id> = fc
  .tuple(fc.constantFrom("00", "0f", "f0", "ff"), fc.constantFrom("0", "a"), fc.constantFrom("00", "01", "02", "80"))
  .map(([first, middle, last]) => `${first}${middle.repeat(60)}${last}` as Id);
const rows = fc.array(fc.tuple(key, fc.string({ unit: "grapheme-ascii", maxLength: 8 })), { maxLength: 30 });

function mapOf(pairs: readonly (readonly [Id, Text])[]): MerkleMap<Text> {
  return pairs.reduce((map, [at, value]) => merkleSet(map, at, value), empty);
}

const hash = (...parts: readonly (string | Uint8Array)[]): Uint8Array =>
  parts.reduce((sum, part) => sum.update(part), createHash("sha256")).digest();

/** The root by the words of the spec: split where keys first differ, from the first bit on. */
function rootOf(sorted: readonly (readonly [Id, Text])[], bit = 0): Uint8Array {
  const [only] = sorted;
  if (only === undefined) return hash("amigos/state-branch/1\0");
  if (sorted.length === 1) {
    const value = hash("amigos/state-leaf/1\0", Uint8Array.of(0), bytesOf(only[1]));
    return hash("amigos/state-leaf/1\0", Uint8Array.of(1), hexToBytes(only[0]), value);
  }
  const isOne = ([at]: readonly [Id, Text]): boolean => ((BigInt(`0x${at}`) >> BigInt(255 - bit)) & 1n) === 1n;
  const [zeros, ones] = [sorted.filter((row) => !isOne(row)), sorted.filter(isOne)];
  if (zeros.length === 0 || ones.length === 0) return rootOf(sorted, bit + 1);
  return hash("amigos/state-branch/1\0", Uint8Array.of(bit), rootOf(zeros, bit + 1), rootOf(ones, bit + 1));
}

describe("the authenticated map", () => {
  it("[MRK1] has the root that the spec writes out, whatever the order of rows", () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const model = new Map(pairs);
        const sorted = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1));
        const expected = Buffer.from(rootOf(sorted)).toString("hex");
        expect(merkleRoot(mapOf(pairs))).toBe(expected);
        expect(merkleRoot(mapOf(sorted.toReversed()))).toBe(expected);
      }),
    );
  });

  it("[MRK1] has the same root when only that is asked for", () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const map = mapOf(pairs);
        const inOrder = [...merkleRows(map)].map(([at, value]) => ({
          key: at,
          valueHash: hashOfValue(bytesOf(value)),
        }));
        expect(merkleRootOf(inOrder)).toBe(merkleRoot(map));
      }),
    );
  });

  it("[MRK1] holds what was set last, in order of keys, and no map changes", () => {
    fc.assert(
      fc.property(rows, key, fc.string(), (pairs, at, value) => {
        const map = mapOf(pairs);
        const root = merkleRoot(map);
        const model = new Map(pairs);
        expect([...merkleRows(map)]).toEqual([...model].toSorted(([a], [b]) => (a < b ? -1 : 1)));
        expect([map.size, merkleGet(map, at)]).toEqual([model.size, model.get(at)]);
        expect(merkleGet(merkleSet(map, at, value), at)).toBe(value);
        expect([merkleRoot(map), merkleGet(map, at)]).toEqual([root, model.get(at)]);
      }),
    );
  });

  it("[MRK1] hashes again only what a change touched", () => {
    let encoded = 0;
    const counting = createMerkleMap<number>((value) => {
      encoded++;
      return Uint8Array.of(value & 255);
    });
    const at = (index: number): Id => Buffer.from(hash(`key ${index}`)).toString("hex") as Id;
    const map = Array.from({ length: 1000 }, (_unused, index) => index).reduce(
      (sum, index) => merkleSet(sum, at(index), index),
      counting,
    );
    merkleRoot(map);
    encoded = 0;
    merkleRoot(merkleSet(merkleSet(map, at(7), 1), at(2000), 2));
    expect(encoded).toBe(2);
  });
});
