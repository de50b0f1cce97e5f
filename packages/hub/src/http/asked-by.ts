/**
 * From which address a request comes. Behind a proxy every socket comes from the proxy, which says in `X-Forwarded-For` who
 * asked it; anybody else can write the same, so it is believed only when the operator says that a proxy stands there.
 */
import { isIP } from "node:net";
import type { IncomingMessage } from "node:http";

/** `undefined` when its socket is closed already. */
export function addressOf(
  request: IncomingMessage,
  { isProxied }: { readonly isProxied: boolean },
): string | undefined {
  const { remoteAddress } = request.socket;
  if (!isProxied) return remoteAddress;
  // The last is what our own proxy has seen; those before it are what the client says.
  const said = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",").at(-1)?.trim() ?? "";
  return addressIn(said) ?? remoteAddress;
}

const V6_IN_BRACKETS = /^\[([^\]]+)\](?::\d{1,5})?$/;
const V4_WITH_PORT = /^([^:]+):\d{1,5}$/;

/** The address of `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`: proxies write all of them. */
export function addressIn(said: string): string | undefined {
  const address = (V6_IN_BRACKETS.exec(said) ?? V4_WITH_PORT.exec(said))?.[1] ?? said;
  return isIP(address) === 0 ? undefined : address;
}
