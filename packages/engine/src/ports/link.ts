/**
 * Links: how bytes reach another device. A link brings up connections, by dialling or by being dialled; a connection is
 * a reliable, ordered pipe of messages to one other device, neither encrypted nor authenticated yet: the engine's handshake
 * does that on top, the same for every link. Adapters: WebSocket client and server, relay, BroadcastChannel, MessagePort,
 * WebRTC.
 *
 * Invariants every connection keeps:
 * - messages arrive whole, in order, each at most once; when that cannot be kept, the connection closes;
 * - a message longer than `MESSAGE_BYTES_MAX` is never delivered: the connection closes with `too-large`;
 * - nothing is delivered before `start` and nothing after `onClose`; `onClose` is called exactly once;
 * - `send` after close does nothing; a slow reader makes the connection close rather than the sender's memory grow.
 */
export interface Link {
  /** For people and logs: `"WebSocket ws://127.0.0.1:4680"`. */
  readonly name: string;
  /** Begins to dial or listen, for ever, until `stop`. Rejects only when it can never work, such as a port in use. */
  readonly start: (onConnection: (connection: Connection) => void) => Promise<void>;
  /** Closes every connection and makes no more. Idempotent. */
  readonly stop: () => Promise<void>;
}

export interface Connection {
  /** For people and logs. Says nothing about who is at the other end. */
  readonly description: string;
  readonly start: (handlers: ConnectionHandlers) => void;
  readonly send: (message: Uint8Array) => void;
  readonly close: (reason: CloseReason) => void;
}

export interface ConnectionHandlers {
  readonly onMessage: (message: Uint8Array) => void;
  readonly onClose: (reason: CloseReason) => void;
}

export type CloseReason = "closed-here" | "closed-there" | "too-large" | "too-slow" | "lost" | "protocol-error";

/** One message on a link. Larger things are sent in parts. */
export const MESSAGE_BYTES_MAX: number = 1024 * 1024;
/** What may wait in one connection for a slow reader before it is closed as `too-slow`. */
export const SEND_BUFFER_BYTES_MAX: number = 8 * MESSAGE_BYTES_MAX;
