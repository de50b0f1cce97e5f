/**
 * What two authenticated peers say to each other: one small CBOR body per message, at most `MESSAGE_BYTES_MAX` (spec
 * [PEER3]). The documents are the guarantee that everything arrives; these lanes are how it usually arrives sooner.
 */
import {
  accountRecordSchema,
  body,
  byteString,
  decodeCbor,
  decodeWith,
  encodeWith,
  err,
  field,
  integer,
  oneOf,
  optional,
  hexBytes,
  list,
  id,
  limits,
  text,
  tuple,
  type AccountRecord,
  type EntryId,
  type DecodeError,
  type Height,
  type Link,
  type Result,
  type Schema,
  type Sequence,
  type SessionId,
  type TimeMs,
} from "@amigos/core";
import { MESSAGE_BYTES_MAX } from "../ports/link.ts";

/** Where a log ends. */
export interface LogHead {
  readonly session: SessionId;
  readonly sequence: Sequence;
  readonly link: Link;
}

/** A receipt without what its payment says anyway. */
export interface ReceiptMessage {
  readonly type: "receipt";
  readonly payment: EntryId;
  /** The payee's. */
  readonly session: SessionId;
  readonly time: TimeMs;
  /** 64 bytes as hex. */
  readonly signature: string;
  readonly account?: AccountRecord;
}

export type PeerMessage =
  /** A bundle of entries with what vouches for them: the fast lane and the bulk lane. */
  | { readonly type: "bundle"; readonly bundle: Uint8Array }
  /** A message of the document layer; the replicator knows its form. */
  | { readonly type: "document"; readonly message: Uint8Array }
  /** "Send me the checkpoint records above this height." `start`: where a wallet started, 0 while it would take a state. */
  | { readonly type: "checkpoints-request"; readonly since: Height; readonly start?: Height }
  /** One part of an encoded checkpoint record. Records may be larger than a message. */
  | {
      readonly type: "checkpoint-part";
      readonly height: Height;
      readonly index: number;
      readonly count: number;
      readonly part: Uint8Array;
    }
  /** "Send me more of the state that you began to send." */
  | { readonly type: "state-request"; readonly height: Height; readonly index: number }
  /** One part of an encoded start. */
  | {
      readonly type: "state-part";
      readonly height: Height;
      readonly index: number;
      readonly count: number;
      readonly part: Uint8Array;
    }
  /** "That was all that I send for your request." */
  | { readonly type: "checkpoints-end" }
  /** "There is a checkpoint of this height now." */
  | { readonly type: "checkpoint-announcement"; readonly height: Height }
  /** "Tell me when you have taken in all that I sent before this." */
  | { readonly type: "flush-request"; readonly nonce: number }
  | { readonly type: "flush-reply"; readonly nonce: number; readonly height: Height }
  /** "I did not take something that you sent, and here is why." The link stays up. */
  | { readonly type: "refusal"; readonly code: string; readonly detail: string }
  /** "So far I have what is undecided of these logs." Said first. */
  | { readonly type: "log-heads"; readonly heads: readonly LogHead[] }
  /** "A payment of a log that you may have has arrived at its payee." `account`: what vouches for who says so. */
  | ReceiptMessage
  /** "Here is what came of the device request that you introduced yourself with." */
  | { readonly type: "device-answer"; readonly answer: Uint8Array }
  /** What somebody says about the recovery of an account that concerns you. */
  | { readonly type: "recovery"; readonly statement: Uint8Array };

/** A record's part: well below a message, so that other messages get through between parts. */
export const CHECKPOINT_PART_BYTES: number = 256 * 1024;
/** Parts of one record: CHECKPOINT_ITEMS_MAX control entries of full size stay below it. */
export const CHECKPOINT_PARTS_MAX = 96;
/** Parts of one state, of the same size: what a phone holds in memory while it reads one. */
export const STATE_PARTS_MAX = 256;
/** Logs of which it is said how far they go: a third of a message. What of others is undecided is pushed, known or not. */
export const LOG_HEADS_MAX = 4096;
const REFUSAL_BYTES_MAX = 512;

type Members<Type extends PeerMessage["type"]> = Omit<Extract<PeerMessage, { type: Type }>, "type">;

const MESSAGES: Parameters<typeof oneOf<PeerMessage>>[0] = {
  bundle: { kind: 1, schema: body<Members<"bundle">>({ bundle: field(1, byteString(MESSAGE_BYTES_MAX)) }) },
  document: { kind: 2, schema: body<Members<"document">>({ message: field(1, byteString(MESSAGE_BYTES_MAX)) }) },
  "checkpoints-request": {
    kind: 3,
    schema: body<Members<"checkpoints-request">>({
      since: field(1, integer<Height>()),
      start: optional(2, integer<Height>()),
    }),
  },
  "checkpoint-part": {
    kind: 4,
    schema: body<Members<"checkpoint-part">>({
      height: field(1, integer<Height>()),
      index: field(2, integer(CHECKPOINT_PARTS_MAX - 1)),
      count: field(3, integer(CHECKPOINT_PARTS_MAX)),
      part: field(4, byteString(CHECKPOINT_PART_BYTES)),
    }),
  },
  "checkpoint-announcement": {
    kind: 5,
    schema: body<Members<"checkpoint-announcement">>({ height: field(1, integer<Height>()) }),
  },
  "flush-request": { kind: 6, schema: body<Members<"flush-request">>({ nonce: field(1, integer()) }) },
  "flush-reply": {
    kind: 7,
    schema: body<Members<"flush-reply">>({ nonce: field(1, integer()), height: field(2, integer<Height>()) }),
  },
  refusal: {
    kind: 8,
    schema: body<Members<"refusal">>({ code: field(1, text(64)), detail: field(2, text(REFUSAL_BYTES_MAX)) }),
  },
  "state-request": {
    kind: 10,
    schema: body<Members<"state-request">>({
      height: field(1, integer<Height>()),
      index: field(2, integer(STATE_PARTS_MAX - 1)),
    }),
  },
  "state-part": {
    kind: 11,
    schema: body<Members<"state-part">>({
      height: field(1, integer<Height>()),
      index: field(2, integer(STATE_PARTS_MAX - 1)),
      count: field(3, integer(STATE_PARTS_MAX)),
      part: field(4, byteString(CHECKPOINT_PART_BYTES)),
    }),
  },
  "log-heads": {
    kind: 12,
    schema: body<Members<"log-heads">>({
      heads: field(
        1,
        list(
          tuple<LogHead>({ session: id<SessionId>(), sequence: integer<Sequence>(), link: hexBytes<Link>(32) }),
          LOG_HEADS_MAX,
        ),
      ),
    }),
  },
  receipt: {
    kind: 13,
    schema: body<Members<"receipt">>({
      payment: field(1, id<EntryId>()),
      session: field(2, id<SessionId>()),
      time: field(3, integer<TimeMs>()),
      signature: field(4, hexBytes<string>(64)),
      account: optional(5, accountRecordSchema),
    }),
  },
  "device-answer": {
    kind: 15,
    schema: body<Members<"device-answer">>({ answer: field(1, byteString(limits.DEVICE_ANSWER_BYTES_MAX)) }),
  },
  recovery: {
    kind: 16,
    schema: body<Members<"recovery">>({ statement: field(1, byteString(limits.CONTROL_ENTRY_BYTES_MAX)) }),
  },
  "checkpoints-end": { kind: 9, schema: body<Record<string, never>>({}) },
};

const peerMessageSchema: Schema<PeerMessage> = oneOf<PeerMessage>(MESSAGES);
const KINDS: ReadonlySet<unknown> = new Set(Object.values(MESSAGES).map(({ kind }) => kind));

export type PeerMessageError =
  | DecodeError
  /** Of a kind that a later version may have brought: nothing is wrong with it. */
  | { readonly type: "unknown-message"; readonly kind: number };

export function encodePeerMessage(message: PeerMessage): Uint8Array {
  return encodeWith(peerMessageSchema, message);
}

export function decodePeerMessage(bytes: Uint8Array): Result<PeerMessage, PeerMessageError> {
  const decoded = decodeWith(peerMessageSchema, bytes, MESSAGE_BYTES_MAX);
  if (decoded.ok || decoded.error.type !== "schema-mismatch") return decoded;
  const kind = kindOf(bytes);
  return kind === undefined || KINDS.has(kind) ? decoded : err({ type: "unknown-message", kind });
}

/** Of a map that begins with one. */
function kindOf(bytes: Uint8Array): number | undefined {
  const anything = decodeCbor(bytes);
  const kind = anything.ok && anything.value instanceof Map ? anything.value.get(0) : undefined;
  return typeof kind === "number" ? kind : undefined;
}
