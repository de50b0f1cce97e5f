/**
 * A connection on an open data channel. Browsers differ in how large a message they pass on, so ours are cut into parts;
 * and a peer that walked away is noticed by a heartbeat, long before ICE gives up.
 *
 * The first byte of each part: 0 more follow, and then it is a full one; 1 the last of its message; 2 ping, 3 pong.
 */
import { MESSAGE_BYTES_MAX, type Clock, type CloseReason } from "@amigos/engine/ports";
import { startHeartbeat } from "../shared/heartbeat.ts";
import { MessagePipe } from "../shared/message-pipe.ts";

const MORE = 0;
const LAST = 1;
const PING = 2;
const PONG = 3;
/** What every browser passes on (RFC 8831 §6.6), the first byte included. */
const PART_BYTES = 16 * 1024;
const BODY_BYTES: number = PART_BYTES - 1;

export interface DataChannelOptions {
  readonly channel: RTCDataChannel;
  readonly description: string;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  /** Releases what carries the channel. `isUnreachable`: nothing more will get through. */
  readonly release: (isUnreachable: boolean) => void;
  readonly onEnd: () => void;
}

/** The channel is open. */
export function createDataChannelConnection(options: DataChannelOptions): MessagePipe {
  const { channel } = options;
  let parts: Uint8Array[] = [];
  let partsLength = 0;
  const pipe: MessagePipe = new MessagePipe(
    options.description,
    {
      send: (message) => sendParts(channel, message, () => pipe.end("lost")),
      bufferedBytes: () => channel.bufferedAmount,
      close: (reason: CloseReason) => options.release(reason === "lost" || reason === "too-slow"),
    },
    () => {
      heartbeat.stop();
      options.onEnd();
    },
  );
  const heartbeat = startHeartbeat({
    clock: options.clock,
    intervalMs: options.heartbeatMs,
    ping: () => say(PING),
    onDead: () => pipe.fail("lost"),
  });
  const say = (kind: number): void => {
    if (channel.readyState === "open") channel.send(Uint8Array.of(kind));
  };
  const receivePart = (part: Uint8Array): void => {
    partsLength += part.length;
    if (partsLength > MESSAGE_BYTES_MAX) return pipe.fail("too-large");
    parts.push(part);
  };
  const receive = (data: Uint8Array): void => {
    heartbeat.heard();
    const [kind] = data;
    // Whatever is under way shows life; so answers never pile up for one who asks without reading.
    if (kind === PING) return channel.bufferedAmount === 0 ? say(PONG) : undefined;
    if (kind === PONG) return undefined;
    // Only full parts have others after them: so a message has a bounded number of parts.
    const isPart = kind === LAST ? data.length <= PART_BYTES : kind === MORE && data.length === PART_BYTES;
    if (!isPart) return pipe.fail("protocol-error");
    receivePart(data.subarray(1));
    if (kind === MORE || !pipe.isOpen) return undefined;
    const message = joined(parts, partsLength);
    [parts, partsLength] = [[], 0];
    return pipe.receive(message);
  };
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) receive(new Uint8Array(data));
    else pipe.fail("protocol-error");
  });
  channel.addEventListener("close", () => pipe.end("closed-there"));
  return pipe;
}

/** A channel that closes takes nothing any more, and says so only a moment later. */
function sendParts(channel: RTCDataChannel, message: Uint8Array, onRefused: () => void): void {
  const last = Math.max(1, Math.ceil(message.length / BODY_BYTES)) - 1;
  for (let index = 0; index <= last; index += 1) {
    const body = message.subarray(index * BODY_BYTES, (index + 1) * BODY_BYTES);
    const part = new Uint8Array(1 + body.length);
    part[0] = index === last ? LAST : MORE;
    part.set(body, 1);
    try {
      channel.send(part);
    } catch {
      return onRefused();
    }
  }
  return undefined;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const message = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  return message;
}
