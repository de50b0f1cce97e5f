/**
 * Deterministic CBOR (RFC 8949 §4.2.1) for bodies, cut down to what bodies need: unsigned integers, byte strings, text,
 * arrays, and maps whose keys are unsigned integers. Floats are left out on purpose: 2^62 as an integer and as a float
 * would be two encodings of one amount. Decoding is strict: decode, encode again, compare (spec [ENC1]). Whatever does
 * not come back byte for byte is not canonical, whatever the library forgave on the way.
 */
import { decode, encode, Tokenizer, type Token } from "cborg";
import { equalBytes, plainBytes } from "../bytes.ts";
import { NESTING_MAX } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";

export type CborValue = number | bigint | string | Uint8Array | readonly CborValue[] | ReadonlyMap<number, CborValue>;

/** `offset` is where in the bytes the trouble starts; `reason` is for people. */
export type CborError =
  | { readonly type: "malformed"; readonly reason: string; readonly offset: number }
  | { readonly type: "not-canonical"; readonly offset: number };

const DECODE_OPTIONS = {
  strict: true,
  useMaps: true,
  allowIndefinite: false,
  allowBigInt: true,
  rejectDuplicateMapKeys: true,
} as const;

/** The bytes of a value, in a buffer of their own: what is kept or posted to another thread is no longer than it looks. */
export function encodeCbor(value: CborValue): Uint8Array {
  const bytes = encode(value);
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}

/** Decodes one item that fills `bytes` exactly, and that we would have encoded to these very bytes. Never throws. */
export function decodeCbor(bytes: Uint8Array): Result<unknown, CborError> {
  const tokenizer = new BodyTokenizer(plainBytes(bytes), DECODE_OPTIONS);
  let value: unknown;
  try {
    value = decode(bytes, { ...DECODE_OPTIONS, tokenizer });
  } catch (error) {
    return err({ type: "malformed", reason: reasonOf(error), offset: tokenizer.pos() });
  }
  const again = encode(value);
  return equalBytes(bytes, again) ? ok(value) : err({ type: "not-canonical", offset: firstDifference(bytes, again) });
}

const UNSIGNED = 0;
const ARRAY = 4;
const MAP = 5;
/** Major types of bodies: unsigned integer, byte string, text, array, map. */
const ALLOWED_MAJORS: ReadonlySet<number> = new Set([UNSIGNED, 2, 3, ARRAY, MAP]);

/** Refuses what bodies do not have before anything is built of it, and bounds how deep the decoder may have to go. */
class BodyTokenizer extends Tokenizer {
  /** Items still to come in each array or map that is open. */
  readonly #open: { readonly isMap: boolean; left: number }[] = [];

  override next(): Token {
    const major = (this.data[this.pos()] ?? 0) >> 5;
    const parent = this.#open.at(-1);
    const isKey = parent?.isMap === true && parent.left % 2 === 0;
    if (!ALLOWED_MAJORS.has(major)) throw new NotABody("a kind of value that bodies do not have");
    if (isKey && major !== UNSIGNED) throw new NotABody("a key that is not an unsigned integer");
    const token = super.next();
    if (parent !== undefined) parent.left--;
    if (major === ARRAY || major === MAP)
      this.#open.push({ isMap: major === MAP, left: token.value * (major === MAP ? 2 : 1) });
    if (this.#open.length > NESTING_MAX) throw new NotABody("arrays and maps nested too deeply");
    while (this.#open.at(-1)?.left === 0) this.#open.pop();
    return token;
  }
}

class NotABody extends Error {}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace("CBOR decode error: ", "") : "not CBOR";
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const shorter = a.length < b.length ? a.length : b.length;
  for (let index = 0; index < shorter; index++) if (a[index] !== b[index]) return index;
  return shorter;
}
