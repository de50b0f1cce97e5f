/**
 * The one change that may carry an entry or an item: a pure function of its bytes and its place (spec [DOC3] to [DOC7]).
 * Written here byte by byte rather than by Automerge, for the rule is the bytes: another version of the library may
 * write a change otherwise and may not thereby make another document. Tests hold it against what Automerge writes.
 *
 * The format is the Automerge binary format, "change chunk": https://automerge.org/automerge-binary-format-spec/#change-chunks
 */
import { assert, bytesToHex, concatBytes, hexToBytes, sha256, type SessionId } from "@amigos/core";
import { signedLeb, unsignedLeb } from "./byte-reader.ts";
import { logActor } from "./document-id.ts";
import { genesisOf } from "./genesis.ts";
import { LOG_DOCUMENT_ENTRIES_MAX } from "./limits.ts";

export interface CanonicalChange {
  readonly bytes: Uint8Array;
  /** What Automerge calls the change: SHA-256 of the chunk from its type on. */
  readonly hash: Uint8Array;
}

export const MAGIC: readonly number[] = [0x85, 0x6f, 0x4a, 0x83];
export const CHUNK_CHANGE = 1;
export const HASH_BYTES = 32;
export const ACTOR_BYTES = 16;

/** Columns of the one operation, by the number that the format gives them. */
export const COLUMN = {
  objectActor: 0x01,
  objectCounter: 0x02,
  keyActor: 0x11,
  keyCounter: 0x13,
  keyText: 0x15,
  insert: 0x34,
  action: 0x42,
  valueType: 0x56,
  value: 0x57,
  predecessors: 0x70,
} as const;

type Column = readonly [number: number, data: Uint8Array];

const ACTION_SET = 1;
const VALUE_TYPE_BYTES = 7;
/** A run length of one, followed by the value. */
const ONE = 0x7f;

/** Writes the entries of one log document. The actor is computed once. */
export function createLogChanges(
  session: SessionId,
  epoch: number,
): (position: number, previous: Uint8Array, entry: Uint8Array) => CanonicalChange {
  const actor = logActor(session, epoch);
  return (position, previous, entry) => {
    assert(position >= 0 && position < LOG_DOCUMENT_ENTRIES_MAX, "a position lies in its log document");
    const after: readonly Column[] =
      position === 0
        ? [[COLUMN.keyCounter, Uint8Array.of(ONE, 0)]]
        : [
            [COLUMN.keyActor, Uint8Array.of(ONE, 0)],
            [COLUMN.keyCounter, Uint8Array.of(ONE, ...signedLeb(position + 1))],
          ];
    const isInsert: Column = [COLUMN.insert, Uint8Array.of(0, 1)];
    return encodeChange({ actor, sequence: position + 1, previous, place: [...after, isInsert], value: entry });
  };
}

/** The key under which a set document holds an item: its SHA-256, so that one key can never mean two byte strings (spec [DOC6]). */
export function itemKey(item: Uint8Array): string {
  return bytesToHex(sha256(item));
}

/** Writes an item of a set document. */
export function itemChange(key: string, item: Uint8Array): CanonicalChange {
  const hash = hexToBytes(key);
  const keyText = Uint8Array.from(key, (digit) => digit.charCodeAt(0));
  return encodeChange({
    actor: hash.slice(0, ACTOR_BYTES),
    sequence: 1,
    previous: genesisOf("set").hash,
    place: [
      [COLUMN.keyText, concatBytes(Uint8Array.of(ONE, keyText.length), keyText)],
      [COLUMN.insert, Uint8Array.of(1)],
    ],
    value: item,
  });
}

interface ChangeParts {
  readonly actor: Uint8Array;
  readonly sequence: number;
  readonly previous: Uint8Array;
  /** The columns that say where in the container the value goes. */
  readonly place: readonly Column[];
  readonly value: Uint8Array;
}

const GENESIS_ACTOR: readonly number[] = [ACTOR_BYTES, ...Array.from({ length: ACTOR_BYTES }, () => 0)];
/** The container is the first operation of the other actor of the change, which is the genesis. */
const CONTAINER: readonly Column[] = [
  [COLUMN.objectActor, Uint8Array.of(ONE, 1)],
  [COLUMN.objectCounter, Uint8Array.of(ONE, 1)],
];
const NO_PREDECESSORS: Column = [COLUMN.predecessors, Uint8Array.of(ONE, 0)];

function encodeChange({ actor, sequence, previous, place, value }: ChangeParts): CanonicalChange {
  assert(value.length > 0, "a change carries a value");
  const columns: readonly Column[] = [
    ...CONTAINER,
    ...place,
    [COLUMN.action, Uint8Array.of(ONE, ACTION_SET)],
    [COLUMN.valueType, Uint8Array.of(ONE, ...unsignedLeb(value.length * 16 + VALUE_TYPE_BYTES))],
    [COLUMN.value, value],
    NO_PREDECESSORS,
  ];
  const contents = concatBytes(
    Uint8Array.of(1),
    previous,
    Uint8Array.of(ACTOR_BYTES),
    actor,
    // Sequence, first operation, time 0, no message, one other actor, the columns.
    Uint8Array.of(
      ...unsignedLeb(sequence),
      ...unsignedLeb(sequence + 1),
      0,
      0,
      1,
      ...GENESIS_ACTOR,
      columns.length,
      ...columns.flatMap(([number, data]) => [number, ...unsignedLeb(data.length)]),
    ),
    ...columns.map(([, data]) => data),
  );
  const hashed = concatBytes(Uint8Array.of(CHUNK_CHANGE, ...unsignedLeb(contents.length)), contents);
  const hash = sha256(hashed);
  return { bytes: concatBytes(Uint8Array.from(MAGIC), hash.subarray(0, 4), hashed), hash };
}
