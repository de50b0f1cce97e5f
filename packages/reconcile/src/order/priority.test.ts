import { createHash } from "node:crypto";
import type { CheckpointId, EntryId } from "@amigos/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHeap } from "./heap.ts";
import { comparePriority, priorityOf } from "./priority.ts";

const checkpoint = "11".repeat(32) as CheckpointId;

describe("priority", () => {
  it("[ORD2] is the hash that the spec writes out, compared as bytes", () => {
    const entry = "22".repeat(32);
    const lot = createHash("sha256")
      .update("amigos/priority/1\0")
      .update(checkpoint, "hex")
      .update(entry, "hex")
      .digest("hex");
    expect(priorityOf(checkpoint, entry as EntryId)).toEqual({ lot });
    expect(comparePriority({ lot: "0a" }, { lot: "b0" })).toBeLessThan(0);
    expect(comparePriority({ lot: "0a" }, { lot: "0a" })).toBe(0);
  });

  it("[ORD2] the heap hands out the lowest first, whatever the order and between pushes", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(20), { nil: undefined })), (steps) => {
        const heap = createHeap<number>((a, b) => a - b);
        const model: number[] = [];
        for (const step of steps) {
          if (step === undefined) {
            model.sort((a, b) => a - b);
            expect(heap.pop()).toBe(model.shift());
          } else {
            heap.push(step);
            model.push(step);
          }
        }
      }),
    );
  });
});
