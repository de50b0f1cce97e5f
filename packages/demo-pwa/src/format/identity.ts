/**
 * How ids are shown: short enough to read aloud, with a picture made from the id itself, so that two accounts that look
 * alike in text do not look alike. Neither proves anything; the full text is always one tap away.
 */
import { accountToText, type AccountId } from "@amigos/core";

/** Columns of a notch profile. */
const PROFILE_COLUMNS = 8;
/** A cut is 0 to 3 deep. */
const PROFILE_DEPTH_MAX = 3;
const HUES = 12;
const HUE_STEP = 360 / HUES;

export interface Tally {
  /** Depth of each cut, 0 to 3. */
  readonly profile: readonly number[];
  /** Degrees on the colour wheel. */
  readonly hue: number;
}

/** `amigo1qxy2…7k2m`: the kind, and four characters from either end of what varies. */
export function accountToShortText(account: AccountId): string {
  return shorten(accountToText(account));
}

/** The kind's prefix and the first and last four characters behind it. */
export function shorten(text: string): string {
  const separator = text.indexOf("1") + 1;
  return text.length <= separator + 8 ? text : `${text.slice(0, separator + 4)}…${text.slice(-4)}`;
}

/** The same text, with no line break within a short id. For showing alone: the joiners do not belong into copied text. */
export function unbroken(text: string): string {
  return text.replaceAll("…", "\u2060…\u2060");
}

/** The tally of an id: a notch profile and a hue, from its leading hex digits. */
export function idToTally(id: string): Tally {
  const digits = Array.from(id.slice(0, PROFILE_COLUMNS + 1), (digit) => Number.parseInt(digit, 16));
  const [last = 0] = digits.splice(PROFILE_COLUMNS);
  return { profile: digits.map((digit) => digit & PROFILE_DEPTH_MAX), hue: (last % HUES) * HUE_STEP };
}

/** Groups of four hex digits: `"a1b2 c3d4"`. */
export function hexToGroups(hex: string, digits: number): string {
  return hex.slice(0, digits).replace(/(.{4})(?=.)/g, "$1 ");
}
