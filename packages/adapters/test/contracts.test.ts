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
import { createRelayLink, relayRoomOf } from "@amigos/adapters/link-relay";
import { createWebSocketClientLink } from "@amigos/adapters/link-websocket-client";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { MemoryDisk, openMemoryStore } from "@amigos/adapters/store-memory";
import { createDice } from "../src/contract/contract-case.ts";
import { CHANNEL_FAULTS, createBreakableChannels } from "./helpers/breakable-channels.ts";
import { createMessagePortHarness, PORT_TROUBLES } from "./helpers/breakable-ports.ts";
import { heartbeatOf } from "./helpers/heartbeat-of.ts";
import { openRelayPlace } from "./helpers/relay-place.ts";
import { CABLE_FAULTS, createTcpProxy } from "./helpers/tcp-proxy.ts";
import { createSqliteHarness, SQLITE_TROUBLES } from "./helpers/sqlite-harness.ts";
import { createFolder } from "./helpers/temporary.ts";
import { WIRE_DISTURBANCES, wireDisturbances } from "./helpers/wire-disturbances.ts";

storeContract("the memory store", async () => {
  const disk = new MemoryDisk();
  return { open: () => openMemoryStore({ name: "wallet", disk }), destroy: async () => {} };
});

storeContract("the SQLite store", createSqliteHarness, SQLITE_TROUBLES);

keyVaultContract("the memory key vault", async () => {
  const vault = createMemoryKeyVault();
  return { open: async () => vault, destroy: async () => {} };
});

keyVaultContract("the file key vault", async () => {
  const folder = await createFolder();
  return { open: () => openFileKeyVault({ directory: join(folder.path, "keys") }), destroy: folder.remove };
});

linkContract("the memory link", async () => createMemoryHarness(queueMicrotask), { faults: ["sudden closes"] });

linkContract("the memory link over a scheduler that keeps no order", async () => {
  const roll = createDice(7);
  return createMemoryHarness((action) => void setTimeout(action, roll(4)));
});

/** Its connections break by being unplugged. */
async function createMemoryHarness(schedule: (action: () => void) => void): Promise<LinkHarness> {
  const roll = createDice(4680);
  let isBreaking = false;
  const pair = createMemoryLinkPair({
    schedule: (action) => {
      schedule(action);
      if (isBreaking && roll(40) === 0) schedule(replug);
    },
  });
  const replug = (): void => {
    pair.unplug();
    pair.plug();
  };
  return {
    ...pair,
    cut: async () => replug(),
    suffer: async (fault) => {
      isBreaking = fault === "sudden closes";
    },
    disturbances: {},
    destroy: async () => {},
  };
}

/** A client that was cut off dials again at once, and does not wait long for a cable that is dead. */
const FAST = { retryMs: 10, retryMsMax: 50, dialTimeoutMs: 1_000 };

linkContract(
  "the WebSocket link from client to server",
  (linkCase) => createWebSocketHarness("client first", linkCase),
  { disturbances: WIRE_DISTURBANCES, faults: CABLE_FAULTS },
);
linkContract(
  "the WebSocket link from server to client",
  (linkCase) => createWebSocketHarness("server first", linkCase),
  { disturbances: WIRE_DISTURBANCES, faults: CABLE_FAULTS },
);

linkContract(
  "the BroadcastChannel link",
  async (linkCase) => {
    const channels = createBreakableChannels();
    const heartbeatMs = heartbeatOf(linkCase);
    const options = { channel: crypto.randomUUID(), heartbeatMs, helloMs: 20 };
    return {
      left: createBroadcastChannelLink({ ...options, createChannel: channels.createToward("to the right") }),
      right: createBroadcastChannelLink({ ...options, createChannel: channels.createToward("to the left") }),
      cut: channels.cut,
      suffer: channels.suffer,
      disturbances: { "what other scripts post": async () => channels.postEverywhere() },
      destroy: async () => {},
    };
  },
  { disturbances: ["what other scripts post"], faults: CHANNEL_FAULTS },
);

linkContract("the MessagePort link", createMessagePortHarness, PORT_TROUBLES);

linkContract("the relay link", createRelayHarness, { disturbances: WIRE_DISTURBANCES, faults: CABLE_FAULTS });

async function createRelayHarness(linkCase: LinkCase): Promise<LinkHarness> {
  const heartbeatMs = heartbeatOf(linkCase);
  const { leftUrl, rightUrl, ...place } = await openRelayPlace(heartbeatMs);
  const options = { room: relayRoomOf("alice meets bob"), ...FAST, heartbeatMs };
  return {
    left: createRelayLink({ url: leftUrl, ...options }),
    right: createRelayLink({ url: rightUrl, ...options }),
    ...place,
  };
}

async function createWebSocketHarness(
  order: "client first" | "server first",
  linkCase: LinkCase,
): Promise<LinkHarness> {
  const heartbeatMs = heartbeatOf(linkCase);
  const http = createServer((_request, response) => response.end("the app's own page"));
  const port = await listen(http);
  const proxy = await createTcpProxy(port, order === "client first" ? "left" : "right");
  const server = createWebSocketServerLink({ on: http, path: "/link", heartbeatMs });
  const client = createWebSocketClientLink({ url: `ws://127.0.0.1:${proxy.port}/link`, ...FAST, heartbeatMs });
  return {
    left: order === "client first" ? client : server,
    right: order === "client first" ? server : client,
    cut: async () => proxy.cut(),
    suffer: proxy.suffer,
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
