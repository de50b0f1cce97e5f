/**
 * Records for peers that know no payments of ours: 200 bytes each, of which the first eight say from whom, to whom and how
 * much, and the rest cannot be compressed, because every entry of ours ends in hashes and a signature.
 */
import { createCipheriv } from "node:crypto";

const RECORD_BYTES = 200;
const ACCOUNTS = 1_000;

/** The same ones every time: AES-CTR under a key that is no secret. */
export function recordsOf(count) {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 7), Buffer.alloc(16, 1));
  return Array.from({ length: count }, () => {
    const bytes = cipher.update(Buffer.alloc(RECORD_BYTES));
    bytes.writeUInt16LE(bytes.readUInt16LE(0) % ACCOUNTS, 0);
    bytes.writeUInt16LE(bytes.readUInt16LE(2) % ACCOUNTS, 2);
    bytes.writeUInt32LE(bytes.readUInt32LE(4) % 10_000, 4);
    return new Uint8Array(bytes);
  });
}

/** Balances that records add up to, which is all that a peer judges. */
export class Balances {
  count = 0;
  #byAccount = new Map();

  fold(record) {
    const [from, to] = [record[0] | (record[1] << 8), record[2] | (record[3] << 8)];
    const amount = (record[4] | (record[5] << 8) | (record[6] << 16)) + record[7] * 2 ** 24;
    this.#byAccount.set(from, (this.#byAccount.get(from) ?? 0) - amount);
    this.#byAccount.set(to, (this.#byAccount.get(to) ?? 0) + amount);
    this.count++;
  }

  isEqual(other) {
    const [ours, theirs] = [this, other].map((side) => [...side.#byAccount].sort(([a], [b]) => a - b).join());
    return this.count === other.count && ours === theirs;
  }

  static of(records) {
    const balances = new Balances();
    for (const record of records) balances.fold(record);
    return balances;
  }
}
