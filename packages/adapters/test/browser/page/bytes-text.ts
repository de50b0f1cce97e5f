/** Bytes as text, for the wire between the test and its page. One byte repeated, as in floods, is told as such. */
export function bytesToText(bytes: Uint8Array): string {
  const [first = 0] = bytes;
  if (bytes.length > 1_000 && bytes.every((byte) => byte === first)) return `${bytes.length}x${first}`;
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `=${btoa(text)}`;
}

export function textToBytes(text: string): Uint8Array {
  if (text.startsWith("=")) return Uint8Array.from(atob(text.slice(1)), (character) => character.charCodeAt(0));
  const [length, byte] = text.split("x").map(Number);
  return new Uint8Array(length ?? 0).fill(byte ?? 0);
}
