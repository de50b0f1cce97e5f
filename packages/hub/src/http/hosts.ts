/**
 * Which names this hub answers to. On loopback any page of the web can send a browser to it: a name that an attacker
 * controls and points at 127.0.0.1 (DNS rebinding) is refused by its Host header, a foreign page by its Origin. A hub that
 * faces the internet has one more name, which its operator has told it.
 */
import type { IncomingMessage } from "node:http";

/** `localhost`, any name below it (two of them are two wallets in one browser), and the loopback addresses. */
const LOOPBACK_NAMES = /^(?:(?:[a-z0-9-]{1,63}\.){0,4}localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const DEFAULT_PORTS: Readonly<Record<Scheme, number>> = { http: 80, https: 443 };

type Scheme = "http" | "https";

export interface HostsOptions {
  /** The address that it listens on. */
  readonly host: string;
  /** Asked late, since a hub may listen on any free one. */
  readonly port: () => number | undefined;
  /** What it speaks itself. */
  readonly scheme: Scheme;
  /** The origin by which it is known outside, such as `https://hub.example.org`. */
  readonly publicUrl?: string;
}

export interface Hosts {
  readonly isHostAllowed: (host: string | undefined) => boolean;
  readonly isOriginAllowed: (origin: string) => boolean;
  /** For who asked for another name. */
  readonly description: string;
}

export function createHosts({ host: address, port, scheme, publicUrl }: HostsOptions): Hosts {
  const outside = publicUrl === undefined ? undefined : new URL(publicUrl);

  const isLocalHost = (host: string): boolean => {
    const url = URL.parse(`${scheme}://${host}`);
    const defaultPort = DEFAULT_PORTS[scheme];
    if (url === null || url.host !== host.toLowerCase().replace(`:${defaultPort}`, "")) return false;
    if (Number(url.port || defaultPort) !== port()) return false;
    return LOOPBACK_NAMES.test(url.hostname) || url.hostname === address;
  };

  /** A client may name the port that is meant anyway, or leave it out. */
  const isOutsideHost = (host: string): boolean => {
    if (outside === undefined) return false;
    return [outside.host, `${outside.hostname}:${portOf(outside)}`].includes(host.toLowerCase());
  };

  return {
    isHostAllowed: (host) => host !== undefined && (isLocalHost(host) || isOutsideHost(host)),
    isOriginAllowed: (origin) => {
      const url = URL.parse(origin);
      if (url === null || url.origin !== origin) return false;
      return origin === outside?.origin || (url.protocol === `${scheme}:` && isLocalHost(url.host));
    },
    description: `localhost and names below it${outside === undefined ? "" : `, and to ${outside.host}`}`,
  };
}

function portOf(url: URL): string {
  return url.port || String(DEFAULT_PORTS[url.protocol === "https:" ? "https" : "http"]);
}

/** Whether the request comes from one of our own pages, or from no page at all. */
export function isOwnOrigin(request: IncomingMessage, hosts: Hosts): boolean {
  const { origin } = request.headers;
  return origin === undefined || hosts.isOriginAllowed(origin);
}
