/**
 * The first message of either side (spec [NOI2]): which version of all this it speaks, and its key for this connection alone.
 * It names nobody. Its form is that of version 1's first message, with zeros where that had a network and a key: so a device
 * that speaks only version 1 reads the version and says so, and what it says is read here.
 */
import {
  body,
  bytesToHex,
  decodeWith,
  encodeWith,
  err,
  field,
  hexBytes,
  hexToBytes,
  ok,
  refined,
  version,
  type DecodeError,
  type Result,
  type Schema,
} from "@amigos/core";

/** Version of everything said on a link. Another number is refused with a typed reason. */
export const PROTOCOL_VERSION = 2;
/** What both sides of a handshake know before it: `amigos/noise/2` in ASCII. */
export const PROLOGUE: Uint8Array = Uint8Array.from("amigos/noise/2", (character) => character.charCodeAt(0));

export type OpeningError =
  | DecodeError
  | { readonly type: "protocol-version"; readonly found: number; readonly expected: number };

interface Opening {
  readonly version: typeof PROTOCOL_VERSION;
  readonly network: string;
  readonly ephemeral: string;
  readonly key: string;
}

const ZEROS = "00".repeat(32);
const zeros: Schema<string> = refined(hexBytes<string>(32), (value) => (value === ZEROS ? undefined : "32 zero bytes"));

const openingSchema: Schema<Opening> = body<Opening>({
  version: field(0, version(PROTOCOL_VERSION)),
  network: field(1, zeros),
  ephemeral: field(2, hexBytes<string>(32)),
  key: field(3, zeros),
});

const OPENING_BYTES = 108;

/** `ephemeral`: an X25519 public key, 32 bytes. */
export function encodeOpening(ephemeral: Uint8Array): Uint8Array {
  return encodeWith<Opening>(openingSchema, {
    version: PROTOCOL_VERSION,
    network: ZEROS,
    ephemeral: bytesToHex(ephemeral),
    key: ZEROS,
  });
}

/** The other side's ephemeral key. */
export function decodeOpening(bytes: Uint8Array): Result<Uint8Array, OpeningError> {
  const found = claimedVersion(bytes);
  if (found !== undefined && found !== PROTOCOL_VERSION) {
    return err({ type: "protocol-version", found, expected: PROTOCOL_VERSION });
  }
  const decoded = decodeWith(openingSchema, bytes, OPENING_BYTES);
  return decoded.ok ? ok(hexToBytes(decoded.value.ephemeral)) : decoded;
}

/** The first field of a map, whatever follows, where it is 0 and a number below 24: so every version begins. */
function claimedVersion([head = 0, key, value = 0xff]: Uint8Array): number | undefined {
  const isMap = head > 0xa0 && head < 0xb8;
  return isMap && key === 0 && value < 0x18 ? value : undefined;
}
