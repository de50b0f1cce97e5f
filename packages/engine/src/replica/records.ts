/**
 * Checkpoint records on disk: cut into pieces, so that one entry is read without the thousands beside it, and a peer that asks
 * about something old costs one small read.
 */
import { concatBytes, decodeEntry, type Height, type Network, type VerifiedEntry } from "@amigos/core";
import { KEY, PREFIX, put } from "../journal/journal.ts";
import type { Position } from "../journal/settled-rows.ts";
import { StoreError, type Store, type StoreOperation } from "../ports/store.ts";

/** Read for one entry: small beside what a disk reads anyway, and large enough that records have few pieces. */
const PIECE_BYTES: number = 64 * 1024;
/** Pieces kept in memory: 1 MiB. Entries that are looked up together were mostly decided together. */
const PIECES_CACHED_MAX = 16;

export class Records {
  readonly #store: Store;
  readonly #network: Network;
  /** By key. What was filed never changes. */
  readonly #pieces = new Map<string, Uint8Array>();

  constructor(store: Store, network: Network) {
    this.#store = store;
    this.#network = network;
  }

  /** The encoded record of a height, or `undefined` when this replica does not have it. */
  async bytes(height: Height): Promise<Uint8Array | undefined> {
    const pieces = await this.#store.list(PREFIX.checkpoint(height));
    const [first] = pieces;
    return pieces.length === 1 ? first?.value : first && concatBytes(...pieces.map(({ value }) => value));
  }

  /** The first bytes of the record of a height, more than its checkpoint; `undefined` when it is not here. */
  beginning(height: Height): Promise<Uint8Array | undefined> {
    return this.#store.get(KEY.checkpoint(height, 0));
  }

  file(height: Height, recordBytes: Uint8Array): readonly StoreOperation[] {
    const operations: StoreOperation[] = [];
    for (let start = 0; start < recordBytes.length; start += PIECE_BYTES)
      operations.push(
        put(KEY.checkpoint(height, start / PIECE_BYTES), recordBytes.subarray(start, start + PIECE_BYTES)),
      );
    return operations;
  }

  /**
   * The entry that lies there. It was verified before it was filed.
   * @throws {StoreError} `store-damaged` when none does
   */
  async entryAt({ height, offset, length }: Position): Promise<VerifiedEntry> {
    const first = Math.floor(offset / PIECE_BYTES);
    const last = Math.floor((offset + length - 1) / PIECE_BYTES);
    const pieces = [await this.#piece(height, first)];
    if (last > first) pieces.push(await this.#piece(height, last));
    const start = offset - first * PIECE_BYTES;
    const [only] = pieces;
    // Copied: what is kept of a record does not keep its piece.
    const bytes = (only !== undefined && last === first ? only : concatBytes(...pieces)).slice(start, start + length);
    const decoded = decodeEntry(bytes, this.#network.tag);
    if (!decoded.ok)
      throw new StoreError("store-damaged", `${this.#store.name}: an entry of checkpoint ${height} cannot be read`);
    return decoded.value as VerifiedEntry;
  }

  async #piece(height: Height, index: number): Promise<Uint8Array> {
    const key = KEY.checkpoint(height, index);
    const cached = this.#pieces.get(key);
    if (cached !== undefined) return cached;
    const piece = await this.#store.get(key);
    if (piece === undefined)
      throw new StoreError("store-damaged", `${this.#store.name}: a piece of checkpoint record ${height} is missing`);
    const oldest = this.#pieces.keys().next().value;
    if (this.#pieces.size >= PIECES_CACHED_MAX && oldest !== undefined) this.#pieces.delete(oldest);
    this.#pieces.set(key, piece);
    return piece;
  }
}
