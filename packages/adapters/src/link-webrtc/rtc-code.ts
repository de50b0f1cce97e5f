/**
 * What two browsers have to tell each other before they can talk, small enough for a code that one shows and the other
 * scans (spec [RTC1]). A session description is 700 characters, nearly all of it the same every time; what is left is who one
 * is (the fingerprint), the two words that let one in, and where one can be reached.
 */
import {
  bytesToHex,
  bytesToShown,
  concatBytes,
  err,
  hexToBytes,
  isShown,
  ok,
  shownToBytes,
  type Result,
} from "@amigos/core";
import { addressToBytes, bytesToAddress } from "./address.ts";

export interface RtcCode {
  readonly role: "offer" | "answer";
  /** SHA-256 of the certificate, as 64 hex digits. */
  readonly fingerprint: string;
  /** ICE's name and password for this connection (RFC 8839 §5.4). */
  readonly ufrag: string;
  readonly pwd: string;
  readonly candidates: readonly Candidate[];
}

/** Where one can be reached over UDP: an IPv4 or IPv6 address, or a name under `.local` that hides it (RFC 8828). */
export interface Candidate {
  readonly address: string;
  readonly port: number;
}

export type RtcCodeError =
  | { readonly type: "not-an-rtc-code" }
  | { readonly type: "rtc-code-malformed"; readonly reason: string };

const PREFIX = "AMIGOS:R";
const VERSION = 1;
const FINGERPRINT_BYTES = 32;
/** Of the ways a device can be reached the first few are as good as all: more make the code hard to read. */
const CANDIDATES_MAX = 4;
/** ICE allows 256 of each, and asks for so many at least (RFC 8839 §5.4); browsers write 4 to 8 and 22 to 32. */
const WORD_LENGTH_MAX = 64;
const WORD_LENGTH_MIN = [4, 22] as const;
const BYTES_MAX: number = 2 + FINGERPRINT_BYTES + 2 * (1 + WORD_LENGTH_MAX) + CANDIDATES_MAX * 19;

/** The characters of ICE's words (RFC 8839 §5.4). */
const ICE_WORD = /^[A-Za-z0-9+/]+$/;

export function isRtcCodeText(text: string): boolean {
  return isShown(PREFIX, text);
}

/** About 110 characters for one IPv4 address. Leaves out candidates beyond the fourth, and those that have no short form. */
export function rtcCodeToText({ role, fingerprint, ufrag, pwd, candidates }: RtcCode): string {
  const places = candidates.flatMap(({ address, port }) => {
    const bytes = addressToBytes(address);
    return bytes === undefined ? [] : [concatBytes(bytes, Uint8Array.of(port >> 8, port & 0xff))];
  });
  const head = Uint8Array.of((VERSION << 1) | (role === "answer" ? 1 : 0));
  const words = [ufrag, pwd].map((word) => concatBytes(Uint8Array.of(word.length), new TextEncoder().encode(word)));
  const bytes = concatBytes(head, hexToBytes(fingerprint), ...words, ...places.slice(0, CANDIDATES_MAX));
  return bytesToShown(PREFIX, bytes);
}

export function textToRtcCode(text: string): Result<RtcCode, RtcCodeError> {
  const shown = shownToBytes(PREFIX, text, BYTES_MAX);
  if (shown.ok) return readCode(shown.value);
  return shown.error.type === "other-prefix" ? err({ type: "not-an-rtc-code" }) : malformed(shown.error.type);
}

function readCode(bytes: Uint8Array): Result<RtcCode, RtcCodeError> {
  const [head = 0] = bytes;
  if (head >> 1 !== VERSION) return malformed("of another version");
  let at = 1 + FINGERPRINT_BYTES;
  const fingerprint = bytesToHex(bytes.subarray(1, at));
  const words: string[] = [];
  while (words.length < 2) {
    const length = bytes[at] ?? 0;
    const word = String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length));
    const isLongEnough = length >= (WORD_LENGTH_MIN[words.length] as number);
    if (word.length !== length || !isLongEnough || length > WORD_LENGTH_MAX || !ICE_WORD.test(word))
      return malformed("no word of ICE");
    words.push(word);
    at += 1 + length;
  }
  const candidates: Candidate[] = [];
  while (at < bytes.length) {
    const found = bytesToAddress(bytes, at);
    if (found === undefined || found.end + 2 > bytes.length) return malformed("no address");
    const port = ((bytes[found.end] as number) << 8) | (bytes[found.end + 1] as number);
    candidates.push({ address: found.address, port });
    at = found.end + 2;
  }
  if (candidates.length === 0 || candidates.length > CANDIDATES_MAX) return malformed("1 to 4 addresses");
  const [ufrag, pwd] = words as [string, string];
  return ok({ role: (head & 1) === 1 ? "answer" : "offer", fingerprint, ufrag, pwd, candidates });
}

function malformed(reason: string): Result<never, RtcCodeError> {
  return err({ type: "rtc-code-malformed", reason });
}
