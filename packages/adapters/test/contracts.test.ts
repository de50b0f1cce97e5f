/** The adapters that run in Node, each under the contract of its port: on real files, sockets and threads' channels. */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  keyVaultContract,
  linkContract,
  storeContract,
  type LinkCase,
  type LinkHarness,
} from "@amigos/adapters/contract";
import { openFileKeyVault } from "@amigos/adapters/key-vault-file";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { createBroadcastChannelLink } from "@amigos/adapters/link-broadcast-channel";
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import { createWebSocketClientLink } from "@amigos/adapters/link-websocket-client";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { MemoryDisk, openMemoryStore } from "@amigos/adapters/store-memory";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import { createDice } from "../src/contract/contract-case.ts";
import { createBreakableChannels } from "./helpers/breakable-channels.ts";
import { createMessagePortHarness, OTHERS_POST } from "./helpers/breakable-ports.ts";
import { heartbeatOf } from "./helpers/heartbeat-of.ts";
import { createTcpProxy } from "./helpers/tcp-proxy.ts";
import { createFolder } from "./helpers/temporary.ts";
import { WIRE_DISTURBANCES, wireDisturbances } from "./helpers/wire-disturbances.ts";

storeContract("the memory store", async () => {
  const disk = new MemoryDisk();
  return { open: () => openMemoryStore({ name: "wallet", disk }), destroy: async () => {} };
});

storeContract("the SQLite store", async () => {
  const folder = await createFolder();
  return { open: () => openSqliteStore({ path: join(folder.path, "wallet.db") }), destroy: folder.remove };
});

keyVaultContract("the memory key vault", async () => {
  const vault = createMemoryKeyVault();
  return { open: async () => vault, destroy: async () => {} };
});

keyVaultContract("the file key vault", async () => {
  const folder = await createFolder();
  return { open: () => openFileKeyVault({ directory: join(folder.path, "keys") }), destroy: folder.remove };
});

linkContract("the memory link", async () => {
  const pair = createMemoryLinkPair();
  const cut = async (): Promise<void> => {
    pair.unplug();
    pair.plug();
  };
  return { ...pair, cut, disturbances: {}, destroy: async () => {} };
});

linkContract("the memory link over a scheduler that keeps no order", async () => {
  const roll = createDice(7);
  const pair = createMemoryLinkPair({ schedule: (action) => void setTimeout(action, roll(4)) });
  const cut = async (): Promise<void> => {
    pair.unplug();
    pair.plug();
  };
  return { ...pair, cut, disturbances: {}, destroy: async () => {} };
});

const FAST = { retryMs: 10, retryMsMax: 50 };

linkContract(
  "the WebSocket link from client to server",
  (linkCase) => createWebSocketHarness("client first", linkCase),
  WIRE_DISTURBANCES,
);
linkContract(
  "the WebSocket link from server to client",
  (linkCase) => createWebSocketHarness("server first", linkCase),
  WIRE_DISTURBANCES,
);

linkContract(
  "the BroadcastChannel link",
  async (linkCase) => {
    const channels = createBreakableChannels();
    const heartbeatMs = heartbeatOf(linkCase);
    const options = { channel: crypto.randomUUID(), heartbeatMs, helloMs: 20, createChannel: channels.create };
    return {
      left: createBroadcastChannelLink(options),
      right: createBroadcastChannelLink(options),
      cut: channels.cut,
      disturbances: { "what other scripts post": async () => channels.postEverywhere() },
      destroy: async () => {},
    };
  },
  ["what other scripts post"],
);

linkContract("the MessagePort link", createMessagePortHarness, [OTHERS_POST]);

async function createWebSocketHarness(
  order: "client first" | "server first",
  linkCase: LinkCase,
): Promise<LinkHarness> {
  const heartbeatMs = heartbeatOf(linkCase);
  const http = createServer((_request, response) => response.end("the app's own page"));
  const port = await listen(http);
  const proxy = await createTcpProxy(port);
  const server = createWebSocketServerLink({ on: http, path: "/link", ...FAST, heartbeatMs });
  const client = createWebSocketClientLink({ url: `ws://127.0.0.1:${proxy.port}/link`, ...FAST, heartbeatMs });
  return {
    left: order === "client first" ? client : server,
    right: order === "client first" ? server : client,
    cut: async () => proxy.cut(),
    disturbances: wireDisturbances(port, "/link"),
    destroy: async () => {
      await proxy.close();
      http.close();
      http.closeAllConnections();
      await once(http, "close");
    },
  };
}

async function listen(http: Server): Promise<number> {
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return (http.address() as AddressInfo).port;
}
