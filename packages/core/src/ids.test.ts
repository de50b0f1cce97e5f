import { expect, it } from "vitest";
import { checkpointTag, height, idFromBytes, isIdText, networkTag, sequence, timeMs, type EntryId } from "./ids.ts";
import type { CheckpointId, NetworkId } from "./ids.ts";
import * as limits from "./limits.ts";

it("[ID1] ids are 32 bytes as 64 lower-case hex digits; numbers are whole and exact", () => {
  expect(idFromBytes<EntryId>(new Uint8Array(32).fill(0xab))).toBe("ab".repeat(32));
  expect(() => idFromBytes<EntryId>(new Uint8Array(31))).toThrow("32 bytes");
  const id = "ab".repeat(32);
  expect(isIdText(id)).toBe(true);
  expect([id.toUpperCase(), id.slice(1), `a${id}`, `${id}a`, `${id}\n`].some(isIdText)).toBe(false);
  for (const make of [sequence, height, timeMs]) {
    expect(make(limits.INTEGER_MAX)).toBe(2 ** 53 - 1);
    for (const wrong of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => make(wrong)).toThrow("whole number");
  }
});

it("[ENT2] [ENT3] tags are the first 4 bytes of a network's id, and the first 8 of a checkpoint's", () => {
  const id = "0123456789abcdef".repeat(4);
  expect([networkTag(id as NetworkId), checkpointTag(id as CheckpointId)]).toEqual(["01234567", "0123456789abcdef"]);
});
