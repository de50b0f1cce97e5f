/**
 * Two devices that cannot reach each other meet at a relay, in a room that both know the name of (spec [RLY1]). The relay
 * carries what they say and needs no trust: it can neither read nor change it, only drop it, which ends the connection.
 * Works in browsers and in Node.
 */
import { assert, DOMAIN, taggedHash } from "@amigos/core";
import type { CloseReason, Connection, Link } from "@amigos/engine/ports";
import {
  createWebSocketClientLink,
  type WebSocketClientOptions,
} from "../link-websocket-client/websocket-client-link.ts";
import { MessagePipe } from "../shared/message-pipe.ts";
import { decodeAnswer, encodeJoin, ROOM_BYTES, type RelayRefusal } from "../shared/relay-protocol.ts";

export { LinkError } from "../shared/link-error.ts";
export type { RelayRefusal } from "../shared/relay-protocol.ts";

export interface RelayOptions extends WebSocketClientOptions {
  /** 32 bytes that the other device has too: see `relayRoomOf`. */
  readonly room: Uint8Array;
  /** For showing why the two do not meet. The link tries again. */
  readonly onRefused?: (refusal: RelayRefusal) => void;
}

/**
 * The room of a code that two devices share. Whoever can guess the code can stand in the room; who that is, is proven on the
 * connection, so all that it gains is that the two do not meet.
 */
export function relayRoomOf(code: string): Uint8Array {
  return taggedHash(DOMAIN.relayRoom, new TextEncoder().encode(code));
}

/** `start` rejects with `LinkError` `url-invalid` as that of the WebSocket client does. */
export function createRelayLink(options: RelayOptions): Link {
  assert(options.room.length === ROOM_BYTES, "a room is 32 bytes");
  const socket = createWebSocketClientLink(options);
  const join = encodeJoin(options.room);
  const { url, onRefused = () => {} } = options;
  return {
    name: `relay ${url}`,
    start: (onConnection) =>
      socket.start((toRelay) => enter({ toRelay, join, description: `relay ${url}`, onConnection, onRefused })),
    stop: () => socket.stop(),
  };
}

interface Entrance {
  readonly toRelay: Connection;
  readonly join: Uint8Array;
  readonly description: string;
  readonly onConnection: (connection: Connection) => void;
  readonly onRefused: (refusal: RelayRefusal) => void;
}

/** Asks for the room and waits there, as long as it takes; the connection begins when the other one has come too. */
function enter({ toRelay, join, description, onConnection, onRefused }: Entrance): void {
  let pipe: MessagePipe | undefined;
  const wire = {
    send: (message: Uint8Array) => toRelay.send(message),
    // Of what waits in the WebSocket it takes care itself.
    bufferedBytes: () => 0,
    close: (reason: CloseReason) => toRelay.close(reason),
  };
  const onAnswer = (message: Uint8Array): void => {
    const answer = decodeAnswer(message);
    if (answer === "joined") {
      pipe = new MessagePipe(description, wire, () => {});
      return onConnection(pipe);
    }
    if (answer === undefined) return toRelay.close("protocol-error");
    onRefused(answer);
    return toRelay.close("closed-here");
  };
  toRelay.start({
    onMessage: (message) => (pipe === undefined ? onAnswer(message) : pipe.receive(message)),
    onClose: (reason) => pipe?.end(reason),
  });
  toRelay.send(join);
}
