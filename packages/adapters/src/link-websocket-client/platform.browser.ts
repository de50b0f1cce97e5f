/** Browsers, windows and workers alike: the global WebSocket. */
import type { Socket } from "../shared/socket.ts";
import { PING } from "../shared/websocket-protocol.ts";
import type { Platform } from "./platform.ts";

export const platform: Platform = {
  openSocket: (url, handlers) => {
    const webSocket = new WebSocket(url);
    webSocket.binaryType = "arraybuffer";
    webSocket.addEventListener("open", handlers.onOpen);
    webSocket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === "string") handlers.onText(data);
      else handlers.onMessage(new Uint8Array(data));
    });
    // The `error` event says nothing and a `close` follows it always.
    webSocket.addEventListener("close", ({ code }) => handlers.onClose(code, undefined));
    return socketOf(webSocket);
  },
  onOnline: (listener) => {
    globalThis.addEventListener("online", listener);
    return () => globalThis.removeEventListener("online", listener);
  },
};

function socketOf(webSocket: WebSocket): Socket {
  return {
    bufferedBytes: () => webSocket.bufferedAmount,
    // Sending copies at once; the type wants to know that the memory is not shared, which ours never is.
    sendMessage: (message) => webSocket.send(message as Uint8Array<ArrayBuffer>),
    sendText: (text) => webSocket.send(text),
    ping: () => webSocket.send(PING),
    close: (code) => webSocket.close(code),
    destroy: () => webSocket.close(),
  };
}
