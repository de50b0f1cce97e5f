/**
 * The entry that nearly all entries are: a payment without a memo, a request, dependencies or a region. It is read straight off
 * its one layout, in half the time that the schema takes. Whatever is not exactly that is left to the schema, which alone
 * says what is wrong; what is read here is what the schema reads.
 */
import { isAmount, isAssetCode, type Amount } from "../amount.ts";
import {
  readHex,
  readInteger,
  readOwner,
  readTag,
  readText,
  readUnsigned,
  readWhole,
  type Reader,
} from "../encoding/reader.ts";
import type { AccountId, CheckpointTag, Height, Link, NetworkTag, Sequence, SessionId, TimeMs } from "../ids.ts";
import { ASSET_CODE_LENGTH_MAX } from "../limits.ts";
import type { Entry } from "./entry.ts";

/** Heads of CBOR: maps of nine and four, an array of two. */
const [MAP_9, MAP_4, ARRAY_2] = [0xa9, 0xa4, 0x82];

/** `undefined` for every other entry, and for what is none. */
export function readPlainPayment(body: Uint8Array): Entry | undefined {
  // The first bytes tell most of the others.
  if (body[0] !== MAP_9 || body[1] !== 0 || body[2] !== 1) return undefined;
  const read = readWhole(body, readBody);
  return read.ok ? read.value : undefined;
}

function readBody(reader: Reader): Entry | undefined {
  reader.offset = 3;
  if (!isNext(reader, 1)) return undefined;
  const network = readTag(reader, 4, "") as NetworkTag;
  if (!isNext(reader, 2)) return undefined;
  const account = readOwner(reader, "") as AccountId;
  if (!isNext(reader, 3)) return undefined;
  const session = readOwner(reader, "") as SessionId;
  if (!isNext(reader, 4)) return undefined;
  const sequence = readInteger(reader, "") as Sequence;
  if (!isNext(reader, 5)) return undefined;
  const previous = readHex(reader, 32, "") as Link;
  if (!isNext(reader, 6)) return undefined;
  const time = readInteger(reader, "") as TimeMs;
  if (!isNext(reader, 7) || !isNext(reader, ARRAY_2)) return undefined;
  const height = readInteger(reader, "") as Height;
  const tag = readTag(reader, 8, "") as CheckpointTag;
  if (!isNext(reader, 9) || !isNext(reader, MAP_4) || !isNext(reader, 0) || !isNext(reader, 0) || !isNext(reader, 1))
    return undefined;
  const to = readOwner(reader, "") as AccountId;
  if (!isNext(reader, 2)) return undefined;
  const asset = readText(reader, ASSET_CODE_LENGTH_MAX, "");
  if (!isNext(reader, 3)) return undefined;
  const amount = BigInt(readUnsigned(reader, "")) as Amount;
  if (!isAssetCode(asset) || !isAmount(amount)) return undefined;
  return {
    version: 1,
    network,
    account,
    session,
    sequence,
    previous,
    time,
    checkpoint: { height, tag },
    operation: { type: "pay", to, asset, amount },
  };
}

/** Goes over one byte: a key, or the head of something small. */
function isNext(reader: Reader, byte: number): boolean {
  return reader.bytes[reader.offset++] === byte;
}
