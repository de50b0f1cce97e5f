/** Somewhere to dial: a WebSocket server's link on a server of its own. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import type { Link } from "@amigos/engine/ports";

export interface WebSocketPlace {
  readonly url: string;
  readonly server: Link;
  /** Ends the server. Its link is stopped by whoever started it. */
  readonly close: () => void;
}

export async function openWebSocketPlace(): Promise<WebSocketPlace> {
  const http = createServer();
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    server: createWebSocketServerLink({ on: http }),
    close: () => {
      http.close();
      http.closeAllConnections();
    },
  };
}
