import { createHash } from "node:crypto";
import type { CheckpointId, EntryId, SessionId } from "@amigos/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHeap } from "./heap.ts";
import { judgedBefore, lots, type Priority } from "./priority.ts";

const checkpoint = "11".repeat(32) as CheckpointId;

const lotOf = lots(checkpoint);
const isJudgedBefore = judgedBefore(lotOf);

const plain = (lot: string, entry = "00".repeat(32)): Priority => ({
  weight: 0n,
  isCoveredByFloat: false,
  lot,
  entry: entry as EntryId,
});

describe("priority", () => {
  it("[ORD2] a lot is the hash that the spec writes out, whoever asks", () => {
    const id = "22".repeat(32);
    const lot = createHash("sha256")
      .update("amigos/priority/1\0")
      .update(checkpoint, "hex")
      .update(id, "hex")
      .digest("hex");
    expect([lotOf(id as EntryId), lotOf(id as SessionId)]).toEqual([lot, lot]);
    expect(lots("12".repeat(32) as CheckpointId)(id as EntryId)).not.toBe(lot);
  });

  it("[ORD2] weight comes before float, float before the lots of sessions, and those before the lots of entries", () => {
    const unlucky = plain("ff");
    const [first, second] = ["22", "33"]
      .map((byte) => byte.repeat(32))
      .toSorted((a, b) => (lotOf(a as EntryId) < lotOf(b as EntryId) ? -1 : 1));
    const inOrder: readonly Priority[] = [
      { ...unlucky, weight: 3n },
      { ...unlucky, weight: 2n, isCoveredByFloat: true },
      { ...unlucky, weight: 2n },
      { ...unlucky, isCoveredByFloat: true },
      plain("0a", second),
      plain("b0", first),
      plain("b0", second),
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
