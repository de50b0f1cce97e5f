/** The WebSocket links where the other end is gone, hostile, or not there yet. */
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { promisify } from "node:util";
import {
  createWebSocketClientLink,
  LinkError,
  type WebSocketClientOptions,
  type WebSocketClientStatus,
} from "@amigos/adapters/link-websocket-client";
import {
  createWebSocketServerLink,
  type WebSocketServerLink,
  type WebSocketServerOptions,
} from "@amigos/adapters/link-websocket-server";
import type { Link } from "@amigos/engine/ports";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket, WebSocketServer, type ClientOptions } from "ws";
import { platform } from "../src/link-websocket-client/platform.node.ts";
import { RecordedLink } from "../src/contract/link-recorder.ts";
import { createManualClock } from "./helpers/manual-clock.ts";
import { createTcpProxy } from "./helpers/tcp-proxy.ts";

/** Chance that always falls in the middle. */
const EVEN_RANDOM = { bytes: (length: number) => new Uint8Array(length).fill(128) };

/** The head of a binary frame of 2 MiB. Who waits for the rest has taken it in by then. */
const LARGE_HEAD = Buffer.from([0x82, 0x7f, 0, 0, 0, 0, 0, 0x20, 0, 0]);

describe("a WebSocket client", () => {
  test.each(["", "not a url", "http://127.0.0.1/", "ws://", "ws://127.0.0.1/#part"])(
    "refuses the address %j",
    async (url) => {
      const link = createWebSocketClientLink({ url });
      expect(await failureOf(link.start(() => {}))).toBe("url-invalid");
      await link.stop();
    },
  );

  test("waits for a hub that is not there yet, longer each time, and begins anew after a stable connection", async () => {
    const clock = createManualClock();
    const { port, close } = await reservePort();
    const { statuses, next } = recordStatuses();
    const client = start({ url: `ws://127.0.0.1:${port}/`, clock, random: EVEN_RANDOM, onStatus: next });
    const pauses: number[] = [];
    await close();
    for (let attempt = 0; attempt < 9; attempt++) {
      const status = await statuses("waiting");
      if (status.type === "waiting") pauses.push(status.retryInMs);
      clock.advance(pauses.at(-1) ?? 0);
    }
    // 500 ms, doubled up to 30 s, of which a random half: three quarters, as this chance falls.
    expect(pauses).toEqual([375, 750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
    await statuses("waiting");
    const hub = await listen({ on: { port } });
    clock.advance(22_500);
    await statuses("connected");
    clock.advance(10_000);
    await hub.link.stop();
    expect(await statuses("waiting")).toMatchObject({ retryInMs: 375 });
    await client.link.stop();
    await statuses("stopped");
  });

  test("goes on waiting longer when every connection is short", async () => {
    const clock = createManualClock();
    const http = await listenHttp();
    new WebSocketServer({ server: http }).on("connection", (socket) => socket.close());
    const { statuses, next } = recordStatuses();
    start({ url: urlOf(http), clock, random: EVEN_RANDOM, onStatus: next });
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      const status = await statuses("waiting");
      if (status.type === "waiting") pauses.push(status.retryInMs);
      clock.advance(pauses.at(-1) ?? 0);
    }
    expect(pauses).toEqual([375, 750, 1_500, 3_000]);
  });

  test("gives up an attempt that nobody answers", async () => {
    const clock = createManualClock();
    const silent = createTcpServer((socket) => socket.on("error", () => {}));
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => void silent.close());
    const { statuses, next } = recordStatuses();
    start({ url: `ws://127.0.0.1:${(silent.address() as AddressInfo).port}/`, clock, onStatus: next });
    await once(silent, "connection");
    clock.advance(10_000);
    expect(await statuses("waiting")).toMatchObject({ problem: "no answer" });
  });

  test("names what went wrong", async () => {
    const http = await listenHttp((_request, response) => response.writeHead(401).end());
    const { statuses, next } = recordStatuses();
    start({ url: urlOf(http), onStatus: next });
    expect(await statuses("waiting")).toMatchObject({ problem: expect.stringContaining("401") });
    const unknown = recordStatuses();
    start({ url: "ws://no-such-host.invalid/", onStatus: unknown.next });
    expect(await unknown.statuses("waiting")).toMatchObject({ problem: expect.stringContaining("no-such-host") });
  });

  test("may be stopped in every state, also from within its status", async () => {
    const http = await listenHttp();
    const server = new WebSocketServer({ server: http });
    onTestFinished(() => server.close());
    for (const type of ["dialling", "connected", "waiting"] as const) {
      const seen: string[] = [];
      const link: Link = createWebSocketClientLink({
        url: type === "waiting" ? "ws://127.0.0.1:1/" : urlOf(http),
        onStatus: (status) => {
          seen.push(status.type);
          if (status.type === type) void link.stop();
        },
      });
      await link.start((connection) => connection.start({ onMessage: () => {}, onClose: () => {} }));
      await vi.waitFor(() => expect(seen.at(-1)).toBe("stopped"));
      await link.stop();
      expect(seen.filter((state) => state === "stopped").length).toBe(1);
    }
  });

  test.each([
    ["text", (socket: WebSocket) => socket.send("hello"), "protocol-error"],
    ["a message that is too large", (socket: WebSocket) => socket.send(Buffer.alloc(1024 * 1024 + 1)), "too-large"],
    [
      "the announcement of a message that is too large",
      (_socket: WebSocket, raw: Socket) => raw.write(LARGE_HEAD),
      "too-large",
    ],
    [
      "bytes that are no frame",
      (_socket: WebSocket, raw: Socket) => raw.write(Buffer.alloc(64, 0xff)),
      "protocol-error",
    ],
    ["a close code of its own", (socket: WebSocket) => socket.close(4444), "closed-there"],
    ["nothing more", (socket: WebSocket) => socket.terminate(), "lost"],
  ])("survives a server that sends %s", async (_title, misbehave, reason) => {
    const http = await listenHttp();
    const server = new WebSocketServer({ server: http });
    server.once("connection", (socket, { socket: raw }) => {
      socket.send(Buffer.from("before"));
      misbehave(socket, raw);
      socket.on("error", () => {});
    });
    const client = start({ url: urlOf(http), retryMs: 1, retryMsMax: 1 });
    const first = await client.end(0);
    expect(await first.untilClosed()).toBe(reason);
    expect(first.texts).toEqual(["before"]);
    await client.end(1);
  });

  test("has stopped when its sockets are gone, which a server that does not answer delays by a second", async () => {
    const clock = createManualClock();
    const http = await listenHttp();
    const server = new WebSocketServer({ server: http });
    server.on("connection", (socket) => socket.pause());
    const client = start({ url: urlOf(http), clock });
    await client.end(0);
    let isStopped = false;
    const stopping = client.link.stop().then(() => {
      isStopped = true;
    });
    await (await client.end(0)).untilClosed();
    clock.advance(999);
    await new Promise(setImmediate);
    expect(isStopped).toBe(false);
    clock.advance(1);
    await stopping;
  });

  test("notices a server that went silent, and one that only pings", async () => {
    const clock = createManualClock();
    const hub = await listen({ on: { port: 0 }, clock });
    const proxy = await createTcpProxy(Number(new URL(hub.link.url ?? "").port));
    onTestFinished(proxy.close);
    const client = start({
      url: `ws://127.0.0.1:${proxy.port}/`,
      clock,
      heartbeatMs: 1_000,
      retryMs: 1,
      retryMsMax: 1,
    });
    const end = await client.end(0);
    const there = await hub.end(0);
    // A live server answers each ping, so the connection outlives many heartbeats.
    for (let beat = 0; beat < 5; beat++) {
      clock.advance(1_000);
      there.connection.send(Uint8Array.of(beat));
      await end.untilMessages(beat + 1);
    }
    expect(end.closeReasons).toEqual([]);
    proxy.clog();
    clock.advance(1_000);
    clock.advance(1_000);
    expect(await end.untilClosed()).toBe("lost");
  });
});

test("a WebSocket client hears each part of a message that comes in slowly", async () => {
  const server = new WebSocketServer({ server: await listenHttp() });
  const accepted = once(server, "connection") as Promise<[WebSocket]>;
  const heard = { parts: 0, messages: 0 };
  const client = platform.openSocket(urlOf(server.options.server as Server), {
    onOpen: () => {},
    onMessage: () => (heard.messages += 1),
    onText: () => {},
    onControl: () => (heard.parts += 1),
    onClose: () => {},
  });
  const [there] = await accepted;
  for (const part of slowMessage(false)) {
    const before = heard.parts;
    await writeRaw(there, part);
    await vi.waitFor(() => expect(heard.parts).toBeGreaterThan(before));
  }
  expect(heard.messages).toBe(1);
  client.destroy();
});

describe("a WebSocket server", () => {
  test("gives up a client that went silent, and keeps one that only answers pings", async () => {
    const clock = createManualClock();
    const hub = await listen({ on: { port: 0 }, clock, heartbeatMs: 1_000 });
    const quiet = await dial(hub.link.url ?? "");
    const proxy = await createTcpProxy(Number(new URL(hub.link.url ?? "").port));
    onTestFinished(proxy.close);
    await hub.end(0);
    await dial(`ws://127.0.0.1:${proxy.port}/`);
    const clogged = await hub.end(1);
    proxy.clog();
    for (let beat = 0; beat < 3; beat++) {
      const pinged = once(quiet, "ping");
      clock.advance(1_000);
      await pinged;
      // The answer is on its way; the server has it when it has what was sent after it.
      quiet.send(Buffer.of(beat));
      await (await hub.end(0)).untilMessages(beat + 1);
    }
    expect(await clogged.untilClosed()).toBe("lost");
    expect((await hub.end(0)).closeReasons).toEqual([]);
    await vi.waitFor(() => expect(hub.link.connectionCount).toBe(1));
  });

  test("takes a message that comes in slowly for a sign of life, until nothing of it comes any more", async () => {
    const clock = createManualClock();
    const http = await listenHttp();
    const arrived = once(http, "connection") as Promise<[Socket]>;
    const hub = await listen({ on: http, clock, heartbeatMs: 1_000 });
    // Its pongs would end up in the middle of the message.
    const client = await dial(urlOf(http), {}, { autoPong: false });
    const [socket] = await arrived;
    const end = await hub.end(0);
    for (const part of slowMessage(true)) {
      const before = socket.bytesRead;
      await writeRaw(client, part);
      await vi.waitFor(() => expect(socket.bytesRead).toBe(before + part.length));
      clock.advance(1_000);
    }
    expect([end.messages.length, end.closeReasons]).toEqual([1, []]);
    clock.advance(1_000);
    clock.advance(1_000);
    expect(await end.untilClosed()).toBe("lost");
  });

  test("refuses a message that is too large at its head, before it has arrived", async () => {
    const hub = await listen({ on: { port: 0 } });
    const client = await dial(hub.link.url ?? "");
    const masked = Buffer.concat([LARGE_HEAD, Buffer.alloc(4)]);
    masked.writeUInt8(0xff, 1);
    await writeRaw(client, masked);
    expect((await once(client, "close"))[0]).toBe(1009);
    expect(await (await hub.end(0)).untilClosed()).toBe("too-large");
  });

  test("takes no more connections than it may", async () => {
    const hub = await listen({ on: { port: 0 }, connectionsMax: 2 });
    const url = hub.link.url ?? "";
    const first = await dial(url);
    await dial(url);
    expect(await refusalOf(url)).toBe(503);
    first.close();
    await vi.waitFor(() => expect(hub.link.connectionCount).toBe(1));
    await dial(url);
  });

  test("takes no more connections of one address than it may", async () => {
    const hub = await listen({ on: { port: 0 }, connectionsPerAddressMax: 1 });
    const url = hub.link.url ?? "";
    const first = await dial(url);
    expect(await refusalOf(url)).toBe(429);
    await dial(url, {}, { localAddress: "127.0.0.2" });
    first.close();
    await vi.waitFor(() => expect(hub.link.connectionCount).toBe(1));
    await dial(url);
  });

  test("lets in only the pages that it knows, and every program", async () => {
    const hub = await listen({ on: { port: 0 }, isOriginAllowed: (origin) => origin === "https://wallet.example" });
    const url = hub.link.url ?? "";
    expect(await refusalOf(url, { origin: "https://mallory.example" })).toBe(403);
    await dial(url, { origin: "https://wallet.example" });
    await dial(url);
  });

  test("leaves the paths of an app's server to the app", async () => {
    const http = await listenHttp((_request, response) => response.end("page"));
    const hub = await listen({ on: http, path: "/link" });
    expect(hub.link.url).toBe(`${urlOf(http)}link`);
    await dial(`${urlOf(http)}link`);
    expect(await refusalOf(`${urlOf(http)}other`)).toBe(404);
    const other = await listen({ on: http, path: "/other" });
    await dial(`${urlOf(http)}other`);
    await other.end(0);
    // Of two links one answers for what is neither's.
    expect(await refusalOf(`${urlOf(http)}neither`)).toBe(404);
    await hub.link.stop();
    expect(await refusalOf(`${urlOf(http)}link`)).toBe(404);
    await other.link.stop();
    // The app's server goes on without the link.
    expect(await (await fetch(urlOf(http).replace("ws:", "http:"))).text()).toBe("page");
  });

  test("is done with whoever it refused, also when that one does not hang up", async () => {
    const http = await listenHttp();
    await listen({ on: http });
    const held = connect({ port: (http.address() as AddressInfo).port, host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => void held.destroy());
    held.write("GET /elsewhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    const [answer] = (await once(held, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 404 /);
    const countOf = promisify<number>((done) => http.getConnections(done));
    await vi.waitFor(async () => expect(await countOf()).toBe(0));
  });

  test("answers a plain request on its own port", async () => {
    const hub = await listen({ on: { port: 0 } });
    expect((await fetch((hub.link.url ?? "").replace("ws:", "http:"))).status).toBe(426);
  });

  test("says when its port is taken or cannot be had, and may try again", async () => {
    const hub = await listen({ on: { port: 0 } });
    const { port } = new URL(hub.link.url ?? "");
    const second = createWebSocketServerLink({ on: { port: Number(port) } });
    expect(await failureOf(second.start(() => {}))).toBe("port-in-use");
    await hub.link.stop();
    await second.start(() => {});
    await second.stop();
    const nowhere = createWebSocketServerLink({ on: { port: 0, host: "192.0.2.1" } });
    expect(await failureOf(nowhere.start(() => {}))).toBe("link-failed");
  });

  test("stops although clients do not answer its goodbye, or never finish their request", async () => {
    const hub = await listen({ on: { port: 0 } });
    const { port } = new URL(hub.link.url ?? "");
    const deaf = await dial(hub.link.url ?? "");
    deaf.pause();
    const half = connect(Number(port), "127.0.0.1");
    half.on("error", () => {});
    onTestFinished(() => void half.destroy());
    await new Promise<void>((resolve) => half.write("GET / HTTP/1.1\r\n", () => resolve()));
    (await hub.end(0)).connection.send(Uint8Array.of(1));
    await hub.link.stop();
    expect(hub.link.connectionCount).toBe(0);
    expect(hub.link.url).toBeUndefined();
  });

  test("drops a client that asks and asks without ever reading the answers", async () => {
    const hub = await listen({ on: { port: 0 } });
    const deaf = await dial(hub.link.url ?? "");
    deaf.pause();
    const end = await hub.end(0);
    let isOver = false;
    void end.untilClosed().then(() => {
      isOver = true;
    });
    const question = Buffer.alloc(125, 1);
    while (!isOver) {
      for (let count = 0; count < 2_000; count++) deaf.ping(question);
      await new Promise(setImmediate);
    }
    expect(end.closeReasons).toEqual(["lost"]);
  });
});

function start(options: WebSocketClientOptions): RecordedLink {
  const recorded = new RecordedLink(createWebSocketClientLink(options));
  onTestFinished(() => recorded.link.stop());
  void recorded.start();
  return recorded;
}

async function listen(options: WebSocketServerOptions): Promise<RecordedLink & { readonly link: WebSocketServerLink }> {
  const recorded = new RecordedLink(createWebSocketServerLink(options));
  onTestFinished(() => recorded.link.stop());
  await recorded.start();
  return recorded as RecordedLink & { readonly link: WebSocketServerLink };
}

async function listenHttp(onRequest?: Parameters<typeof createServer>[1]): Promise<Server> {
  const http = createServer(onRequest);
  if (onRequest !== undefined) http.on("clientError", (_error, socket) => socket.destroy());
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  return http;
}

function urlOf(http: Server): string {
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}

/** A port that nobody listens on once it is given back. */
async function reservePort(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createTcpServer((socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async (): Promise<void> => {
    server.close();
    await once(server, "close");
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function dial(
  url: string,
  headers: Record<string, string> = {},
  options: ClientOptions = {},
): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers, ...options });
  socket.on("error", () => {});
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  return socket;
}

/** The frame of a message of 100 bytes, as it comes over a slow network. */
function slowMessage(isMasked: boolean): readonly Buffer[] {
  const head = isMasked ? Buffer.of(0x82, 0x80 | 100, 0, 0, 0, 0) : Buffer.of(0x82, 100);
  const frame = Buffer.concat([head, Buffer.alloc(100, 7)]);
  return [0, 1, 2, 3, 4].map((part) => frame.subarray(part * 25, (part + 1) * 25));
}

/** Past the library, which only writes whole frames. */
async function writeRaw(client: WebSocket, bytes: Buffer): Promise<void> {
  const socket: unknown = Reflect.get(client, "_socket");
  await new Promise<void>((resolve) => (socket as Socket).write(bytes, () => resolve()));
}

/** The HTTP status with which an upgrade is refused. */
async function refusalOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const asked = request(url.replace("ws:", "http:"), { headers: { ...upgrade, ...headers } });
  asked.end();
  const [response] = (await once(asked, "response")) as [{ readonly statusCode?: number; readonly resume: () => void }];
  response.resume();
  return response.statusCode;
}

/** Statuses in order; asking for one waits for the next of its type. */
function recordStatuses() {
  const seen: WebSocketClientStatus[] = [];
  const waiting: (() => void)[] = [];
  let read = 0;
  return {
    next: (status: WebSocketClientStatus): void => {
      seen.push(status);
      for (const wake of waiting.splice(0)) wake();
    },
    statuses: async (type: WebSocketClientStatus["type"]): Promise<WebSocketClientStatus> => {
      for (;;) {
        const status = seen[read];
        if (status === undefined) await new Promise<void>((resolve) => waiting.push(resolve));
        else {
          read += 1;
          if (status.type === type) return status;
        }
      }
    },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no failure",
    (error: unknown) => (error instanceof LinkError ? error.type : String(error)),
  );
}
