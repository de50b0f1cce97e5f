/**
 * Listens for WebSockets: on a path of an HTTP server that an app has already, or on a port of its own. Everything that
 * strangers could make grow is bounded: the number of connections, a message, what waits for a slow reader, and how long
 * a silent one is kept.
 */
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { assert } from "@amigos/core";
import { MESSAGE_BYTES_MAX, type Clock, type Connection, type Link } from "@amigos/engine/ports";
import { WebSocketServer, type WebSocket } from "ws";
import { systemClock } from "../runtime/system-runtime.ts";
import { HEARTBEAT_INTERVAL_MS } from "../shared/heartbeat.ts";
import { LinkError } from "../shared/link-error.ts";
import { networkOf } from "../shared/network-of.ts";
import { createSocketConnection, type SocketConnection, type SocketHandlers } from "../shared/socket.ts";
import { adoptWsSocket } from "../shared/ws-socket.ts";

export { LinkError } from "../shared/link-error.ts";

type Server = HttpServer | HttpsServer;

export interface WebSocketServerOptions {
  /** An HTTP server of the app, whose listening and closing stay with the app; or a port of our own, 0 for any. */
  readonly on: Server | { readonly port: number; readonly host?: string };
  /** The path that is ours; others are left to the app. Default `/`. */
  readonly path?: string;
  /** Whether a page of that origin may connect. Default: any may, since a connection must prove itself anyway. */
  readonly isOriginAllowed?: (origin: string) => boolean;
  readonly connectionsMax?: number;
  /** From one IPv4 address, or one IPv6 network of 64 bits. Default: as many as in all, since behind a proxy all have one. */
  readonly connectionsPerAddressMax?: number;
  /** From which address a request comes, for an app that knows better than the socket does. */
  readonly addressOf?: (request: IncomingMessage) => string | undefined;
  /** A silent client is given up after one to two of these. */
  readonly heartbeatMs?: number;
  readonly clock?: Clock;
}

export interface WebSocketServerLink extends Link {
  /** `ws://127.0.0.1:4680/`, while it listens. */
  readonly url: string | undefined;
  readonly connectionCount: number;
}

export function createWebSocketServerLink(options: WebSocketServerOptions): WebSocketServerLink {
  return new WebSocketServers(options);
}

/** Loopback, unless the app says otherwise: nothing is served to a network by accident. */
const HOST = "127.0.0.1";
/** At 8 MiB of send buffer each, the worst that slow readers can hold is a few GiB; a hub sets what its memory bears. */
const CONNECTIONS_MAX = 512;
/** Frames of one message. Browsers cut a large one into a few; each costs memory beside its bytes. */
const FRAGMENTS_MAX = 256;
/** Pieces in which one frame comes in, each with memory of its own: a megabyte in the smallest packets that networks have. */
const CHUNKS_MAX = 4096;

/** The links of each server, in the order in which they began to listen. */
const linksByServer = new WeakMap<Server, readonly WebSocketServers[]>();

interface Listening {
  readonly server: Server;
  readonly sockets: WebSocketServer;
  readonly onConnection: (connection: Connection) => void;
}

class WebSocketServers implements WebSocketServerLink {
  readonly name: string;
  readonly #options: Required<WebSocketServerOptions>;
  #listening: Listening | undefined;
  /** Sockets that are not gone yet, among them those that only say goodbye: all hold memory. With their network. */
  readonly #connections = new Map<SocketConnection, string>();

  constructor(options: WebSocketServerOptions) {
    this.#options = {
      path: "/",
      isOriginAllowed: () => true,
      connectionsMax: CONNECTIONS_MAX,
      connectionsPerAddressMax: Number.POSITIVE_INFINITY,
      addressOf: ({ socket }) => socket.remoteAddress,
      heartbeatMs: HEARTBEAT_INTERVAL_MS,
      clock: systemClock,
      ...options,
    };
    this.name = `WebSocket server ${this.#options.path}`;
  }

  get url(): string | undefined {
    const address = this.#listening?.server.address() as AddressInfo | null | undefined;
    if (address === null || address === undefined) return undefined;
    const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
    return `ws://${host}:${address.port}${this.#options.path}`;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Rejects with `LinkError` `port-in-use` or `link-failed` when it cannot listen. */
  async start(onConnection: (connection: Connection) => void): Promise<void> {
    assert(this.#listening === undefined, "a link is started once");
    const { on } = this.#options;
    const server = "port" in on ? createServer(refusePlainRequest) : on;
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: MESSAGE_BYTES_MAX,
      maxFragments: FRAGMENTS_MAX,
      maxBufferedChunks: CHUNKS_MAX,
      perMessageDeflate: false,
      clientTracking: false,
    });
    this.#listening = { server, sockets, onConnection };
    server.on("upgrade", this.#onUpgrade);
    linksByServer.set(server, [...linksOn(server), this]);
    if ("port" in on) await this.#listen(server, on.port, on.host ?? HOST);
  }

  async stop(): Promise<void> {
    const listening = this.#listening;
    if (listening === undefined) return;
    this.#listening = undefined;
    const { server } = listening;
    server.off("upgrade", this.#onUpgrade);
    linksByServer.set(
      server,
      linksOn(server).filter((link) => link !== this),
    );
    const serverClosed = "port" in this.#options.on ? closeServer(server) : undefined;
    const connections = [...this.#connections.keys()];
    for (const { pipe } of connections) pipe.close("closed-here");
    await Promise.all(connections.map(({ gone }) => gone));
    await serverClosed;
  }

  async #listen(server: Server, port: number, host: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(port, host, resolve);
    try {
      await promise;
    } catch (error) {
      this.#listening = undefined;
      throw listenError(error, `${host}:${port}`);
    } finally {
      server.off("error", reject);
    }
    // From here on a failing accept, such as too many open files, concerns that one client only.
    server.on("error", () => {});
  }

  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const listening = this.#listening;
    if (listening === undefined) return;
    const refusal = this.#refusal(request, listening.server);
    if (refusal === "not-ours") return;
    if (refusal !== undefined) return refuse(socket, refusal);
    listening.sockets.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket, request));
  };

  #refusal(request: IncomingMessage, server: Server): string | undefined {
    const { connectionsMax, connectionsPerAddressMax, isOriginAllowed } = this.#options;
    const { origin } = request.headers;
    const path = pathOf(request);
    if (path !== this.#options.path) return this.#isStray(path, server) ? "404 Not Found" : "not-ours";
    if (origin !== undefined && !isOriginAllowed(origin)) return "403 Forbidden";
    if (this.#connections.size >= connectionsMax) return "503 Service Unavailable";
    const network = this.#networkOf(request);
    const ofNetwork = [...this.#connections.values()].filter((other) => other === network).length;
    return ofNetwork >= connectionsPerAddressMax ? "429 Too Many Requests" : undefined;
  }

  /** With nobody else to take it, a request must still be answered, by one of us, or its socket would stay for ever. */
  #isStray(path: string | undefined, server: Server): boolean {
    const links = linksOn(server);
    const isAppListening = server.listenerCount("upgrade") > links.length;
    return !isAppListening && links[0] === this && links.every((link) => link.#options.path !== path);
  }

  #accept(webSocket: WebSocket, request: IncomingMessage): void {
    const listening = this.#listening;
    if (listening === undefined) return webSocket.terminate();
    const { clock, heartbeatMs } = this.#options;
    const handlers: SocketHandlers = {
      onOpen: () => {},
      // None of these comes before this function has returned.
      onMessage: (message) => connection.handlers.onMessage(message),
      onText: (text) => connection.handlers.onText(text),
      onControl: () => connection.handlers.onControl(),
      onClose: (code, problem) => connection.handlers.onClose(code, problem),
    };
    const socket = adoptWsSocket(webSocket, handlers, request.socket);
    const connection: SocketConnection = createSocketConnection({
      description: `WebSocket from ${this.#options.addressOf(request)}:${request.socket.remotePort}`,
      socket,
      clock,
      heartbeatMs,
      onEnd: () => {},
    });
    this.#connections.set(connection, this.#networkOf(request));
    void connection.gone.then(() => this.#connections.delete(connection));
    listening.onConnection(connection.pipe);
  }

  /** A socket that is closed already has no address. */
  #networkOf(request: IncomingMessage): string {
    return networkOf(this.#options.addressOf(request) ?? "");
  }
}

function linksOn(server: Server): readonly WebSocketServers[] {
  return linksByServer.get(server) ?? [];
}

function pathOf(request: IncomingMessage): string | undefined {
  return URL.parse(request.url ?? "", "ws://host")?.pathname;
}

function refuse(socket: Duplex, status: string): void {
  socket.on("error", () => {});
  // The server has let go of it, and none of its deadlines ends one whose other end does not hang up.
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function refusePlainRequest(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { Upgrade: "websocket", Connection: "close" }).end();
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
}

function listenError(error: unknown, address: string): LinkError {
  const isInUse = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
  const message = isInUse
    ? `Another program listens on ${address} already.`
    : `Cannot listen on ${address}: ${error instanceof Error ? error.message : String(error)}`;
  return new LinkError(isInUse ? "port-in-use" : "link-failed", message, { cause: error });
}
