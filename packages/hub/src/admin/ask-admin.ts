/** Tells a running hub something, by the socket in its data folder. */
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { HubError, type HubErrorType } from "../hub-error.ts";
import type { LogFields } from "../log.ts";
import { adminSocketPath } from "./admin-server.ts";

/**
 * What came of it, or `undefined` when no hub runs there.
 * @throws {HubError} what the hub said stands in its way
 */
export async function askAdmin(
  data: string,
  action: string,
  body: Readonly<Record<string, unknown>>,
): Promise<LogFields | undefined> {
  const asking = request({
    socketPath: adminSocketPath(data),
    path: action,
    method: "POST",
    headers: { "Content-Type": "application/json" },
  });
  asking.end(JSON.stringify(body));
  let response: IncomingMessage;
  try {
    [response] = (await once(asking, "response")) as [IncomingMessage];
  } catch (error) {
    // No socket, or one that a hub left which was killed.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTDIR") return undefined;
    throw error;
  }
  const value = (await json(response)) as {
    readonly error?: { readonly type: HubErrorType; readonly message: string };
  };
  if (value.error !== undefined) throw new HubError(value.error.type, value.error.message);
  return value as LogFields;
}
