import { createHash } from "node:crypto";
import type { CheckpointId, EntryId } from "@amigos/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHeap } from "./heap.ts";
import { isJudgedBefore, lots, type Priority } from "./priority.ts";

const checkpoint = "11".repeat(32) as CheckpointId;

const plain = (lot: string): Priority => ({ weight: 0n, isCoveredByFloat: false, lot });

describe("priority", () => {
  it("[ORD2] the lot is the hash that the spec writes out, compared as bytes", () => {
    const entry = "22".repeat(32);
    const lot = createHash("sha256")
      .update("amigos/priority/1\0")
      .update(checkpoint, "hex")
      .update(entry, "hex")
      .digest("hex");
    expect(lots(checkpoint)(entry as EntryId)).toBe(lot);
    expect(isJudgedBefore(plain("0a"), plain("b0"))).toBe(true);
    expect(isJudgedBefore(plain("b0"), plain("0a"))).toBe(false);
  });

  it("[ORD2] weight comes before float, and float before the lot", () => {
    const unlucky = "ff";
    const inOrder: readonly Priority[] = [
      { weight: 3n, isCoveredByFloat: false, lot: unlucky },
      { weight: 2n, isCoveredByFloat: true, lot: unlucky },
      { weight: 2n, isCoveredByFloat: false, lot: unlucky },
      { weight: 0n, isCoveredByFloat: true, lot: unlucky },
      plain("00"),
      plain("01"),
    ];
    expect(inOrder.toReversed().toSorted((a, b) => (isJudgedBefore(a, b) ? -1 : 1))).toEqual(inOrder);
    for (const priority of inOrder) expect(isJudgedBefore(priority, priority)).toBe(false);
  });

  it("[ORD2] the heap hands out the lowest first, whatever the order and between pushes", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(20))), fc.nat(10), (batches, between) => {
        const heap = createHeap<number>((a, b) => a < b);
        const model: number[] = [];
        const popAndCompare = (count: number): void => {
          model.sort((a, b) => a - b);
          const expected = model.splice(0, count);
          expect(expected.map(() => heap.pop())).toEqual(expected);
        };
        for (const batch of batches) {
          for (const item of batch) heap.push(item);
          model.push(...batch);
          popAndCompare(between);
        }
        popAndCompare(model.length);
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});
