/**
 * Messages in frames (spec [NOI3]): a Noise message has at most 65 535 bytes, so a message of a link is sealed in parts. The
 * first byte inside each says whether more follow; so nobody on the way can end a message early or join two.
 */
import { err, ok, type Result } from "@amigos/core";
import type { CipherState } from "./cipher-state.ts";
import type { NoiseError } from "./noise-nn.ts";
import { TAG_BYTES } from "./primitives.ts";

/** A frame that was not the next, or was none; or a message beyond its bound. The connection is of no use then. */
export type FrameError = NoiseError | { readonly type: "too-large"; readonly size: number; readonly sizeMax: number };

/** Noise §3. */
const FRAME_BYTES_MAX = 65_535;
const MORE_FOLLOW = 0;
const LAST = 1;
/** What of a message fits a frame, beside its first byte. */
const PART_BYTES: number = FRAME_BYTES_MAX - TAG_BYTES - 1;

/** One frame after the other, so that only one is held beside what waits in the link. Stops early when no nonce is left. */
export function* sealMessage(cipher: CipherState, message: Uint8Array): Generator<Uint8Array | undefined, void> {
  let start = 0;
  do {
    const part = message.subarray(start, start + PART_BYTES);
    start += PART_BYTES;
    const plaintext = new Uint8Array(part.length + 1);
    plaintext[0] = start < message.length ? MORE_FOLLOW : LAST;
    plaintext.set(part, 1);
    yield cipher.seal(plaintext);
  } while (start < message.length);
}

const FAILED: Result<never, NoiseError> = err({ type: "encryption-failed" });

/** Puts messages together again. After an error it is of no use any more. */
export class FrameReader {
  readonly #cipher: CipherState;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(cipher: CipherState) {
    this.#cipher = cipher;
  }

  /** The message of at most `sizeMax` bytes that this frame ends, or `undefined` while more follow. */
  read(frame: Uint8Array, sizeMax: number): Result<Uint8Array | undefined, FrameError> {
    const plaintext = frame.length <= FRAME_BYTES_MAX ? this.#cipher.open(frame) : undefined;
    if (plaintext === undefined) return FAILED;
    const [mark] = plaintext;
    const part = plaintext.subarray(1);
    // What more follow is full: so a message has at most as many parts as fit its bound, and empty ones do not come for ever.
    if (mark !== LAST && (mark !== MORE_FOLLOW || part.length !== PART_BYTES)) return FAILED;
    this.#size += part.length;
    if (this.#size > sizeMax) return err({ type: "too-large", size: this.#size, sizeMax });
    this.#parts.push(part);
    return ok(mark === LAST ? this.#take() : undefined);
  }

  #take(): Uint8Array {
    const message = joinParts(this.#parts, this.#size);
    this.#parts = [];
    this.#size = 0;
    return message;
  }
}

/** A message of one part is that part, which nobody else holds. */
function joinParts(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const message = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    message.set(part, offset);
    offset += part.length;
  }
  return message;
}
