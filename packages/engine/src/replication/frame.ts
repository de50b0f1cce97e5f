/**
 * The document layer's messages on a connection (spec [GRD1]): deterministic CBOR, three kinds. Who sent one is known
 * from the connection, never from the message.
 */
import {
  body,
  byteString,
  decodeWith,
  encodeWith,
  field,
  hexBytes,
  oneOf,
  type BodySchema,
  type DecodeError,
  type Result,
  type Schema,
} from "@amigos/core";
import { FRAME_BYTES_MAX } from "./limits.ts";

/** A document's id as 64 hex digits. */
export type DocumentKey = string;

export type Frame =
  | { readonly type: "sync"; readonly document: DocumentKey; readonly data: Uint8Array }
  | { readonly type: "request"; readonly document: DocumentKey; readonly data: Uint8Array }
  /** We do not have it, or not for you, or no more: in any case there is no answer. */
  | { readonly type: "doc-unavailable"; readonly document: DocumentKey };

type WithData = Omit<Extract<Frame, { type: "sync" }>, "type">;
type WithoutData = Omit<Extract<Frame, { type: "doc-unavailable" }>, "type">;

const document = field(1, hexBytes<DocumentKey>(32));
const withData: BodySchema<WithData> = body<WithData>({ document, data: field(2, byteString(FRAME_BYTES_MAX)) });

const frameSchema: Schema<Frame> = oneOf<Frame>({
  sync: { kind: 0, schema: withData },
  request: { kind: 1, schema: withData },
  "doc-unavailable": { kind: 2, schema: body<WithoutData>({ document }) },
});

export function encodeFrame(frame: Frame): Uint8Array {
  return encodeWith(frameSchema, frame);
}

export function decodeFrame(bytes: Uint8Array): Result<Frame, DecodeError> {
  return decodeWith(frameSchema, bytes, FRAME_BYTES_MAX);
}
