/**
 * UTF-8 (RFC 3629), strictly both ways, in code that means the same on every runtime. Decoders of runtimes repair what is
 * wrong, or drop a byte order mark, unless they are told not to; encoders replace half of a surrogate pair.
 */

/** Least code point that needs one, two and three bytes after the first. */
const LEAST = [0, 0x80, 0x800, 0x1_0000] as const;
/** Of so many characters a loop makes text sooner than a list of their numbers does. */
const SHORT_LENGTH_MAX = 32;
/** Characters that are made text at once: runtimes take some ten thousand arguments, and not all take more. */
const PIECE_LENGTH = 1024;

/** The text of the bytes from `start` up to `end`, or `undefined` when they are not UTF-8. */
export function utf8ToText(bytes: Uint8Array, start: number, end: number): string | undefined {
  return shortAscii(bytes, start, end) ?? anyText(bytes, start, end);
}

/**
 * Writes the text into `target` from `offset` on: where it ends. `target` has three bytes of room for each UTF-16 code unit.
 * `undefined` when the text holds half of a surrogate pair, which has no UTF-8.
 */
export function textToUtf8(text: string, target: Uint8Array, offset: number): number | undefined {
  let end = offset;
  for (let index = 0; index < text.length; index++) {
    const point = text.codePointAt(index) as number;
    if (point < 0x80) {
      target[end++] = point;
      continue;
    }
    if (isSurrogate(point)) return undefined;
    const more = point < 0x800 ? 1 : point < 0x1_0000 ? 2 : 3;
    // Of four bytes, from two code units.
    if (more === 3) index++;
    target[end++] = (0xf00 >> (more + 1)) | (point >> (6 * more));
    for (let left = more - 1; left >= 0; left--) target[end++] = 0x80 | ((point >> (6 * left)) & 0x3f);
  }
  return end;
}

function shortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > SHORT_LENGTH_MAX) return undefined;
  let text = "";
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

function anyText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let points: number[] = [];
  let index = start;
  while (index < end) {
    const first = bytes[index++] as number;
    const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    // 80–BF go on from another byte, C0 and C1 are longer than they must be, and F5–FF would be beyond Unicode.
    if ((more > 0 && first < 0xc2) || first > 0xf4 || more > end - index) return undefined;
    let point = more === 0 ? first : first & (0x3f >> more);
    for (const last = index + more; index < last; index++) {
      const next = bytes[index] as number;
      if (next >> 6 !== 0b10) return undefined;
      point = (point << 6) | (next & 0x3f);
    }
    if (point < (LEAST[more] as number) || point > 0x10_ffff || isSurrogate(point)) return undefined;
    points.push(point);
    if (points.length === PIECE_LENGTH) {
      text += String.fromCodePoint(...points);
      points = [];
    }
  }
  return text + String.fromCodePoint(...points);
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff;
}
