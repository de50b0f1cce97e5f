/** Edwards25519 by hand, as far as hostile keys and signatures need it: small-order points in all their encodings. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

const { Point } = ed25519;
type Point = typeof Point.BASE;

/** The field's prime, 2^255 - 19. */
const P = 2n ** 255n - 19n;
/** The order of the base point (RFC 8032 §5.1). */
export const ORDER: bigint = 2n ** 252n + 27742317777372353535851937790883648493n;

export function bytesOf(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let index = 0, rest = value; index < 32; index++, rest >>= 8n) bytes[index] = Number(rest & 255n);
  return bytes;
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** Double and add, for scalars of any size. */
export function multiply(point: Point, scalar: bigint): Point {
  let sum = Point.ZERO;
  for (let doubled = point, rest = scalar; rest > 0n; rest >>= 1n, doubled = doubled.double()) {
    if (rest & 1n) sum = sum.add(doubled);
  }
  return sum;
}

/** The eight points whose order divides 8: what is left of any point after multiplying by the order of the base. */
export function torsionPoints(): readonly Point[] {
  for (let y = 2n; ; y++) {
    const generator = torsionOf(y);
    if (generator !== undefined && !multiply(generator, 4n).is0()) {
      return [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((factor) => multiply(generator, factor));
    }
  }
}

function torsionOf(y: bigint): Point | undefined {
  try {
    return multiply(Point.fromBytes(bytesOf(y)), ORDER);
  } catch {
    // Not every y belongs to a point.
    return undefined;
  }
}

/** Every 32 bytes that ZIP 215 reads as a small-order point: y or y + p, with either sign where it changes nothing. */
export function smallOrderEncodings(): readonly Uint8Array[] {
  const encodings = new Map<string, Uint8Array>();
  for (const point of torsionPoints()) {
    const { x, y } = point.toAffine();
    const ys = y + P < 2n ** 255n ? [y, y + P] : [y];
    const signs = x === 0n ? [0n, 1n] : [x & 1n];
    for (const encodedY of ys) {
      for (const sign of signs) {
        const bytes = bytesOf(encodedY | (sign << 255n));
        encodings.set(bytes.join(), bytes);
      }
    }
  }
  return [...encodings.values()];
}

/** A signature that holds only when both sides are multiplied by 8: key and R each carry a small-order part. */
export function mixedOrderSignature(options: {
  readonly secret: bigint;
  readonly nonce: bigint;
  readonly keyTorsion: Point;
  readonly nonceTorsion: Point;
  readonly message: Uint8Array;
}): { readonly key: Uint8Array; readonly signature: Uint8Array } {
  const key = multiply(Point.BASE, options.secret).add(options.keyTorsion).toBytes();
  const r = multiply(Point.BASE, options.nonce).add(options.nonceTorsion).toBytes();
  const challenge = numberOf(sha512(Uint8Array.of(...r, ...key, ...options.message))) % ORDER;
  const s = (options.nonce + challenge * options.secret) % ORDER;
  return { key, signature: Uint8Array.of(...r, ...bytesOf(s)) };
}
