/**
 * What links say to each other over channels of structured clones. Others may post there too, any script of the origin in
 * the case of a BroadcastChannel: so nothing is believed before its shape was checked, and what is not ours is ignored.
 *
 * On the shared channel: `hello` finds links, `open` invites one of them to a channel for two. On the channel for two:
 * `accept` answers, `data` carries messages, `ack` says how much arrived, `ping`/`pong` show life, `close` ends.
 */
import type { CloseReason } from "@amigos/engine/ports";

const PROTOCOL = "amigos-channel/1";

export type SharedMessage =
  /** With `to`, an answer to that link's own hello. */
  | { readonly type: "hello"; readonly from: string; readonly to?: string }
  | { readonly type: "open"; readonly from: string; readonly to: string; readonly connection: string };

export type PairMessage =
  | { readonly type: "accept"; readonly from: string }
  | { readonly type: "data"; readonly from: string; readonly sequence: number; readonly message: Uint8Array }
  /** `bytes`: the cost of everything received so far, by `messageCost`. */
  | { readonly type: "ack"; readonly from: string; readonly bytes: number }
  | { readonly type: "ping" | "pong"; readonly from: string }
  | { readonly type: "close"; readonly from: string; readonly reason: CloseReason };

/** As posted: the message with the protocol's name. */
export function encode(message: SharedMessage | PairMessage): unknown {
  return { protocol: PROTOCOL, ...message };
}

export function decodeShared(value: unknown): SharedMessage | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const { type, from, to, connection } = fields;
  if (type === "hello" && to === undefined) return { type, from };
  if (type === "hello" && isId(to)) return { type, from, to };
  if (type === "open" && isId(to) && isId(connection)) return { type, from, to, connection };
  return undefined;
}

export function decodePair(value: unknown): PairMessage | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const { type, from, sequence, message, bytes, reason } = fields;
  switch (type) {
    case "accept":
    case "ping":
    case "pong":
      return { type, from };
    case "data":
      return isCount(sequence) && message instanceof Uint8Array ? { type, from, sequence, message } : undefined;
    case "ack":
      return isCount(bytes) ? { type, from, bytes } : undefined;
    case "close":
      return isCloseReason(reason) ? { type, from, reason } : undefined;
    default:
      return undefined;
  }
}

/** What a message counts in the flow of a connection, so that empty ones are not free. */
export function messageCost(message: Uint8Array): number {
  return message.length + 64;
}

type Fields = Readonly<Record<string, unknown>> & { readonly from: string };

function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  return fields["protocol"] === PROTOCOL && isId(fields["from"]) ? (fields as Fields) : undefined;
}

/** 16 random bytes in hex. */
function isId(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

const CLOSE_REASONS: ReadonlySet<unknown> = new Set<CloseReason>([
  "closed-here",
  "closed-there",
  "too-large",
  "too-slow",
  "lost",
  "protocol-error",
]);

function isCloseReason(value: unknown): value is CloseReason {
  return CLOSE_REASONS.has(value);
}
