/**
 * What mallory sends: changes with any parts, all with a right checksum, and sync messages with any contents. The forger
 * knows the binary format as well as the library does.
 */
import { concatBytes, hexToBytes, sha256, type Network } from "@amigos/core";
import { signedLeb, unsignedLeb } from "../replication/byte-reader.ts";
import { encodeFrame } from "../replication/frame.ts";
import { nameDocument } from "../replication/document-name.ts";
import type { DocumentInfo } from "../replication/replicator.ts";

export interface ForgedParts {
  readonly deps: readonly Uint8Array[];
  readonly actor: Uint8Array;
  readonly sequence: number;
  readonly startOp: number;
  readonly message?: readonly number[];
  readonly others?: readonly Uint8Array[];
  readonly columns: readonly (readonly [number: number, data: Uint8Array])[];
  readonly chunkType?: number;
}

export function forgeChange(parts: ForgedParts): Uint8Array {
  const { deps, actor, sequence, startOp, columns, message = [], others = [new Uint8Array(16)] } = parts;
  const contents = concatBytes(
    leb(deps.length),
    ...deps,
    leb(actor.length),
    actor,
    leb(sequence),
    leb(startOp),
    leb(0),
    leb(message.length),
    Uint8Array.from(message),
    leb(others.length),
    ...others.flatMap((other) => [leb(other.length), other]),
    leb(columns.length),
    ...columns.flatMap(([number, data]) => [leb(number), leb(data.length)]),
    ...columns.map(([, data]) => data),
  );
  return chunk(parts.chunkType ?? 1, contents);
}

/** A chunk of any type with a right checksum. */
export function chunk(type: number, contents: Uint8Array): Uint8Array {
  const hashed = concatBytes(Uint8Array.of(type), leb(contents.length), contents);
  return concatBytes(hexToBytes("856f4a83"), sha256(hashed).subarray(0, 4), hashed);
}

/** The columns of an insertion at the end of a log document, to be altered. */
export function logColumns(position: number, value: Uint8Array): [number, Uint8Array][] {
  return [
    [0x01, Uint8Array.of(0x7f, 1)],
    [0x02, Uint8Array.of(0x7f, 1)],
    ...(position === 0 ? [] : ([[0x11, Uint8Array.of(0x7f, 0)]] as [number, Uint8Array][])),
    [0x13, Uint8Array.of(0x7f, ...signedLeb(position === 0 ? 0 : position + 1))],
    [0x34, Uint8Array.of(0, 1)],
    [0x42, Uint8Array.of(0x7f, 1)],
    [0x56, Uint8Array.of(0x7f, ...unsignedLeb(value.length * 16 + 7))],
    [0x57, value],
    [0x70, Uint8Array.of(0x7f, 0)],
  ];
}

/** The same list with some columns replaced, added or, where `undefined`, left out. In order of their numbers. */
export function alterColumns(
  columns: readonly (readonly [number, Uint8Array])[],
  changes: Readonly<Record<number, Uint8Array | undefined>>,
): [number, Uint8Array][] {
  const byNumber = new Map<number, Uint8Array | undefined>(columns);
  for (const [number, data] of Object.entries(changes)) byNumber.set(Number(number), data);
  return [...byNumber]
    .filter((column): column is [number, Uint8Array] => column[1] !== undefined)
    .toSorted(([a], [b]) => a - b);
}

export interface ForgedMessage {
  readonly heads?: readonly Uint8Array[];
  readonly need?: readonly Uint8Array[];
  readonly have?: readonly { readonly lastSync: readonly Uint8Array[]; readonly bloom: Uint8Array }[];
  readonly changes?: readonly Uint8Array[];
}

export function forgeSyncMessage({ heads = [], need = [], have = [], changes = [] }: ForgedMessage): Uint8Array {
  return concatBytes(
    Uint8Array.of(0x42),
    ...list(heads, (hash) => [hash]),
    ...list(need, (hash) => [hash]),
    ...list(have, ({ lastSync, bloom }) => [...list(lastSync, (hash) => [hash]), leb(bloom.length), bloom]),
    ...list(changes, (change) => [leb(change.length), change]),
  );
}

/** A sync message about a document, as it goes over a connection. */
export function forgeFrame(network: Network, document: DocumentInfo, message: ForgedMessage | Uint8Array): Uint8Array {
  const data = message instanceof Uint8Array ? message : forgeSyncMessage(message);
  return encodeFrame({ type: "sync", document: nameDocument(network.id, document).key, data });
}

function list<Value>(values: readonly Value[], write: (value: Value) => readonly Uint8Array[]): readonly Uint8Array[] {
  return [leb(values.length), ...values.flatMap(write)];
}

function leb(value: number): Uint8Array {
  return Uint8Array.from(unsignedLeb(value));
}
