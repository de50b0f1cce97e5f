/**
 * A WebSocket as both ends of the link see it, so that the global one of browsers and the `ws` of Node look alike; and
 * the connection on top of it, with its heartbeat.
 */
import type { Clock, CloseReason } from "@amigos/engine/ports";
import { startHeartbeat } from "./heartbeat.ts";
import { MessagePipe } from "./message-pipe.ts";
import { codeToReason, isUnreachable, PING, PONG, reasonToCode } from "./websocket-protocol.ts";

export interface Socket {
  readonly bufferedBytes: () => number;
  readonly sendMessage: (message: Uint8Array) => void;
  readonly sendText: (text: string) => void;
  /** WebSocket's own ping where there is one, text otherwise. */
  readonly ping: () => void;
  readonly close: (code: number) => void;
  /** Drops the connection at once, as far as the platform can. */
  readonly destroy: () => void;
}

export interface SocketHandlers {
  readonly onOpen: () => void;
  readonly onMessage: (message: Uint8Array) => void;
  readonly onText: (text: string) => void;
  /** A ping or pong of WebSocket's own; or anything at all arrived, where the platform tells. */
  readonly onControl: () => void;
  /** The last call. 1006 when there was no close frame; `problem` is for people. */
  readonly onClose: (code: number, problem: string | undefined) => void;
}

export interface SocketConnection {
  readonly pipe: MessagePipe;
  readonly handlers: Omit<SocketHandlers, "onOpen">;
  /** Resolves when the socket itself is gone, or given up, some time after the pipe ended. */
  readonly gone: Promise<void>;
}

/** How long a goodbye may take before the socket is dropped. */
const GOODBYE_MS = 1_000;

export interface SocketConnectionOptions {
  readonly description: string;
  readonly socket: Socket;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly onEnd: (reason: CloseReason) => void;
}

/** A connection over an open socket. Its handlers are to be called with what the socket reports. */
export function createSocketConnection(options: SocketConnectionOptions): SocketConnection {
  const { socket, clock } = options;
  const gone = Promise.withResolvers<void>();
  const giveUp = (): void => {
    socket.destroy();
    gone.resolve();
  };
  let cancelGoodbye = (): void => {};
  const wire = {
    send: socket.sendMessage,
    bufferedBytes: socket.bufferedBytes,
    close: (reason: CloseReason) => (isUnreachable(reason) ? socket.destroy() : socket.close(reasonToCode(reason))),
  };
  const pipe = new MessagePipe(options.description, wire, (reason) => {
    heartbeat.stop();
    cancelGoodbye = clock.after(GOODBYE_MS, giveUp);
    options.onEnd(reason);
  });
  let waitingBytes = 0;
  const heartbeat = startHeartbeat({
    clock,
    intervalMs: options.heartbeatMs,
    ping: socket.ping,
    // What leaves is taken by somebody: over a slow network our ping, and so its answer, waits behind a large message.
    isLeaving: () => {
      const before = waitingBytes;
      waitingBytes = socket.bufferedBytes();
      return waitingBytes < before;
    },
    onDead: () => pipe.fail("lost"),
  });
  /** Whatever is under way already shows life; so answers never pile up for one who asks without reading. */
  const answerPing = (): void => {
    if (pipe.isOpen && socket.bufferedBytes() === 0) socket.sendText(PONG);
  };
  return {
    pipe,
    gone: gone.promise,
    handlers: {
      onMessage: (message) => {
        heartbeat.heard();
        pipe.receive(message);
      },
      onText: (text) => {
        heartbeat.heard();
        if (text === PING) answerPing();
        else if (text !== PONG) pipe.fail("protocol-error");
      },
      onControl: heartbeat.heard,
      onClose: (code) => {
        pipe.end(codeToReason(code));
        cancelGoodbye();
        gone.resolve();
      },
    },
  };
}
