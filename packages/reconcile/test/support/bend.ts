/** The same bytes, but for the last bit: what is left of a signature that somebody touched. */
export function bend(bytes: Uint8Array): Uint8Array {
  const bent = bytes.slice();
  bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1;
  return bent;
}
