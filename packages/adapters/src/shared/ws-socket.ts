/** The `ws` library's socket (Node) as a `Socket`. Its errors are told as a close and never thrown. */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Socket, SocketHandlers } from "./socket.ts";

/**
 * `carrier`: what is below it, where there is one already; a client makes it. Over a slow network one message takes several
 * heartbeats, and no ping passes it: so whatever part of it arrives shows life.
 */
export function adoptWsSocket(webSocket: WebSocket, handlers: SocketHandlers, carrier?: Duplex): Socket {
  let problem: string | undefined;
  let fault: number | undefined;
  webSocket.binaryType = "arraybuffer";
  const watch = (duplex: Duplex): void => void duplex.on("data", handlers.onControl);
  // Not before the library listens too: what came with the upgrade would be heard here alone.
  if (carrier === undefined) webSocket.on("upgrade", ({ socket }) => webSocket.on("open", () => watch(socket)));
  else watch(carrier);
  webSocket.on("open", handlers.onOpen);
  webSocket.on("message", (data, isBinary) => {
    // With this binary type a binary message is an ArrayBuffer of its own, and a text one a Buffer.
    if (isBinary) handlers.onMessage(new Uint8Array(data as ArrayBuffer));
    else handlers.onText((data as Buffer).toString());
  });
  webSocket.on("ping", handlers.onControl);
  webSocket.on("pong", handlers.onControl);
  webSocket.on("error", (error) => {
    problem = describe(error);
    fault = faultOf(error);
  });
  webSocket.on("close", (code) => handlers.onClose(fault ?? code, problem));
  return {
    bufferedBytes: () => webSocket.bufferedAmount,
    // Copied, because a server's frame is handed to the kernel later, from the buffer that was given.
    sendMessage: (message) => webSocket.send(Uint8Array.from(message)),
    sendText: (text) => webSocket.send(text),
    ping: () => webSocket.ping(),
    close: (code) => webSocket.close(code),
    destroy: () => webSocket.terminate(),
  };
}

/** The library reports what it refused to read as an error of its own, and the close after it as a plain loss. */
function faultOf(error: Error): number | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return 1009;
  return code?.startsWith("WS_ERR_") === true ? 1002 : undefined;
}

function describe(error: Error): string {
  // Failing over IPv4 and IPv6 gives an AggregateError without a message.
  if (error.message !== "") return error.message;
  return error instanceof AggregateError ? error.errors.map(String).join("; ") : error.name;
}
