/** Every event as a line, hashed in order: two runs with one hash did the same. Lines hold no ids, which follow from keys. */
import { bytesToHex, concatBytes, sha256 } from "@amigos/core";

/** Lines are hashed by the lot: a hash for each would cost more than what it says. */
const LOT_CHARACTERS = 64 * 1024;

export class Trace {
  readonly #onLine: ((line: string) => void) | undefined;
  #hash: Uint8Array = new Uint8Array(32);
  #lot: string[] = [];
  #characters = 0;

  constructor(onLine?: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(line: string): void {
    this.#onLine?.(line);
    this.#lot.push(line);
    this.#characters += line.length;
    if (this.#characters >= LOT_CHARACTERS) this.#close();
  }

  /** Of everything so far. Who asks changes nothing: what comes after is hashed as if nobody had. */
  digest(): string {
    return bytesToHex(this.#hashed());
  }

  #hashed(): Uint8Array {
    if (this.#lot.length === 0) return this.#hash;
    return sha256(concatBytes(this.#hash, new TextEncoder().encode(this.#lot.join("\n"))));
  }

  #close(): void {
    this.#hash = this.#hashed();
    this.#lot = [];
    this.#characters = 0;
  }
}
