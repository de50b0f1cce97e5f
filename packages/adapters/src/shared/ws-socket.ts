/** The `ws` library's socket (Node) as a `Socket`. Its errors are told as a close and never thrown. */
import type { WebSocket } from "ws";
import type { Socket, SocketHandlers } from "./socket.ts";

export function adoptWsSocket(webSocket: WebSocket, handlers: SocketHandlers): Socket {
  let problem: string | undefined;
  webSocket.binaryType = "arraybuffer";
  webSocket.on("open", handlers.onOpen);
  webSocket.on("message", (data: ArrayBuffer | Buffer, isBinary) => {
    // With this binary type a binary message is an ArrayBuffer of its own, and a text one a Buffer.
    if (isBinary) handlers.onMessage(new Uint8Array(data as ArrayBuffer));
    else handlers.onText(data.toString());
  });
  webSocket.on("ping", handlers.onControl);
  webSocket.on("pong", handlers.onControl);
  webSocket.on("error", (error) => {
    problem = describe(error);
  });
  webSocket.on("close", (code) => handlers.onClose(code, problem));
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

function describe(error: Error): string {
  // Failing over IPv4 and IPv6 gives an AggregateError without a message.
  if (error.message !== "") return error.message;
  return error instanceof AggregateError ? error.errors.map(String).join("; ") : error.name;
}
