/**
 * One connection of two links, on a channel of their own: others do not hear it, and pay nothing for it. A channel
 * delivers in order or not at all, and does not say when nobody listens any more: so data is numbered, receipts bound what is
 * under way, and a heartbeat notices a tab that was closed.
 */
import type { Clock, CloseReason, Connection } from "@amigos/engine/ports";
import { startHeartbeat, type Heartbeat } from "./heartbeat.ts";
import { MessagePipe } from "./message-pipe.ts";
import { decodePair, encode, messageCost, type PairMessage } from "./channel-message.ts";

/** What is used of a `BroadcastChannel`, or of what stands in for one. */
export interface Channel {
  readonly postMessage: (value: unknown) => void;
  readonly addEventListener: (
    type: "message" | "messageerror",
    listener: (event: { readonly data: unknown }) => void,
  ) => void;
  readonly close: () => void;
}

export interface ChannelPairOptions {
  readonly channel: Channel;
  /** What kind of channel, for people. */
  readonly medium: string;
  readonly own: string;
  readonly peer: string;
  readonly isInvited: boolean;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  /** Once, when both ends are there. */
  readonly onOpen: (connection: Connection) => void;
  /** Once, at the end, whether or not it ever opened. */
  readonly onEnd: () => void;
}

/** A receipt goes out after each of these; small against what may be under way. */
const RECEIPT_BYTES = 256 * 1024;

export class ChannelPair {
  readonly #options: ChannelPairOptions;
  readonly #pipe: MessagePipe;
  readonly #heartbeat: Heartbeat;
  #isOpen = false;
  #sentMessages = 0;
  #receivedMessages = 0;
  #sentBytes = 0;
  #ackedBytes = 0;
  #receivedBytes = 0;
  #receiptBytes = 0;

  constructor(options: ChannelPairOptions) {
    this.#options = options;
    const wire = {
      send: (message: Uint8Array) => this.#sendData(message),
      bufferedBytes: () => this.#sentBytes - this.#ackedBytes,
      close: (reason: CloseReason) => this.#post({ type: "close", from: options.own, reason }),
    };
    this.#pipe = new MessagePipe(`${options.medium} to ${options.peer.slice(0, 8)}`, wire, () => this.#end());
    this.#heartbeat = startHeartbeat({
      clock: options.clock,
      intervalMs: options.heartbeatMs,
      ping: () => this.#post({ type: "ping", from: options.own }),
      onDead: () => this.#pipe.fail("lost"),
    });
    options.channel.addEventListener("message", ({ data }) => this.#receive(data));
    // Something did arrive and could not be read: then a message may be missing.
    options.channel.addEventListener("messageerror", () => this.#pipe.fail("protocol-error"));
  }

  /** The invited one answers, and is open with that; the other opens when the answer comes. */
  begin(): void {
    if (!this.#options.isInvited) return;
    this.#post({ type: "accept", from: this.#options.own });
    this.#open();
  }

  close(reason: CloseReason): void {
    this.#pipe.close(reason);
  }

  #open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#options.onOpen(this.#pipe);
  }

  #receive(value: unknown): void {
    const message = decodePair(value);
    if (message === undefined || message.from !== this.#options.peer || !this.#pipe.isOpen) return;
    this.#heartbeat.heard();
    switch (message.type) {
      case "accept":
        return this.#open();
      case "data":
        return this.#receiveData(message.sequence, message.message);
      case "ack":
        return this.#receiveReceipt(message.bytes);
      case "ping":
        return this.#post({ type: "pong", from: this.#options.own });
      case "pong":
        return;
      case "close":
        return this.#pipe.end(message.reason === "closed-here" ? "closed-there" : message.reason);
    }
  }

  #sendData(message: Uint8Array): void {
    this.#sentBytes += messageCost(message);
    // A copy of its own: cloning a view would clone all of the buffer behind it.
    this.#post({
      type: "data",
      from: this.#options.own,
      sequence: this.#sentMessages,
      message: Uint8Array.from(message),
    });
    this.#sentMessages += 1;
  }

  #receiveData(sequence: number, message: Uint8Array): void {
    if (!this.#isOpen) return this.#pipe.fail("protocol-error");
    if (sequence !== this.#receivedMessages) return this.#pipe.fail("lost");
    this.#receivedMessages += 1;
    this.#receivedBytes += messageCost(message);
    if (this.#receivedBytes - this.#receiptBytes >= RECEIPT_BYTES) this.#sendReceipt();
    this.#pipe.receive(message);
  }

  #sendReceipt(): void {
    this.#receiptBytes = this.#receivedBytes;
    this.#post({ type: "ack", from: this.#options.own, bytes: this.#receivedBytes });
  }

  #receiveReceipt(bytes: number): void {
    if (bytes > this.#sentBytes || bytes < this.#ackedBytes) return this.#pipe.fail("protocol-error");
    this.#ackedBytes = bytes;
  }

  #post(message: PairMessage): void {
    this.#options.channel.postMessage(encode(message));
  }

  #end(): void {
    this.#heartbeat.stop();
    this.#options.onEnd();
    // After the `close` message, which is posted when this returns.
    queueMicrotask(() => this.#options.channel.close());
  }
}
