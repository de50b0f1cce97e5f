/**
 * Whoever films the codes of a message: takes frames as they come and solves for the blocks by elimination (spec [FRM4]). What
 * it holds is bounded by one message, and it gives out nothing that does not have the hash which every frame names.
 */
import { err, ok, type Result } from "@amigos/core";
import { nextBit, xorInto } from "./blocks.ts";
import { blockCount, combinedBlocks, messageId, textToFrame, type Frame, type FrameError } from "./frame.ts";

export interface FrameProgress {
  /** Frames that told something new. */
  readonly collected: number;
  /** How many of them it takes. */
  readonly needed: number;
  /** The message, when it is whole. */
  readonly message: Uint8Array | undefined;
}

export type CollectError =
  | FrameError
  /** A frame of another message, or of this one cut otherwise. It is left aside. */
  | { readonly type: "frame-astray" }
  /** All frames together are another message than each of them named. The collector begins anew. */
  | { readonly type: "message-damaged" };

/** After so many frames of another message and none of this one, somebody shows another message. */
const ASTRAY_MAX = 4;

/** What two frames of one message have in common. */
type Subject = Pick<Frame, "message" | "length"> & { readonly blockLength: number };

export class FrameCollector {
  #subject: Subject | undefined;
  #solver = new Solver(0);
  #astray = 0;

  /** One code that was read. */
  add(text: string): Result<FrameProgress, CollectError> {
    const frame = textToFrame(text);
    if (!frame.ok) return frame;
    const subject = { ...frame.value, blockLength: frame.value.combination.length };
    if (this.#subject !== undefined && !isSame(this.#subject, subject)) {
      this.#astray += 1;
      if (this.#astray < ASTRAY_MAX) return err({ type: "frame-astray" });
      this.#subject = undefined;
    }
    if (this.#subject === undefined) this.#begin(subject);
    this.#astray = 0;
    return this.#take(frame.value, subject);
  }

  #begin({ message, length, blockLength }: Subject): void {
    this.#subject = { message, length, blockLength };
    this.#solver = new Solver(blockCount(length, blockLength));
  }

  #take(frame: Frame, { message, length }: Subject): Result<FrameProgress, CollectError> {
    const solver = this.#solver;
    solver.add(combinedBlocks(frame, solver.count), frame.combination);
    const progress = { collected: solver.rank, needed: solver.count };
    if (solver.rank < solver.count) return ok({ ...progress, message: undefined });
    const whole = solver.solve().subarray(0, length);
    if (messageId(whole) === message) return ok({ ...progress, message: whole });
    this.#subject = undefined;
    return err({ type: "message-damaged" });
  }
}

function isSame(a: Subject, b: Subject): boolean {
  return a.message === b.message && a.length === b.length && a.blockLength === b.blockLength;
}

/** An equation: the sum of these blocks is this. */
interface Row {
  readonly blocks: Uint32Array;
  readonly sum: Uint8Array;
}

/** Linear equations over GF(2), one for each frame, kept in echelon form: a row at `i` begins with block `i`. */
class Solver {
  readonly count: number;
  readonly #rows: (Row | undefined)[];
  rank = 0;

  constructor(count: number) {
    this.count = count;
    this.#rows = Array.from({ length: count });
  }

  add(blocks: Uint32Array, sum: Uint8Array): void {
    for (let first = nextBit(blocks, 0); first !== undefined; first = nextBit(blocks, first)) {
      const row = this.#rows[first];
      if (row === undefined) {
        this.#rows[first] = { blocks, sum };
        this.rank += 1;
        return;
      }
      xorInto(blocks, row.blocks);
      xorInto(sum, row.sum);
    }
  }

  /** The blocks one after another. Call it with as many independent equations as there are blocks. */
  solve(): Uint8Array {
    const rows = this.#rows as readonly Row[];
    for (const { blocks, sum } of rows.toReversed()) {
      const [first] = [nextBit(blocks, 0) as number];
      // The rows below are solved: each is its own block and no other.
      for (let other = nextBit(blocks, first + 1); other !== undefined; other = nextBit(blocks, other + 1))
        xorInto(sum, (rows[other] as Row).sum);
      blocks.fill(0);
      blocks[first >> 5] = 1 << (first & 31);
    }
    const length = rows[0]?.sum.length ?? 0;
    const whole = new Uint8Array(this.count * length);
    for (const [index, { sum }] of rows.entries()) whole.set(sum, index * length);
    return whole;
  }
}
