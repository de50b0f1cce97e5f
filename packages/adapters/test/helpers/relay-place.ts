/** A relay on a path of an app's server, and a cable to it for each of two devices, of which the left one's can fail. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LinkHarness } from "@amigos/adapters/contract";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { createRelayServer } from "@amigos/adapters/relay-server";
import { createTcpProxy } from "./tcp-proxy.ts";
import { wireDisturbances } from "./wire-disturbances.ts";

const PATH = "/relay";

export interface RelayPlace extends Omit<LinkHarness, "left" | "right"> {
  readonly leftUrl: string;
  readonly rightUrl: string;
}

export async function openRelayPlace(heartbeatMs: number): Promise<RelayPlace> {
  const http = createServer((_request, response) => response.end("the app's own page"));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const relay = createRelayServer({ door: createWebSocketServerLink({ on: http, path: PATH, heartbeatMs }) });
  await relay.start();
  const [left, right] = await Promise.all([createTcpProxy(port, "left"), createTcpProxy(port, "right")]);
  return {
    leftUrl: `ws://127.0.0.1:${left.port}${PATH}`,
    rightUrl: `ws://127.0.0.1:${right.port}${PATH}`,
    cut: async () => {
      left.cut();
      right.cut();
    },
    suffer: left.suffer,
    disturbances: wireDisturbances(port, PATH),
    destroy: async () => {
      await relay.stop();
      await Promise.all([left.close(), right.close()]);
      http.close();
      http.closeAllConnections();
      await once(http, "close");
    },
  };
}
