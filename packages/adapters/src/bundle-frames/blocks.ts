/** Sums of blocks over GF(2). */
export function xorInto<Words extends Uint8Array | Uint32Array>(target: Words, other: Words): void {
  for (let index = 0; index < target.length; index += 1)
    target[index] = (target[index] as number) ^ (other[index] as number);
}

/** The lowest bit that is set from bit `from` on. */
export function nextBit(words: Uint32Array, from: number): number | undefined {
  for (let index = from >> 5; index < words.length; index += 1) {
    const word = (words[index] as number) & (index === from >> 5 ? -1 << (from & 31) : -1);
    if (word !== 0) return 32 * index + 31 - Math.clz32(word & -word);
  }
  return undefined;
}
