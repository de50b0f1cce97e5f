/**
 * A message as codes that are shown one after another, for a camera that misses some (spec [FRM1]): a random linear fountain.
 * Any frames will do, whichever they are and in whatever order, as soon as there are a few more than the message has blocks.
 *
 * @see M. Luby, LT Codes (2002), for what a fountain is; dense combinations and elimination need fewer frames than sparse ones
 * where blocks are few, as they are here.
 */
import { assert } from "@amigos/core";
import { xorInto } from "./blocks.ts";
import {
  BLOCK_LENGTH_MAX,
  blockCount,
  BLOCKS_MAX,
  combinedBlocks,
  frameToText,
  MESSAGE_LENGTH_MAX,
  messageId,
  wrapNumber,
} from "./frame.ts";

export interface Frames {
  /** How many frames a camera has to catch at least. */
  readonly needed: number;
  /** The frame of a number, as text for a code in its alphanumeric mode. Goes on for ever: show 0, 1, 2 and so on. */
  readonly frame: (number: number) => string;
}

export interface FramesOptions {
  /** Bytes of the message in one frame: more of them are fewer but finer codes. Longer messages take longer blocks. */
  readonly blockLength?: number;
}

/** A code of about 500 characters: coarse enough for a camera, and 4 KB are fourteen of them. */
const BLOCK_LENGTH = 300;

/** Asserts that the message is of 1 to 524,288 bytes. */
export function createFrames(message: Uint8Array, { blockLength = BLOCK_LENGTH }: FramesOptions = {}): Frames {
  assert(message.length > 0 && message.length <= MESSAGE_LENGTH_MAX, "a message is of 1 to 524,288 bytes");
  assert(blockLength > 0 && blockLength <= BLOCK_LENGTH_MAX, "a block is of 1 to 1,024 bytes");
  const size = Math.max(blockLength, Math.ceil(message.length / BLOCKS_MAX));
  const needed = blockCount(message.length, size);
  const padded = new Uint8Array(needed * size);
  padded.set(message);
  const id = messageId(message);
  return {
    needed,
    frame: (shown) => {
      const number = wrapNumber(shown);
      const chosen = combinedBlocks({ message: id, number }, needed);
      const combination = new Uint8Array(size);
      for (let block = 0; block < needed; block += 1) {
        if (((chosen[block >> 5] as number) & (1 << (block & 31))) !== 0)
          xorInto(combination, padded.subarray(block * size, (block + 1) * size));
      }
      return frameToText({ message: id, length: message.length, number, combination });
    },
  };
}
