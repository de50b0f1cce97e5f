/** Backing an account up and bringing it back, as page and worker speak of it. */

/** How far the backup of this device's account is. Left out where this device does not hold the account's own key. */
export interface BackupState {
  /** When the words were proven and a file was read back, in milliseconds since 1970. Left out: never. */
  readonly savedAt?: number;
  /** Whether the account has said something since, which the file lacks. */
  readonly isStale: boolean;
}

/** Places of the words that the drill asks for, counted from 0: one of each third, drawn by whoever asks. */
export function drillPlaces(words: number, draw: (below: number) => number): readonly number[] {
  const third = Math.floor(words / 3);
  return [0, 1, 2].map((part) => part * third + draw(third));
}
