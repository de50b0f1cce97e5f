/** The last entry that this device signed in a log: what tells its own entries from those of a copy of the device. */
import {
  body,
  decodeWith,
  encodeWith,
  field,
  id,
  integer,
  type DecodeError,
  type Link,
  type Result,
  type Schema,
  type Sequence,
  type TimeMs,
  type VerifiedEntry,
} from "@amigos/core";

export interface OwnHead {
  readonly sequence: Sequence;
  readonly link: Link;
  /** Its claimed time, which the next entry's is not before. */
  readonly time: TimeMs;
}

const ROW_BYTES_MAX = 128;

const ownHeadSchema: Schema<OwnHead> = body<OwnHead>({
  sequence: field(0, integer<Sequence>()),
  link: field(1, id<Link>()),
  time: field(2, integer<TimeMs>()),
});

export function encodeOwnHead({ entry, link }: VerifiedEntry): Uint8Array {
  return encodeWith(ownHeadSchema, { sequence: entry.sequence, link, time: entry.time });
}

export function decodeOwnHead(bytes: Uint8Array): Result<OwnHead, DecodeError> {
  return decodeWith(ownHeadSchema, bytes, ROW_BYTES_MAX);
}
