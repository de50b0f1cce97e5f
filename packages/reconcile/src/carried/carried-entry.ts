/**
 * Entries of one session on their way together (spec [CAR3]): each without what follows from the one before, so that a
 * day of payments fits where a few would. Nothing is lost: what is rebuilt are the signed bytes, bit for bit, or other bytes
 * under which the signature of the last one does not hold.
 */
import {
  body,
  bytesToHex,
  decodeEntry,
  encodeWith,
  entrySchema,
  err,
  field,
  hexBytes,
  hexToBytes,
  idSet,
  integer,
  joinSigned,
  limits,
  ok,
  operationSchema,
  optional,
  regionSchema,
  tuple,
  type AccountId,
  type CheckpointReference,
  type CheckpointTag,
  type DecodedEntry,
  type DecodeError,
  type Entry,
  type EntryId,
  type Height,
  type Link,
  type NetworkTag,
  type Operation,
  type Region,
  type Result,
  type Schema,
  type Sequence,
  type SessionId,
  type TimeMs,
} from "@amigos/core";

export interface CarriedEntry {
  /** Milliseconds since the time of the entry before; left out where none have passed. */
  readonly later?: number;
  /** The time itself, where it is before that of the entry before. */
  readonly time?: TimeMs;
  /** Left out where it is the one that the entry before names. */
  readonly checkpoint?: CheckpointReference;
  readonly dependencies?: readonly EntryId[];
  readonly operation: Operation;
  readonly region?: Region;
  /** 64 bytes as hex. */
  readonly signature: string;
}

/** Where the next entry of a session stands, and what it is told by: a checkpoint, or the entry before. */
export interface Standing {
  readonly network: NetworkTag;
  readonly account: AccountId;
  readonly session: SessionId;
  readonly sequence: Sequence;
  readonly previous: Link;
  readonly time: TimeMs;
  readonly checkpoint: CheckpointReference;
}

export const carriedEntrySchema: Schema<CarriedEntry> = body<CarriedEntry>({
  later: optional(0, integer()),
  time: optional(1, integer<TimeMs>()),
  checkpoint: optional(2, tuple<CheckpointReference>({ height: integer<Height>(), tag: hexBytes<CheckpointTag>(8) })),
  dependencies: optional(3, idSet<EntryId>(limits.DEPENDENCIES_MAX)),
  operation: field(4, operationSchema),
  region: optional(5, regionSchema),
  signature: field(6, hexBytes<string>(64)),
});

/** Of entries that are a chain from `standing` on. */
export function shorten(entries: readonly DecodedEntry[], standing: Standing): readonly CarriedEntry[] {
  let before = standing;
  return entries.map((decoded) => {
    const { time, checkpoint, dependencies, operation, region } = decoded.entry;
    const carried: CarriedEntry = {
      ...(time > before.time ? { later: time - before.time } : {}),
      ...(time < before.time ? { time } : {}),
      ...(isSameReference(checkpoint, before.checkpoint) ? {} : { checkpoint }),
      ...(dependencies === undefined ? {} : { dependencies }),
      operation,
      ...(region === undefined ? {} : { region }),
      signature: bytesToHex(decoded.signature),
    };
    before = standingAfter(decoded);
    return carried;
  });
}

/** A chain from `standing` on, with the bytes that were signed, if they were signed at all. */
export function rebuild(
  carried: readonly CarriedEntry[],
  standing: Standing,
): Result<readonly DecodedEntry[], DecodeError> {
  const entries: DecodedEntry[] = [];
  let before = standing;
  for (const [index, { later = 0, time = before.time + later, signature, ...rest }] of carried.entries()) {
    if (time > limits.INTEGER_MAX || before.sequence > limits.INTEGER_MAX)
      return err({ type: "schema-mismatch", path: `.entries[${index}]`, expected: "a place and a time within bounds" });
    const entry: Entry = { version: 1, ...before, ...rest, time: time as TimeMs };
    const bytes = joinSigned(encodeWith(entrySchema, entry), hexToBytes(signature));
    const decoded = decodeEntry(bytes, standing.network);
    if (!decoded.ok) return decoded;
    entries.push(decoded.value);
    before = standingAfter(decoded.value);
  }
  return ok(entries);
}

function standingAfter({ link, entry }: DecodedEntry): Standing {
  const { network, account, session, time, checkpoint } = entry;
  return { network, account, session, sequence: (entry.sequence + 1) as Sequence, previous: link, time, checkpoint };
}

function isSameReference(a: CheckpointReference, b: CheckpointReference): boolean {
  return a.height === b.height && a.tag === b.tag;
}
