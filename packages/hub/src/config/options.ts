/** Every option that a hub can be started with, once: flags, environment variables and the file all have these names. */
import { DEFAULT_CONNECTIONS_MAX, DEFAULT_HOST, DEFAULT_SETTLE_EVERY_MS } from "../defaults.ts";

/** What is said on the command line, and by itself in the environment as `1` or `0`, in a file as `true` or `false`. */
interface Flag {
  readonly kind: "flag";
}

interface Text {
  readonly kind: "text";
  /** As the usage names what follows. */
  readonly value: string;
}

interface WholeNumber {
  readonly kind: "number";
  readonly min: number;
  readonly max: number;
}

export type Option = (Flag | Text | WholeNumber) & { readonly help: string };

const PORT_MAX = 65_535;
/** More often than this, checkpoints cost more than they give; more rarely, it is a hub that does not settle. */
const SETTLE_EVERY_MS = { min: 50, max: 600_000 } as const;
/** As many as a replica speaks to at once. */
const CONNECTIONS_MAX = 4_096;

export const DEFAULT_PORT = 4680;

export type OptionName =
  | "data"
  | "config"
  | "port"
  | "host"
  | "tls-cert"
  | "tls-key"
  | "public-url"
  | "trust-proxy"
  | "max-connections"
  | "max-connections-per-address"
  | "static"
  | "network"
  | "settle-every-ms"
  | "relay";

export const OPTIONS: Readonly<Record<OptionName, Option>> = {
  data: { kind: "text", value: "FOLDER", help: "ledger and keys; an empty or missing folder becomes a new network" },
  config: { kind: "text", value: "FILE", help: "more options, as a JSON object with the names of this list" },
  port: {
    kind: "number",
    min: 0,
    max: PORT_MAX,
    help: `where to listen, 0 for any free port; default ${DEFAULT_PORT}`,
  },
  host: { kind: "text", value: "ADDRESS", help: `on which address; default ${DEFAULT_HOST}` },
  "tls-cert": { kind: "text", value: "FILE", help: "the certificate, with those that vouch for it (PEM)" },
  "tls-key": { kind: "text", value: "FILE", help: "its key (PEM)" },
  "public-url": { kind: "text", value: "URL", help: "what it is called outside: https://hub.example.org" },
  "trust-proxy": { kind: "flag", help: "a proxy stands before it and says in X-Forwarded-For who asks" },
  "max-connections": {
    kind: "number",
    min: 1,
    max: CONNECTIONS_MAX,
    help: `devices at once; default ${DEFAULT_CONNECTIONS_MAX}`,
  },
  "max-connections-per-address": {
    kind: "number",
    min: 1,
    max: CONNECTIONS_MAX,
    help: "of one address; default 64, or without a bound on loopback",
  },
  static: { kind: "text", value: "FOLDER", help: "the built wallet pages to serve" },
  network: { kind: "text", value: "ID", help: "refuse the data of any other network" },
  "settle-every-ms": {
    kind: "number",
    ...SETTLE_EVERY_MS,
    help: `the cadence of checkpoints; default ${DEFAULT_SETTLE_EVERY_MS}`,
  },
  relay: { kind: "flag", help: "also a relay, where devices meet that cannot reach each other" },
};

export const OPTION_NAMES: readonly OptionName[] = Object.keys(OPTIONS) as OptionName[];

export function variableOf(name: OptionName): string {
  return `AMIGOS_HUB_${name.toUpperCase().replaceAll("-", "_")}`;
}

export const USAGE: string = `Usage: amigos-hub --data FOLDER [options]
       amigos-hub verify --data FOLDER     replays a stopped hub's ledger from the genesis and compares every root

${OPTION_NAMES.map(usageOf).join("\n")}

Each is also an environment variable (--settle-every-ms is AMIGOS_HUB_SETTLE_EVERY_MS) and a name in the file of --config.
Flags come before variables, those before the file, that before defaults.
`;

function usageOf(name: OptionName): string {
  const option: Option = OPTIONS[name];
  const value = option.kind === "flag" ? "" : option.kind === "number" ? " N" : ` ${option.value}`;
  return `  ${`--${name}${value}`.padEnd(32)} ${option.help}`;
}
