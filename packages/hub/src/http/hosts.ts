/**
 * Which names this hub answers to. It listens on loopback, where any page of the web can send a browser: a name that an
 * attacker controls and points at 127.0.0.1 (DNS rebinding) is refused by its Host header, a foreign page by its Origin.
 */
import type { IncomingMessage } from "node:http";

/** `localhost`, any name below it (two of them are two wallets in one browser), and the loopback addresses. */
const LOOPBACK_NAMES = /^(?:(?:[a-z0-9-]{1,63}\.){0,4}localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export interface Hosts {
  readonly isHostAllowed: (host: string | undefined) => boolean;
  readonly isOriginAllowed: (origin: string) => boolean;
}

/** `port` is asked late, since a hub may listen on any free one. */
export function createHosts(options: { readonly host: string; readonly port: () => number | undefined }): Hosts {
  const isHostAllowed = (host: string | undefined): boolean => {
    if (host === undefined) return false;
    const url = URL.parse(`http://${host}`);
    if (
      url === null ||
      url.host !== host.toLowerCase().replace(/:80$/, "") ||
      Number(url.port || 80) !== options.port()
    )
      return false;
    return LOOPBACK_NAMES.test(url.hostname) || url.hostname === options.host;
  };
  const isOriginAllowed = (origin: string): boolean => {
    const url = URL.parse(origin);
    return url !== null && url.protocol === "http:" && url.origin === origin && isHostAllowed(url.host);
  };
  return { isHostAllowed, isOriginAllowed };
}

/** Whether the request comes from one of our own pages, or from no page at all. */
export function isOwnOrigin(request: IncomingMessage, hosts: Hosts): boolean {
  const { origin } = request.headers;
  return origin === undefined || hosts.isOriginAllowed(origin);
}
