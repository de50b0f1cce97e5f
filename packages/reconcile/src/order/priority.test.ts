import { createHash } from "node:crypto";
import type { CheckpointId, EntryId } from "@amigos/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHeap } from "./heap.ts";
import { comparePriority, priorities } from "./priority.ts";

const checkpoint = "11".repeat(32) as CheckpointId;

describe("priority", () => {
  it("[ORD2] is the hash that the spec writes out, compared as bytes", () => {
    const entry = "22".repeat(32);
    const lot = createHash("sha256")
      .update("amigos/priority/1\0")
      .update(checkpoint, "hex")
      .update(entry, "hex")
      .digest("hex");
    expect(priorities(checkpoint)(entry as EntryId)).toEqual({ lot });
    expect(comparePriority({ lot: "0a" }, { lot: "b0" })).toBeLessThan(0);
    expect(comparePriority({ lot: "0a" }, { lot: "0a" })).toBe(0);
  });

  it("[ORD2] the heap hands out the lowest first, whatever the order and between pushes", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(20))), fc.nat(10), (batches, between) => {
        const heap = createHeap<number>((a, b) => a - b);
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
