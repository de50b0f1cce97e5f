/**
 * Reading the two binary formats of Automerge that a peer sends us (changes and sync messages) without handing hostile
 * bytes to WebAssembly. Everything is bounded by what was received; a reader that runs out throws `Unreadable`, which
 * stays inside the two modules that read.
 */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  byte(): number {
    const value = this.#bytes[this.#offset];
    if (value === undefined) throw new Unreadable("ends early");
    this.#offset++;
    return value;
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    if (length > this.left) throw new Unreadable("ends early");
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  expect(value: number): void {
    if (this.byte() !== value) throw new Unreadable(`expected ${value} at offset ${this.#offset - 1}`);
  }

  /** Unsigned LEB128 in its shortest form, at most `max`. */
  unsigned(max: number): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > max) throw new Unreadable(`a number above ${max}`);
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) throw new Unreadable("a number that is not in its shortest form");
        return value;
      }
      if (scale > max) throw new Unreadable(`a number above ${max}`);
    }
  }
}

/** Unsigned LEB128. */
export function unsignedLeb(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/** Signed LEB128 of a number that is not negative: one more byte where the sign bit would be taken. */
export function signedLeb(value: number): readonly number[] {
  const bytes = [...unsignedLeb(value)];
  const last = bytes.length - 1;
  if (((bytes[last] as number) & 0x40) !== 0) {
    bytes[last] = (bytes[last] as number) | 0x80;
    bytes.push(0);
  }
  return bytes;
}
