/** Messages through codes of which a camera misses some; the frames built a second time, from the spec. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createFrames, FrameCollector, isFrameText, type FrameProgress } from "@amigos/adapters/bundle-frames";
import { base32nopad } from "@scure/base";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDice } from "../src/contract/contract-case.ts";

const roll = createDice(5);
const messageOf = (length: number): Uint8Array => Uint8Array.from({ length }, () => roll(256));

/** Shows frames from `first` on and loses some, until the message is whole. How many it took, and what came out. */
function film(message: Uint8Array, { blockLength = 300, first = 0, lost = 0 } = {}) {
  const { frame, needed } = createFrames(message, { blockLength });
  const collector = new FrameCollector();
  let seen = 0;
  for (let number = first; ; number += 1) {
    if (roll(100) < lost) continue;
    seen += 1;
    const read = collector.add(frame(number));
    if (!read.ok) throw new Error(read.error.type);
    if (read.value.message !== undefined) return { seen, shown: number - first + 1, needed, whole: read.value.message };
  }
}

describe("frames", () => {
  test("[FRM1] [FRM3] give the message back from any of them, a few more than there are blocks", () => {
    const length = fc.integer({ min: 1, max: 5_000 });
    const options = fc.record({
      blockLength: fc.integer({ min: 20, max: 400 }),
      first: fc.nat(2 ** 24),
      lost: fc.nat(60),
    });
    fc.assert(
      fc.property(length, options, (size, wanted) => {
        const message = messageOf(size);
        const { seen, needed, whole } = film(message, wanted);
        expect(whole).toEqual(message);
        expect(seen).toBeLessThan(needed + 40);
      }),
      { numRuns: 60 },
    );
  });

  test("[FRM3] with every one of them seen, as many as there are blocks; with 30 % lost, two more on average", () => {
    expect(film(messageOf(4_096))).toMatchObject({ seen: 14, needed: 14 });
    const films = Array.from({ length: 100 }, () => film(messageOf(4_096), { lost: 30 }));
    const more = films.map(({ seen, needed }) => seen - needed);
    expect(more.reduce((sum, extra) => sum + extra, 0) / films.length).toBeLessThan(2);
    expect(Math.max(...films.map(({ shown }) => shown)), "45 frames are nine seconds").toBeLessThan(45);
  });

  test("[FRM1] the longest message takes longer blocks, and arrives with a third of the frames lost", () => {
    const message = messageOf(512 * 1024);
    const { needed, seen, whole } = film(message, { blockLength: 100, lost: 30 });
    expect([needed, whole.length]).toEqual([2048, message.length]);
    expect(Buffer.compare(whole, message)).toBe(0);
    expect(seen).toBeLessThan(2048 + 40);
    expect(() => createFrames(new Uint8Array(512 * 1024 + 1))).toThrow("524,288");
    expect(() => createFrames(new Uint8Array(0))).toThrow("1 to 524,288");
    for (const blockLength of [0, 1025]) expect(() => createFrames(message, { blockLength })).toThrow("1,024");
  });

  test("[FRM2] [FRM3] are what the spec writes out", () => {
    const sha = (...parts: readonly (string | Uint8Array)[]): Buffer =>
      parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
    for (const [length, blockLength] of [
      [3, 2],
      [700, 2],
      [40, 41],
    ] as const) {
      const message = messageOf(length);
      const count = Math.ceil(length / blockLength);
      const blocks = Array.from({ length: count }, (_unused, index) => {
        const block = Buffer.alloc(blockLength);
        Buffer.from(message).copy(block, 0, index * blockLength);
        return block;
      });
      const id = sha("amigos/frames/1\0", message).subarray(0, 8);
      const { frame } = createFrames(message, { blockLength });
      for (const number of [0, count - 1, count, count + 1, 2 ** 24 - 1]) {
        const n = Buffer.from([number >> 16, (number >> 8) & 255, number & 255]);
        const bits = [0, 1].flatMap((j) => [...sha("amigos/frame/1\0", id, n, Buffer.from([j]))]);
        const isIn = (index: number): boolean =>
          number < count ? index === number : (((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1;
        const chosen = blocks.filter((_block, index) => isIn(index));
        const sum = Buffer.alloc(blockLength);
        for (const block of chosen.length > 0 ? chosen : [blocks[number % count] as Buffer])
          for (const [at, byte] of block.entries()) sum[at] = (sum[at] ?? 0) ^ byte;
        const bytes = Buffer.concat([id, Buffer.from([0, length >> 8, length & 255]), n, sum]);
        expect(frame(number)).toBe(`AMIGOS:F${base32nopad.encode(bytes)}`);
      }
      expect(frame(2 ** 24)).toBe(frame(0));
    }
  });

  test("[FRM2] [FRM3] are those of the spec's example", () => {
    const { frame } = createFrames(Uint8Array.of(1, 2, 3), { blockLength: 2 });
    const page = readFileSync(new URL("../../../docs/spec/handover.md", import.meta.url), "utf8");
    const example = /of a message of three bytes[^\n]*\n\n```text\n([^`]*)```/.exec(page)?.[1];
    expect(example?.trim().split("\n")).toEqual([0, 1, 4].map(frame));
  });

  test.each([
    ["a bundle", "AMIGOS:BABCD", "not-a-frame"],
    ["nothing", "", "not-a-frame"],
    ["the prefix alone", "AMIGOS:F", "frame-malformed"],
    ["a header alone", frameOf(0, 5, []), "frame-malformed"],
    ["no base32", "AMIGOS:F0189", "frame-malformed"],
    ["a dotless i, which becomes an I", `AMIGOS:F${"\u0131".repeat(32)}`, "frame-malformed"],
    ["a cut off byte", frameOf(0, 5, [1]).slice(0, -1), "frame-malformed"],
    ["no length", frameOf(0, 0, [1]), "frame-malformed"],
    ["a message that is too long", frameOf(0, 512 * 1024 + 1, Array<number>(1024).fill(1)), "frame-malformed"],
    ["more blocks than there may be", frameOf(0, 2049, [1]), "frame-malformed"],
    ["a novel", `AMIGOS:F${"A".repeat(100_000)}`, "frame-malformed"],
    ["a block that is too long", frameOf(0, 2000, Array<number>(1025).fill(1)), "frame-malformed"],
  ])("[FRM2] %s is none", (_what, text, type) => {
    expect(new FrameCollector().add(text)).toMatchObject({ ok: false, error: { type } });
    expect(isFrameText(text)).toBe(type !== "not-a-frame");
  });

  test("[FRM2] at their bounds, in lower case and with spaces around them they are read", () => {
    const good = [
      frameOf(0, 2048, [1]),
      frameOf(0, 512 * 1024, Array<number>(1024).fill(1)),
      ` ${frameOf(0, 5, [1]).toLowerCase()}\n`,
    ];
    for (const text of good) expect(new FrameCollector().add(text)).toMatchObject({ ok: true });
  });
});

describe("collecting frames", () => {
  const progressOf = (result: ReturnType<FrameCollector["add"]>): FrameProgress => {
    if (!result.ok) throw new Error(result.error.type);
    return result.value;
  };

  test("[FRM4] says how far it is, and a frame that was seen already tells nothing", () => {
    const { frame, needed } = createFrames(messageOf(900));
    const collector = new FrameCollector();
    expect(progressOf(collector.add(frame(1)))).toEqual({ collected: 1, needed, message: undefined });
    expect(progressOf(collector.add(frame(1))).collected).toBe(1);
    expect(progressOf(collector.add(frame(2))).collected).toBe(2);
    expect(collector.add("hello")).toEqual({ ok: false, error: { type: "not-a-frame" } });
    expect(progressOf(collector.add(frame(0))).message?.length).toBe(900);
    expect(progressOf(collector.add(frame(7))).message?.length, "and once more").toBe(900);
  });

  test("[FRM4] a frame of another message is left aside, and several in a row begin theirs", () => {
    const [one, other] = [createFrames(messageOf(900)), createFrames(messageOf(900))];
    const collector = new FrameCollector();
    const astray = { ok: false, error: { type: "frame-astray" } };
    collector.add(one.frame(0));
    for (const number of [0, 1, 2]) expect(collector.add(other.frame(number))).toEqual(astray);
    expect(progressOf(collector.add(one.frame(1))).collected).toBe(2);
    for (const number of [0, 1, 2]) expect(collector.add(other.frame(number))).toEqual(astray);
    expect(progressOf(collector.add(other.frame(2))).collected).toBe(1);
    expect(collector.add(one.frame(2))).toEqual(astray);
  });

  test("[FRM4] one message cut in two ways is two", () => {
    const message = messageOf(900);
    const collector = new FrameCollector();
    collector.add(createFrames(message).frame(0));
    const coarse = createFrames(message, { blockLength: 400 });
    expect(collector.add(coarse.frame(0))).toMatchObject({ error: { type: "frame-astray" } });
  });

  test("[FRM4] frames that lie give no message, and the honest ones do after that", () => {
    const message = messageOf(900);
    const { frame } = createFrames(message);
    const [zero, one] = [frame(0), frame(1)];
    const liar = zero.slice(0, -8) + (zero.endsWith("AAAAAAAA") ? "BAAAAAAA" : "AAAAAAAA");
    const collector = new FrameCollector();
    collector.add(liar);
    collector.add(one);
    expect(collector.add(frame(2))).toEqual({ ok: false, error: { type: "message-damaged" } });
    const ends = [frame(0), frame(1), frame(2)].map((text) => progressOf(collector.add(text)).message);
    expect(ends.at(-1)).toEqual(message);
  });
});

function frameOf(number: number, length: number, combination: readonly number[]): string {
  const bytes = [length, number].flatMap((value) => [value >> 16, (value >> 8) & 255, value & 255]);
  return `AMIGOS:F${base32nopad.encode(Uint8Array.from([...Array<number>(8).fill(7), ...bytes, ...combination]))}`;
}
