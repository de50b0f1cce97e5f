/**
 * How wrong PINs are slowed: the first few cost nothing, then each costs more. This keeps out who holds the phone; who
 * copied the browser's data tries elsewhere, and there only the PIN's length and scrypt's cost hold.
 */

/** Typing one's own PIN wrong happens. */
const FREE_TRIES = 5;
const MINUTE_MS = 60_000;
/** After the sixth wrong try, the seventh, and so on; the last for all further ones. */
const WAITS_MS: readonly [number, ...number[]] = [
  MINUTE_MS / 2,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  60 * MINUTE_MS,
];

/** Milliseconds until another try is taken, after so many wrong ones in a row. */
export function waitAfter(tries: number): number {
  if (tries < FREE_TRIES) return 0;
  return WAITS_MS[Math.min(tries - FREE_TRIES, WAITS_MS.length - 1)] ?? WAITS_MS[0];
}
