/**
 * Plain text, which people write and others read: not empty, bounded in UTF-8 bytes, and without characters that would
 * make it read as something else (spec [ENC3]).
 */

/** Whether a string may stand in a field of at most `bytesMax` bytes. */
export function isPlainText(value: string, bytesMax: number): boolean {
  return value.length > 0 && value.length <= bytesMax && !FORBIDDEN_TEXT.test(value) && utf8Length(value) <= bytesMax;
}

// Controls (U+0000–001F, 007F–009F), line and paragraph separators, bidirectional overrides and isolates that reverse what
// is read, lone surrogates, and the byte order mark, which decoders drop. As ranges, so that no engine's tables decide.
// oxlint-disable-next-line no-control-regex -- control characters are what it forbids
const FORBIDDEN_TEXT = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069\uD800-\uDFFF\uFEFF]/u;

function utf8Length(value: string): number {
  let length = 0;
  for (const character of value) {
    const point = character.codePointAt(0) ?? 0;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
}
