/** What a hub process is started with: few options, as flags or environment variables, all checked before anything starts. */
import { parseArgs } from "node:util";
import { err, isIdText, ok, type NetworkId, type Result } from "@amigos/core";
import { DEFAULT_HOST, DEFAULT_SETTLE_EVERY_MS } from "./hub.ts";

export interface Config {
  readonly command: "serve" | "verify";
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly staticFolder?: string;
  readonly network?: NetworkId;
  readonly settleEveryMs: number;
  readonly relay: boolean;
}

export interface ConfigError {
  readonly type: "option-invalid";
  readonly message: string;
}

const DEFAULT_PORT = 4680;
const PORT_MAX = 65_535;
/** More often than this, checkpoints cost more than they give; more rarely, it is a hub that does not settle. */
const SETTLE_EVERY_MS = { min: 50, max: 600_000 } as const;

export const USAGE: string = `Usage: amigos-hub --data FOLDER [options]
       amigos-hub verify --data FOLDER     replays a stopped hub's ledger from the genesis and compares every root

  --data FOLDER            where the hub keeps ledger and keys; an empty one becomes a new network  (AMIGOS_HUB_DATA)
  --port N                 where to listen, 0 for any free port; default ${DEFAULT_PORT}                       (AMIGOS_HUB_PORT)
  --host ADDRESS           on which address; default ${DEFAULT_HOST}                                 (AMIGOS_HUB_HOST)
  --static FOLDER          the built wallet pages to serve                                          (AMIGOS_HUB_STATIC)
  --network ID             refuse the data of any other network                                     (AMIGOS_HUB_NETWORK)
  --settle-every-ms N      the cadence of checkpoints; default ${DEFAULT_SETTLE_EVERY_MS}                         (AMIGOS_HUB_SETTLE_EVERY_MS)
  --relay                  also a relay, where devices meet that cannot reach each other            (AMIGOS_HUB_RELAY=1)
`;

const OPTION_NAMES = ["data", "port", "host", "static", "network", "settle-every-ms"] as const;
type OptionName = (typeof OPTION_NAMES)[number];

type Flags = Partial<Record<OptionName, string>> & { readonly relay?: boolean };

/** Flags come before environment variables, those before defaults. */
export function parseConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<Config, ConfigError> {
  const isVerifying = args[0] === "verify";
  const flags = parseFlags(isVerifying ? args.slice(1) : args);
  if (!flags.ok) return flags;
  const text = (name: OptionName): string | undefined => flags.value[name] ?? env[variableOf(name)];
  const data = text("data");
  if (data === undefined || data === "") return invalid("--data FOLDER is missing");
  const port = wholeNumber(text("port") ?? String(DEFAULT_PORT), 0, PORT_MAX);
  if (port === undefined) return invalid(`--port is a number from 0 to ${PORT_MAX}`);
  const settleEveryMs = wholeNumber(
    text("settle-every-ms") ?? String(DEFAULT_SETTLE_EVERY_MS),
    SETTLE_EVERY_MS.min,
    SETTLE_EVERY_MS.max,
  );
  if (settleEveryMs === undefined)
    return invalid(`--settle-every-ms is a number from ${SETTLE_EVERY_MS.min} to ${SETTLE_EVERY_MS.max}`);
  const network = text("network");
  if (network !== undefined && !isIdText(network)) return invalid("--network is an id of 64 lower-case hex digits");
  const relay = relayWanted(flags.value.relay, env["AMIGOS_HUB_RELAY"]);
  if (relay === undefined) return invalid("AMIGOS_HUB_RELAY is 1 or 0");
  const staticFolder = text("static");
  return ok({
    command: isVerifying ? "verify" : "serve",
    data,
    host: text("host") ?? DEFAULT_HOST,
    port,
    settleEveryMs,
    relay,
    ...(staticFolder === undefined ? {} : { staticFolder }),
    ...(network === undefined ? {} : { network: network as NetworkId }),
  });
}

function parseFlags(args: readonly string[]): Result<Flags, ConfigError> {
  const texts = Object.fromEntries(OPTION_NAMES.map((name) => [name, { type: "string" as const }]));
  const options = { ...texts, relay: { type: "boolean" as const } };
  try {
    return ok(parseArgs({ args: [...args], options, strict: true }).values as Flags);
  } catch (error) {
    return invalid(error instanceof Error ? error.message : String(error));
  }
}

/** `undefined` for a variable that says neither. */
function relayWanted(flag: boolean | undefined, variable: string | undefined): boolean | undefined {
  if (flag === true || variable === "1") return true;
  return variable === undefined || variable === "" || variable === "0" ? false : undefined;
}

function variableOf(name: OptionName): string {
  return `AMIGOS_HUB_${name.toUpperCase().replaceAll("-", "_")}`;
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

function invalid(message: string): Result<never, ConfigError> {
  return err({ type: "option-invalid", message: `${message}.` });
}
