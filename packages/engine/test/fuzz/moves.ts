/**
 * What a hostile client does, as plain data: each move is a message as an honest device would send it, and what is wrong
 * with it, at which layer. A script of moves is always played the same way, so one that finds something can be kept.
 */
import fc from "fast-check";

const MESSAGE_KINDS = [
  "bundle",
  "control",
  "log",
  "set",
  "request",
  "unavailable",
  "record-part",
  "state-part",
  "checkpoints-request",
  "state-request",
  "announcement",
  "flush-request",
  "flush-reply",
  "end",
  "refusal",
] as const;

/** Where in the bytes, as a fraction of their length in 65 536ths; and what for. */
export interface Mutation {
  readonly type: "flip" | "overwrite" | "insert" | "cut" | "repeat" | "end";
  readonly at: number;
  readonly value: number;
  readonly length: number;
}

export interface Move {
  readonly kind: (typeof MESSAGE_KINDS)[number];
  /** Which of the honest messages of that kind, and which numbers are in it. */
  readonly choice: number;
  /** What is mutated: the message as it travels, what it carries, or the record within, in a faultless envelope. */
  readonly layer: "message" | "payload" | "record";
  readonly mutations: readonly Mutation[];
}

/** Bytes that mean something in CBOR or in a change: ends, nulls, great lengths, and what a field may begin with. */
const TELLING_BYTES = [0x00, 0x01, 0x18, 0x1b, 0x40, 0x5b, 0x7f, 0x80, 0x81, 0x9b, 0x9f, 0xa0, 0xbf, 0xf6, 0xfb, 0xff];

const mutation: fc.Arbitrary<Mutation> = fc.record({
  type: fc.constantFrom("flip", "flip", "flip", "overwrite", "overwrite", "insert", "cut", "repeat", "end"),
  // What counts stands at the beginning more often than not.
  at: fc.oneof(fc.nat({ max: 65_535 }), fc.nat({ max: 2_000 })),
  value: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...TELLING_BYTES)),
  length: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 64 })),
});

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom(...MESSAGE_KINDS),
  choice: fc.nat({ max: 65_535 }),
  layer: fc.constantFrom("message", "payload", "payload", "record", "record", "record"),
  // Some are faultless: they bring the victim to where the next one hurts.
  mutations: fc.oneof(fc.array(mutation, { maxLength: 1 }), fc.array(mutation, { maxLength: 3 })),
});

/** The moves of a seed: always the same. */
export function movesOf(seed: number, count: number): readonly Move[] {
  return fc.sample(move, { seed, numRuns: count });
}

export function mutate(bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  return mutations.reduce(mutateOnce, bytes);
}

function mutateOnce(bytes: Uint8Array, { type, at, value, length }: Mutation): Uint8Array {
  const from = Math.floor((at * (bytes.length + 1)) / 65_536);
  const [before, part, after] = [
    bytes.slice(0, from),
    bytes.slice(from, from + length),
    bytes.slice(from + length),
  ] as const;
  switch (type) {
    case "flip":
      return join(
        before,
        part.subarray(0, 1).map((byte) => byte ^ (1 << (value % 8))),
        part.subarray(1),
        after,
      );
    case "overwrite":
      return join(before, part.fill(value), after);
    case "insert":
      return join(before, new Uint8Array(length).fill(value), part, after);
    case "cut":
      return join(before, after);
    case "repeat":
      return join(before, part, part, after);
    case "end":
      return before;
  }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
