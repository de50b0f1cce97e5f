/**
 * Where the machine's owner tells a running hub something: HTTP on a Unix socket in the data folder, which only that user
 * can open. `amigos-hub invite` and the like speak to it; so can `curl --unix-socket`.
 */
import { chmod, rm } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { StoreError } from "@amigos/engine/ports";
import { HubError } from "../hub-error.ts";
import { readJson } from "../http/read-json.ts";
import type { Log, LogFields } from "../log.ts";

/** By path. Each is given what was posted, and says what came of it. @throws {HubError} what stands in its way */
export type AdminActions = Readonly<Record<string, (body: Readonly<Record<string, unknown>>) => Promise<LogFields>>>;

/** A path and some numbers. */
const BODY_BYTES_MAX = 8 * 1024;

/** Beyond this, systems cut the path of a socket or refuse it (`sun_path` of unix(7), less its last byte). */
const PATH_BYTES_MAX = 103;

export function adminSocketPath(data: string): string {
  return join(data, "admin.sock");
}

/** @returns how to stop it */
export async function startAdminServer(options: {
  readonly data: string;
  readonly actions: AdminActions;
  readonly log: Log;
}): Promise<() => Promise<void>> {
  const { data, log } = options;
  const path = adminSocketPath(data);
  if (process.platform === "win32" || Buffer.byteLength(path) > PATH_BYTES_MAX) {
    log("warning", "no-admin-socket", {
      problem: `${path} cannot be a socket: stop the hub for what only its owner may do`,
    });
    return async () => undefined;
  }
  const server = createServer((request, response) => void respond(request, response, options));
  try {
    // Whoever has the data folder open has the only right to this name; one that was killed left its own.
    await rm(path, { force: true });
    listenForOwner(server, path);
    await once(server, "listening");
    await chmod(path, 0o600);
  } catch (error) {
    // Some file systems have no sockets, or no modes. A hub does its work without.
    if (server.listening) await stop(server);
    const problem = error instanceof Error ? error.message : String(error);
    log("warning", "no-admin-socket", { problem: `${problem}: stop the hub for what only its owner may do` });
    return async () => undefined;
  }
  return () => stop(server);
}

/** From its first moment on nobody else can open it: a mode that is set after would come too late for who waits for it. */
export function listenForOwner(server: Server, path: string): void {
  // A worker has no mask of its own to set, and sets the mode after.
  const before = isMainThread ? process.umask(0o177) : undefined;
  try {
    server.listen(path);
  } finally {
    if (before !== undefined) process.umask(before);
  }
}

async function stop(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { actions, log }: { readonly actions: AdminActions; readonly log: Log },
): Promise<void> {
  const { status, value } = await answerTo(request, actions);
  if (status === 200) log("info", "told", { by: "admin", action: request.url });
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", Connection: "close" });
  response.end(`${JSON.stringify(value)}\n`);
}

async function answerTo(
  request: IncomingMessage,
  actions: AdminActions,
): Promise<{ readonly status: number; readonly value: unknown }> {
  const path = request.url ?? "";
  const action = request.method === "POST" && Object.hasOwn(actions, path) ? actions[path] : undefined;
  if (action === undefined) return refusal(404, "not-found", `Nothing is done at ${path.slice(0, 100)}.`);
  const body = await readJson(request, BODY_BYTES_MAX);
  if (!body.ok || typeof body.value !== "object" || body.value === null)
    return refusal(400, "body-malformed", "Post a JSON object.");
  try {
    return { status: 200, value: await action(body.value as Readonly<Record<string, unknown>>) };
  } catch (error) {
    if (error instanceof HubError) return refusal(409, error.type, error.message);
    if (error instanceof StoreError) return refusal(503, "data-damaged", error.message);
    return refusal(500, "command-failed", error instanceof Error ? error.message : String(error));
  }
}

function refusal(status: number, type: string, message: string): { readonly status: number; readonly value: unknown } {
  return { status, value: { error: { type, message } } };
}
