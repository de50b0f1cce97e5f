import { describe, expect, it } from "vitest";
import { decodeWith, encodeWith } from "../encoding/schema.ts";
import { encodeCbor } from "../encoding/cbor.ts";
import { isRegion, isWithinRegion, regionSchema, type Region } from "./region.ts";

describe("regions", () => {
  it.each([
    ["CH", true],
    ["CH-ZH", true],
    ["CH-Z", true],
    ["GB-ENG", true],
    ["FR-75", true],
    ["", false],
    ["C", false],
    ["CHE", false],
    ["ch", false],
    ["Ch", false],
    ["CH-", false],
    ["CH-zh", false],
    ["CH-ZURI", false],
    ["CH-ZH-1", false],
    ["CH_ZH", false],
    ["C1", false],
    ["CH\n", false],
    [" CH", false],
    ["ÇH", false],
  ])("[TERM3] %j is a region: %s", (text, isOne) => {
    expect(isRegion(text)).toBe(isOne);
    const read = decodeWith(regionSchema, encodeCbor(text), 64);
    expect(read.ok ? encodeWith(regionSchema, read.value) : read.error).toEqual(
      isOne ? encodeCbor(text) : { type: "schema-mismatch", path: "", expected: "region" },
    );
  });

  it("[TERM3] a region is text, and nothing else", () => {
    for (const value of [0, Uint8Array.of(0x43, 0x48), ["CH"]])
      expect(decodeWith(regionSchema, encodeCbor(value), 64).ok).toBe(false);
  });

  it.each([
    ["CH", "CH", true],
    ["CH-ZH", "CH", true],
    ["CH-ZH", "CH-ZH", true],
    ["CH", "CH-ZH", false],
    ["CH-ZH", "CH-Z", false],
    ["CH-ZG", "CH-ZH", false],
    ["DE", "CH", false],
  ])("[TERM3] %s is within %s: %s", (inner, outer, isWithin) => {
    expect(isWithinRegion(inner as Region, outer as Region)).toBe(isWithin);
  });
});
