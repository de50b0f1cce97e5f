/**
 * The maintained library by which our codec is judged: CBOR by cborg, strictly decoded, encoded again and compared. It
 * shares nothing with what it judges but the kinds of value that bodies have.
 */
import { decode, encode, Tokenizer, type Token } from "cborg";
import { NESTING_MAX } from "../../src/limits.ts";

const DECODE_OPTIONS = {
  strict: true,
  useMaps: true,
  allowIndefinite: false,
  allowBigInt: true,
  rejectDuplicateMapKeys: true,
} as const;

/** The bytes of a value. */
export function encodeByCborg(value: unknown): Uint8Array {
  return encode(value);
}

/** What bytes are the one encoding of, or that they are that of nothing which bodies have. */
export function decodeByCborg(bytes: Uint8Array): { readonly value: unknown } | "refused" {
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const value: unknown = decode(plain, {
      ...DECODE_OPTIONS,
      tokenizer: new BodyTokenizer(plain, DECODE_OPTIONS),
    });
    return Buffer.compare(encode(value), plain) === 0 ? { value } : "refused";
  } catch {
    return "refused";
  }
}

const UNSIGNED = 0;
const ARRAY = 4;
const MAP = 5;
/** Major types of bodies: unsigned integer, byte string, text, array, map. */
const ALLOWED_MAJORS: ReadonlySet<number> = new Set([UNSIGNED, 2, 3, ARRAY, MAP]);

/** Refuses what bodies do not have, and what is nested too deeply. */
class BodyTokenizer extends Tokenizer {
  /** Items still to come in each array or map that is open. */
  readonly #open: { readonly isMap: boolean; left: number }[] = [];

  override next(): Token {
    const major = (this.data[this.pos()] ?? 0) >> 5;
    const parent = this.#open.at(-1);
    const isKey = parent?.isMap === true && parent.left % 2 === 0;
    if (!ALLOWED_MAJORS.has(major) || (isKey && major !== UNSIGNED)) throw new NotABody();
    const token = super.next();
    if (isKey && typeof token.value === "bigint") throw new NotABody();
    if (parent !== undefined) parent.left--;
    if (major === ARRAY || major === MAP)
      this.#open.push({ isMap: major === MAP, left: token.value * (major === MAP ? 2 : 1) });
    if (this.#open.length > NESTING_MAX) throw new NotABody();
    while (this.#open.at(-1)?.left === 0) this.#open.pop();
    return token;
  }
}

class NotABody extends Error {}
