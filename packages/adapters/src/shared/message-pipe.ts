/**
 * The half of a connection that is the same over every wire: it keeps the invariants of the port, so that an adapter
 * only moves bytes. Messages wait, bounded, until `start`; nothing is delivered after `onClose`; `onClose` comes exactly
 * once, and never from within a call into the connection, so that the engine is not entered twice.
 */
import { assert } from "@amigos/core";
import {
  MESSAGE_BYTES_MAX,
  SEND_BUFFER_BYTES_MAX,
  type CloseReason,
  type Connection,
  type ConnectionHandlers,
} from "@amigos/engine/ports";

/** What an adapter brings: how one message leaves, how much is still waiting, and how the other end is told. */
export interface Wire {
  readonly send: (message: Uint8Array) => void;
  /** Bytes given to `send` that have not left yet, as far as the platform tells. */
  readonly bufferedBytes: () => number;
  /** Called at most once, and never after the adapter itself reported the end: release the wire. */
  readonly close: (reason: CloseReason) => void;
}

/** What a message costs in a queue beside its bytes, so that a million empty messages are not free. */
const MESSAGE_OVERHEAD_BYTES = 64;

export class MessagePipe implements Connection {
  readonly description: string;
  readonly #wire: Wire;
  readonly #onEnd: (reason: CloseReason) => void;
  #handlers: ConnectionHandlers | undefined;
  #state: "open" | "ended-there" | "closed" = "open";
  #reason: CloseReason = "closed-here";
  /** What arrived before the engine took it. Empty once the pipe flows. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isFlowing = false;

  /** `onEnd` is the link's own bookkeeping; it is called once, before the engine hears of the end. */
  constructor(description: string, wire: Wire, onEnd: (reason: CloseReason) => void) {
    this.description = description;
    this.#wire = wire;
    this.#onEnd = onEnd;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  start(handlers: ConnectionHandlers): void {
    assert(this.#handlers === undefined, "a connection is started once");
    this.#handlers = handlers;
    queueMicrotask(() => this.#flow());
  }

  send(message: Uint8Array): void {
    if (this.#state !== "open") return;
    if (message.length > MESSAGE_BYTES_MAX) this.close("too-large");
    else if (this.#wire.bufferedBytes() + message.length > SEND_BUFFER_BYTES_MAX) this.close("too-slow");
    else this.#wire.send(message);
  }

  close(reason: CloseReason): void {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#finish(reason);
    if (wasOpen) this.#wire.close(reason);
  }

  /** For the adapter: a whole message arrived. */
  receive(message: Uint8Array): void {
    if (this.#state !== "open") return;
    if (message.length > MESSAGE_BYTES_MAX) this.fail("too-large");
    else if (this.#isFlowing) this.#deliver(message);
    else this.#keep(message);
  }

  /** For the adapter: the wire is gone, and why. What arrived before is still delivered first. */
  end(reason: CloseReason): void {
    if (this.#state !== "open") return;
    if (this.#waiting.length === 0) return this.#finish(reason);
    this.#state = "ended-there";
    this.#reason = reason;
  }

  /** For the adapter: the other end broke the rules. What arrived before is still delivered first. */
  fail(reason: CloseReason): void {
    if (this.#state !== "open") return;
    this.#wire.close(reason);
    this.end(reason);
  }

  #keep(message: Uint8Array): void {
    this.#waitingBytes += message.length + MESSAGE_OVERHEAD_BYTES;
    if (this.#waitingBytes > SEND_BUFFER_BYTES_MAX) this.fail("too-slow");
    else this.#waiting.push(message);
  }

  #flow(): void {
    try {
      // A handler may close the pipe or make more arrive, so the queue is read anew each time.
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#deliver(next);
    } finally {
      this.#isFlowing = true;
      if (this.#state === "ended-there") this.#finish(this.#reason);
      else if (this.#state === "closed") this.#handlers?.onClose(this.#reason);
    }
  }

  #deliver(message: Uint8Array): void {
    try {
      this.#handlers?.onMessage(message);
    } catch (error) {
      // A reader that failed in the middle has lost a message, so the order is broken. The defect itself stays loud.
      this.close("protocol-error");
      throw error;
    }
  }

  #finish(reason: CloseReason): void {
    this.#state = "closed";
    this.#reason = reason;
    this.#waiting = [];
    this.#onEnd(reason);
    if (this.#isFlowing) queueMicrotask(() => this.#handlers?.onClose(reason));
  }
}
