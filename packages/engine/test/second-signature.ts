/**
 * A second valid signature on one body. Ordinary signers derive the nonce from key and message, so there is only one;
 * whoever holds the key and writes their own signer can make any number. Textbook Ed25519 (RFC 8032 §5.1), for tests
 * alone: slow, and not constant in time.
 */
import { createHash } from "node:crypto";
import {
  decodeEntry,
  hexToBytes,
  joinSigned,
  orThrow,
  splitSigned,
  type Network,
  type VerifiedEntry,
} from "@amigos/core";

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n));

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const BASE: Point = {
  x: 15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  y: 46316835694926478169428394003475163141307993866256225615783033603165251855960n,
};

/** `secret`: the 32 bytes that the key was made from. */
export function signAgain(entry: VerifiedEntry, secret: Uint8Array, nonce: bigint, network: Network): VerifiedEntry {
  const hash = createHash("sha512").update(secret).digest();
  const scalar = Uint8Array.from(hash.subarray(0, 32));
  scalar[0] = (scalar[0] ?? 0) & 248;
  scalar[31] = ((scalar[31] ?? 0) & 127) | 64;
  const secretScalar = fromBytes(scalar);
  const commitment = encode(multiply(BASE, nonce));
  const key = encode(multiply(BASE, secretScalar));
  const challenge = fromBytes(
    createHash("sha512").update(commitment).update(key).update(hexToBytes(entry.id)).digest(),
  );
  const response = toBytes((nonce + challenge * secretScalar) % L);
  const { body } = orThrow(splitSigned(entry.bytes));
  const bytes = joinSigned(body, Uint8Array.from([...commitment, ...response]));
  return orThrow(decodeEntry(bytes, network.tag)) as VerifiedEntry;
}

function multiply(point: Point, by: bigint): Point {
  let sum: Point = { x: 0n, y: 1n };
  let power = point;
  for (let left = by; left > 0n; left >>= 1n) {
    if (left & 1n) sum = add(sum, power);
    power = add(power, power);
  }
  return sum;
}

function add(a: Point, b: Point): Point {
  const product = mod(D * a.x * b.x * a.y * b.y);
  return {
    x: mod((a.x * b.y + b.x * a.y) * inverse(1n + product)),
    y: mod((a.y * b.y + a.x * b.x) * inverse(1n - product)),
  };
}

function encode({ x, y }: Point): Uint8Array {
  const bytes = toBytes(y);
  if (x & 1n) bytes[31] = (bytes[31] ?? 0) | 128;
  return bytes;
}

function inverse(value: bigint): bigint {
  let [result, base] = [1n, mod(value)];
  for (let exponent = P - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = mod(result * base);
    base = mod(base * base);
  }
  return result;
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function fromBytes(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function toBytes(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
}
