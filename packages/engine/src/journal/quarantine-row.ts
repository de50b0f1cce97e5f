/** A row that could not be read, kept aside for whoever looks into it: what was wrong, and the bytes as they were. */
import { body, byteString, encodeWith, field, text, type Schema } from "@amigos/core";

interface QuarantinedRow {
  readonly reason: string;
  readonly bytes: Uint8Array;
}

/** As much as a piece of a record; of what is longer, the beginning is kept. */
const BYTES_MAX: number = 64 * 1024;
const REASON_BYTES_MAX = 256;

const rowSchema: Schema<QuarantinedRow> = body<QuarantinedRow>({
  reason: field(0, text(REASON_BYTES_MAX)),
  bytes: field(1, byteString(BYTES_MAX)),
});

export function encodeQuarantinedRow({ reason, bytes }: QuarantinedRow): Uint8Array {
  return encodeWith(rowSchema, { reason, bytes: bytes.subarray(0, BYTES_MAX) });
}
