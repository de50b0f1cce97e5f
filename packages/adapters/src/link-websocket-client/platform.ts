/**
 * What the WebSocket client needs of its runtime. The file behind `#platform` is chosen by the package's conditional
 * imports: browsers have one WebSocket only; in Node, `ws` bounds what it reads into memory before a message is whole,
 * which the global WebSocket there does not.
 */
import type { Socket, SocketHandlers } from "../shared/socket.ts";

export interface Platform {
  /** Dials. Throws only where the URL itself can never work. */
  readonly openSocket: (url: string, handlers: SocketHandlers) => Socket;
  /** Calls back when the device says that it has a network again. Returns what ends that. */
  readonly onOnline: (listener: () => void) => () => void;
}
