/** That the ledger's authority signed two courses of events, as it is remembered. */
import {
  body,
  decodeWith,
  encodeWith,
  field,
  id,
  integer,
  type CheckpointId,
  type DecodeError,
  type Height,
  type Result,
  type Schema,
} from "@amigos/core";

/** The authority signed a checkpoint beside one that this replica follows. */
export interface Contradiction {
  readonly type: "checkpoint-contradicted";
  readonly height: Height;
  readonly followed: CheckpointId;
  readonly found: CheckpointId;
}

const ROW_BYTES_MAX = 256;

const contradictionSchema: Schema<Omit<Contradiction, "type">> = body<Omit<Contradiction, "type">>({
  height: field(0, integer<Height>()),
  followed: field(1, id<CheckpointId>()),
  found: field(2, id<CheckpointId>()),
});

export function encodeContradiction({ height, followed, found }: Contradiction): Uint8Array {
  return encodeWith(contradictionSchema, { height, followed, found });
}

export function decodeContradiction(bytes: Uint8Array): Result<Contradiction, DecodeError> {
  const row = decodeWith(contradictionSchema, bytes, ROW_BYTES_MAX);
  return row.ok ? { ok: true, value: { type: "checkpoint-contradicted", ...row.value } } : row;
}
