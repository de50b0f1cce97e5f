/**
 * One frame of a message that is too long for one code (spec [FRM2]): which message it belongs to, its number, and a block, or
 * several in one. Fixed places, because whoever films a screen may catch any frame first.
 */
import {
  bytesToHex,
  bytesToShown,
  concatBytes,
  err,
  hexToBytes,
  isShown,
  ok,
  sha256,
  shownToBytes,
  type Result,
} from "@amigos/core";

/** As long as the longest bundle. */
export const MESSAGE_LENGTH_MAX: number = 512 * 1024;
export const BLOCK_LENGTH_MAX = 1024;
/** What a phone can solve for while it films. */
export const BLOCKS_MAX = 2048;
const NUMBERS = 2 ** 24;

const PREFIX = "AMIGOS:F";
const ID_LENGTH = 8;
const HEADER_LENGTH: number = ID_LENGTH + 3 + 3;
const FRAME_LENGTH_MAX: number = HEADER_LENGTH + BLOCK_LENGTH_MAX;

export interface Frame {
  /** Of the message: 8 bytes of its hash, as hex. */
  readonly message: string;
  /** Of the message, in bytes. */
  readonly length: number;
  readonly number: number;
  /** As long as a block. */
  readonly combination: Uint8Array;
}

export type FrameError =
  | { readonly type: "not-a-frame" }
  | { readonly type: "frame-malformed"; readonly reason: string };

/** What a message is called in its frames. */
export function messageId(message: Uint8Array): string {
  const hash = sha256(concatBytes(new TextEncoder().encode("amigos/frames/1\0"), message));
  return bytesToHex(hash.subarray(0, ID_LENGTH));
}

export function isFrameText(text: string): boolean {
  return isShown(PREFIX, text);
}

export function frameToText({ message, length, number, combination }: Frame): string {
  const header = concatBytes(hexToBytes(message), uint24(length), uint24(number));
  return bytesToShown(PREFIX, concatBytes(header, combination));
}

export function textToFrame(text: string): Result<Frame, FrameError> {
  const shown = shownToBytes(PREFIX, text, FRAME_LENGTH_MAX);
  if (!shown.ok)
    return shown.error.type === "other-prefix" ? err({ type: "not-a-frame" }) : malformed(shown.error.type);
  const bytes = shown.value;
  if (bytes.length <= HEADER_LENGTH) return malformed("shorter than a frame");
  const length = readUint24(bytes, ID_LENGTH);
  const combination = bytes.slice(HEADER_LENGTH);
  if (length === 0 || length > MESSAGE_LENGTH_MAX) return malformed("no message is so long");
  if (blockCount(length, combination.length) > BLOCKS_MAX) return malformed("more blocks than there may be");
  const message = bytesToHex(bytes.subarray(0, ID_LENGTH));
  return ok({ message, length, number: readUint24(bytes, ID_LENGTH + 3), combination });
}

export function blockCount(length: number, blockLength: number): number {
  return Math.ceil(length / blockLength);
}

/** After the last number comes the first again. */
export function wrapNumber(number: number): number {
  return number % NUMBERS;
}

/**
 * Which blocks a frame combines, as bits: block `i` is bit `i % 32` of word `i / 32`. The first frames are the blocks
 * themselves; each later one is about half of them, chosen by hashes, so that nearly every one tells something new
 * (spec [FRM3]).
 */
export function combinedBlocks({ message, number }: Pick<Frame, "message" | "number">, count: number): Uint32Array {
  const chosen = new Uint32Array(Math.ceil(count / 32));
  if (number < count) {
    setBit(chosen, number);
    return chosen;
  }
  const seed = concatBytes(new TextEncoder().encode("amigos/frame/1\0"), hexToBytes(message), uint24(number));
  for (let from = 0; from < count; from += 256) {
    const hash = sha256(concatBytes(seed, Uint8Array.of(from / 256)));
    for (let bit = 0; bit < 256 && from + bit < count; bit += 1)
      if (((hash[bit >> 3] as number) & (0x80 >> (bit & 7))) !== 0) setBit(chosen, from + bit);
  }
  if (chosen.every((word) => word === 0)) setBit(chosen, number % count);
  return chosen;
}

function setBit(words: Uint32Array, index: number): void {
  words[index >> 5] = (words[index >> 5] as number) | (1 << (index & 31));
}

function uint24(value: number): Uint8Array {
  return Uint8Array.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
}

function readUint24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
}

function malformed(reason: string): Result<never, FrameError> {
  return err({ type: "frame-malformed", reason });
}
