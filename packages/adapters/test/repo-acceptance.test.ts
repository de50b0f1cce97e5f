/** Automerge Repo's own acceptance suite for what carries its messages, over each link that runs in Node. */
import { createBroadcastChannelLink } from "@amigos/adapters/link-broadcast-channel";
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import { createMessagePortLink } from "@amigos/adapters/link-message-port";
import { createRelayLink, relayRoomOf } from "@amigos/adapters/link-relay";
import { createWebSocketClientLink } from "@amigos/adapters/link-websocket-client";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { createRelayServer } from "@amigos/adapters/relay-server";
import type { Link } from "@amigos/engine/ports";
import { runNetworkAdapterTests } from "@automerge/automerge-repo/helpers/tests/network-adapter-tests.js";
import { describe } from "vitest";
import { adaptersOf, meshOf, stopAll } from "./helpers/repo-adapter.ts";
import { openWebSocketPlace } from "./helpers/websocket-place.ts";

describe("Automerge Repo over the memory link", () => {
  runNetworkAdapterTests(async () => {
    const pairs = [0, 1, 2].map((): [Link, Link] => {
      const { left, right } = createMemoryLinkPair();
      return [left, right];
    });
    return { adapters: meshOf(pairs), teardown: () => stopAll(pairs.flat()) };
  });
});

describe("Automerge Repo over the MessagePort link", () => {
  runNetworkAdapterTests(async () => {
    const channels = [0, 1, 2].map(() => new MessageChannel());
    const pairs = channels.map(({ port1, port2 }): [Link, Link] => [
      createMessagePortLink({ port: port1, helloMs: 20 }),
      createMessagePortLink({ port: port2, helloMs: 20 }),
    ]);
    return {
      adapters: meshOf(pairs),
      teardown: () => {
        stopAll(pairs.flat());
        for (const { port1 } of channels) port1.close();
      },
    };
  });
});

describe("Automerge Repo over the BroadcastChannel link", () => {
  runNetworkAdapterTests(async () => {
    const channel = crypto.randomUUID();
    const links = [0, 1, 2].map(() => createBroadcastChannelLink({ channel, helloMs: 20 }));
    return { adapters: adaptersOf(links, 2), teardown: () => stopAll(links) };
  });
});

describe("Automerge Repo over the WebSocket links", () => {
  runNetworkAdapterTests(async () => {
    const { url, server, close } = await openWebSocketPlace();
    const [left, right] = [0, 1].map(() => createWebSocketClientLink({ url, retryMs: 10, retryMsMax: 50 })) as [
      Link,
      Link,
    ];
    const links = [server, left, right];
    return {
      adapters: adaptersOf(links),
      teardown: () => {
        stopAll(links);
        close();
      },
    };
  });
});

describe("Automerge Repo over the relay link", () => {
  runNetworkAdapterTests(async () => {
    const door = createWebSocketServerLink({ on: { port: 0 } });
    const relay = createRelayServer({ door });
    await relay.start();
    const pairs = ["a and b", "b and c", "a and c"].map((code): [Link, Link] => {
      const [left, right] = [0, 1].map(() =>
        createRelayLink({ url: door.url ?? "", room: relayRoomOf(code), retryMs: 10, retryMsMax: 50 }),
      );
      return [left as Link, right as Link];
    });
    return {
      adapters: meshOf(pairs),
      teardown: () => {
        stopAll(pairs.flat());
        void relay.stop();
      },
    };
  });
});
