/**
 * The HTTP server around the routes: bounded in everything that strangers can make grow, and with the headers that tell a
 * browser to run nothing but our own code. Pages are served over plain HTTP on loopback, which browsers treat as secure;
 * elsewhere over TLS, ended here or by a proxy.
 */
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { HubError } from "../hub-error.ts";
import type { Log } from "../log.ts";
import type { Hosts } from "./hosts.ts";
import { errorReply, type Reply } from "./reply.ts";
import { TLS_VERSION_MIN, type KeyPair } from "./tls.ts";

export interface HttpServerOptions {
  readonly log: Log;
  readonly hosts: Hosts;
  readonly answer: (request: IncomingMessage, pathname: string) => Promise<Reply>;
  /** Speaks TLS with it. */
  readonly tls?: KeyPair;
  /** Whether all that is served here is served over TLS, by whomever, so that browsers may remember it. */
  readonly isSecure: boolean;
  /** Sockets at once, WebSockets among them. */
  readonly connectionsMax: number;
}

/** It speaks HTTP either way. */
export type AnyServer = Server | TlsServer;

const HEADER_BYTES_MAX = 8 * 1024;
const HEADERS_MAX = 64;
/** A request is a few hundred bytes: whoever takes longer than this holds a socket and does nothing. */
const HEADERS_MS_MAX = 5_000;
const REQUEST_MS_MAX = 10_000;
const KEEP_ALIVE_MS = 5_000;
/** A TLS handshake takes a fraction of a second on the worst of lines. */
const TLS_HANDSHAKE_MS_MAX = 5_000;
/** How long replies under way may take when the hub stops. */
const STOP_MS_MAX = 2_000;

/** Automerge and crypto are WebAssembly; pictures of QR codes are blobs; everything else is a file of ours. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS_OF_ALL: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** A browser that was here over TLS comes over nothing else for a year (RFC 6797). */
const STRICT_TRANSPORT: Readonly<Record<string, string>> = { "Strict-Transport-Security": "max-age=31536000" };

/** A server that does not listen yet, so that a WebSocket link can join it first. */
export function createHttpServer(options: HttpServerOptions): AnyServer {
  const bounds = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1_000,
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
    void respond(request, response, options);
  const server: AnyServer =
    options.tls === undefined
      ? createServer(bounds, onRequest)
      : createTlsServer(
          { ...bounds, ...options.tls, minVersion: TLS_VERSION_MIN, handshakeTimeout: TLS_HANDSHAKE_MS_MAX },
          onRequest,
        );
  server.maxHeadersCount = HEADERS_MAX;
  server.maxConnections = options.connectionsMax;
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    else socket.destroy();
  });
  return server;
}

/** @throws {HubError} `port-in-use`, `listen-failed` */
export async function listen(
  server: AnyServer,
  options: { readonly host: string; readonly port: number },
): Promise<AddressInfo> {
  try {
    server.listen(options.port, options.host);
    await once(server, "listening");
  } catch (error) {
    throw listenError(error, options);
  }
  // From here on a failing accept, such as too many open files, concerns that one client only.
  server.on("error", () => undefined);
  return server.address() as AddressInfo;
}

/**
 * Takes no more requests from now on. Resolves when those under way are answered or given up, and every WebSocket, which
 * its link must end, is gone.
 */
export async function closeHttpServer(server: AnyServer): Promise<void> {
  if (!server.listening) return;
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_MS_MAX);
  server.close();
  server.closeIdleConnections();
  await once(server, "close");
  clearTimeout(deadline);
}

async function respond(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions): Promise<void> {
  try {
    await send(request, response, await replyTo(request, options), options);
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    options.log("error", "request-failed", { method: request.method, path: request.url, problem });
    if (response.headersSent) response.destroy();
    else
      await send(
        request,
        response,
        errorReply(503, { type: "failed", message: "The hub could not do this now." }),
        options,
      );
  }
}

async function replyTo(request: IncomingMessage, { hosts, answer }: HttpServerOptions): Promise<Reply> {
  if (!hosts.isHostAllowed(request.headers.host)) {
    return errorReply(421, { type: "host-not-allowed", message: `This hub answers to ${hosts.description}.` });
  }
  const pathname = pathnameOf(request.url ?? "");
  if (pathname === undefined) return errorReply(400, { type: "path-malformed", message: "The path cannot be read." });
  return answer(request, pathname);
}

/** Decoded once, so that one file has one name; `undefined` for what is no path. */
function pathnameOf(target: string): string | undefined {
  if (!target.startsWith("/")) return undefined;
  try {
    return decodeURIComponent(target.split(/[?#]/, 1)[0] ?? "");
  } catch {
    return undefined;
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  { isSecure }: HttpServerOptions,
): Promise<void> {
  const length = reply.body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(reply.body)) };
  response.writeHead(reply.status, {
    ...HEADERS_OF_ALL,
    ...(isSecure ? STRICT_TRANSPORT : {}),
    ...length,
    ...reply.headers,
  });
  if (request.method === "HEAD" || reply.status === 304) response.end();
  else if (reply.file !== undefined) await sendFile(response, reply.file);
  else response.end(reply.body);
}

/** A client that goes away in the middle is none of our errors. */
async function sendFile(response: ServerResponse, file: string): Promise<void> {
  try {
    await pipeline(createReadStream(file), response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}

function listenError(error: unknown, { host, port }: { readonly host: string; readonly port: number }): HubError {
  const cause = { cause: error };
  if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
    return new HubError(
      "port-in-use",
      `Another program listens on ${host}:${port} already: choose another port.`,
      cause,
    );
  }
  const problem = error instanceof Error ? error.message : String(error);
  return new HubError("listen-failed", `Cannot listen on ${host}:${port} (${problem}): choose another address.`, cause);
}
