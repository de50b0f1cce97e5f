/** What a hub process is started with: flags, environment variables and a file, all checked before anything starts. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { parseArgs } from "node:util";
import { err, isIdText, ok, type NetworkId, type Result } from "@amigos/core";
import {
  DEFAULT_ACCOUNT_ENTRIES_PER_MINUTE,
  DEFAULT_ACCOUNT_UNDECIDED_MAX,
  DEFAULT_BACKUP_EVERY_S,
  DEFAULT_BACKUPS_KEPT,
  DEFAULT_CONNECTIONS_MAX,
  DEFAULT_HOST,
  DEFAULT_INVITE_DAYS,
  DEFAULT_SETTLE_EVERY_MS,
} from "../defaults.ts";
import {
  ADMISSION_RULES,
  COMMANDS,
  DEFAULT_PORT,
  OPTION_NAMES,
  OPTIONS,
  variableOf,
  type Command,
  type Option,
  type OptionName,
} from "./options.ts";

/** Flat, and with nothing secret in it, so that the hub can say what it was started with. */
export interface Config {
  readonly command: Command;
  readonly data: string;
  readonly config?: string;
  readonly host: string;
  readonly port: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly publicUrl?: string;
  readonly trustProxy: boolean;
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax?: number;
  readonly staticFolder?: string;
  readonly network?: NetworkId;
  readonly settleEveryMs: number;
  readonly relay: boolean;
  readonly admission: (typeof ADMISSION_RULES)[number];
  readonly allowList?: string;
  readonly accountEntriesPerMinute: number;
  readonly accountUndecidedMax: number;
  readonly backupTo?: string;
  readonly backupEveryS: number;
  readonly backupsKept: number;
  /** Of a copy that is to be made. */
  readonly to?: string;
  /** Of a hub that is to settle again. */
  readonly force: boolean;
  /** Of an invite that is to be made. */
  readonly uses: number;
  readonly days: number;
}

export interface ConfigError {
  readonly type: "option-invalid";
  readonly message: string;
}

/** A file of options is a page of text. */
const FILE_BYTES_MAX = 64 * 1024;

type Value = string | number | boolean;

/** What was said, and where, as messages name it. */
interface Said {
  readonly value: Value;
  readonly where: string;
}

type Sources = readonly ((name: OptionName) => Said | undefined)[];

/** Flags come before environment variables, those before the file, that before defaults. */
export function parseConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<Config, ConfigError> {
  const named = COMMANDS.find((command) => command === args[0]);
  const command = named ?? "serve";
  const flags = parseFlags(command, named === undefined ? args : args.slice(1));
  if (!flags.ok) return flags;
  const spoken: Sources = [flags.value, variables(env)];
  const path = firstOf(spoken, "config")?.value;
  const file = path === undefined ? ok(() => undefined) : readOptions(String(path));
  if (!file.ok) return file;
  try {
    return ok(assemble(command, [...spoken, file.value]));
  } catch (error) {
    if (error instanceof Invalid) return invalid(error.message);
    throw error;
  }
}

/** Ends the reading of options at the first that cannot be used. Caught above, and nowhere else. */
class Invalid extends Error {}

function assemble(command: Command, sources: Sources): Config {
  const text = (name: OptionName): string | undefined => textOf(name, firstOf(sources, name));
  const number = (name: OptionName): number | undefined => numberOf(name, firstOf(sources, name));
  const choice = (name: OptionName): string | undefined => choiceOf(name, firstOf(sources, name));
  const flag = (name: OptionName): boolean => flagOf(firstOf(sources, name));
  const data = text("data");
  if (data === undefined) throw new Invalid("--data FOLDER is missing");
  const to = text("to");
  if (command === "backup" && to === undefined) throw new Invalid("--to FOLDER is missing");
  const network = text("network");
  if (network !== undefined && !isIdText(network)) throw new Invalid("--network is an id of 64 lower-case hex digits");
  const [tlsCert, tlsKey] = [text("tls-cert"), text("tls-key")];
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new Invalid("--tls-cert and --tls-key go together");
  const publicUrl = text("public-url");
  if (publicUrl !== undefined && !isPublicUrl(publicUrl))
    throw new Invalid("--public-url is an origin such as https://hub.example.org, with no path");
  const admission = ADMISSION_RULES.find((rule) => rule === (choice("admission") ?? "open")) ?? "open";
  const allowList = text("allow-list");
  if ((admission === "allow-list") !== (allowList !== undefined))
    throw new Invalid("--admission allow-list and --allow-list FILE go together");
  return {
    command,
    data,
    host: text("host") ?? DEFAULT_HOST,
    port: number("port") ?? DEFAULT_PORT,
    trustProxy: flag("trust-proxy"),
    connectionsMax: number("max-connections") ?? DEFAULT_CONNECTIONS_MAX,
    settleEveryMs: number("settle-every-ms") ?? DEFAULT_SETTLE_EVERY_MS,
    relay: flag("relay"),
    admission,
    accountEntriesPerMinute: number("account-entries-per-minute") ?? DEFAULT_ACCOUNT_ENTRIES_PER_MINUTE,
    accountUndecidedMax: number("account-undecided-max") ?? DEFAULT_ACCOUNT_UNDECIDED_MAX,
    backupEveryS: number("backup-every-s") ?? DEFAULT_BACKUP_EVERY_S,
    backupsKept: number("backups-kept") ?? DEFAULT_BACKUPS_KEPT,
    force: flag("force"),
    uses: number("uses") ?? 1,
    days: number("days") ?? DEFAULT_INVITE_DAYS,
    ...present({
      allowList,
      backupTo: text("backup-to"),
      to,
      config: text("config"),
      tlsCert,
      tlsKey,
      publicUrl,
      connectionsPerAddressMax: number("max-connections-per-address"),
      staticFolder: text("static"),
      network: network as NetworkId | undefined,
    }),
  };
}

function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text && isIP(url.hostname) === 0;
}

type Present<Values> = { [Name in keyof Values]?: Exclude<Values[Name], undefined> };

function present<Values extends object>(values: Values): Present<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<Values>;
}

// — where options are said —————————————————————————————————————————————————

function firstOf(sources: Sources, name: OptionName): Said | undefined {
  for (const source of sources) {
    const said = source(name);
    if (said !== undefined) return said;
  }
  return undefined;
}

function parseFlags(command: Command, args: readonly string[]): Result<Sources[number], ConfigError> {
  const known = OPTION_NAMES.filter((name) => (OPTIONS[name].of ?? command) === command);
  const options = Object.fromEntries(
    known.map((name) => [name, { type: OPTIONS[name].kind === "flag" ? "boolean" : "string" } as const]),
  );
  try {
    const values = parseArgs({ args: [...args], options, strict: true }).values as Partial<Record<OptionName, Value>>;
    return ok(saidIn(values, (name) => `--${name}`));
  } catch (error) {
    return invalid(error instanceof Error ? error.message.replace(/\.$/, "") : String(error));
  }
}

/** An empty variable says nothing, as the shells of operators leave them. */
function variables(env: Readonly<Record<string, string | undefined>>): Sources[number] {
  return (name) => {
    const value = OPTIONS[name].of === undefined ? env[variableOf(name)] : undefined;
    return value === undefined || value === "" ? undefined : { value, where: variableOf(name) };
  };
}

function readOptions(path: string): Result<Sources[number], ConfigError> {
  let content: unknown;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > FILE_BYTES_MAX) return invalid(`${path} is too long for a file of options`);
    content = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    return invalid(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    return invalid(`${path} is not a JSON object`);
  const stray = Object.keys(content).find((name) => name === "config" || !isOfTheHub(name));
  if (stray !== undefined) return invalid(`${path} has "${stray}", which is no option there`);
  return ok(saidIn(content as Partial<Record<OptionName, Value>>, (name) => `"${name}" in ${path}`));
}

function isOfTheHub(name: string): boolean {
  return OPTION_NAMES.some((option) => option === name && OPTIONS[option].of === undefined);
}

function saidIn(
  values: Partial<Record<OptionName, Value>>,
  nameOf: (name: OptionName) => string,
): (name: OptionName) => Said | undefined {
  return (name) => {
    const value = values[name];
    return value === undefined ? undefined : { value, where: nameOf(name) };
  };
}

// — what they say ——————————————————————————————————————————————————————————

function textOf(name: OptionName, said: Said | undefined): string | undefined {
  if (said === undefined) return undefined;
  if (typeof said.value !== "string" || said.value === "") throw new Invalid(`${said.where} is a text, --${name}`);
  return said.value;
}

function numberOf(name: OptionName, said: Said | undefined): number | undefined {
  const option: Option = OPTIONS[name];
  if (said === undefined || option.kind !== "number") return undefined;
  const { value, where } = said;
  const isWhole = typeof value === "number" ? Number.isSafeInteger(value) : /^\d{1,9}$/.test(String(value));
  const number = Number(value);
  if (typeof value === "boolean" || !isWhole || number < option.min || number > option.max)
    throw new Invalid(`${where} is a number from ${option.min} to ${option.max}`);
  return number;
}

function choiceOf(name: OptionName, said: Said | undefined): string | undefined {
  const option: Option = OPTIONS[name];
  if (said === undefined || option.kind !== "choice") return undefined;
  const chosen = option.choices.find((choice) => choice === said.value);
  if (chosen === undefined) throw new Invalid(`${said.where} is one of ${option.choices.join(", ")}`);
  return chosen;
}

function flagOf(said: Said | undefined): boolean {
  if (said === undefined) return false;
  if (typeof said.value === "boolean") return said.value;
  if (said.value === "1" || said.value === "0") return said.value === "1";
  throw new Invalid(`${said.where} is ${said.where.startsWith('"') ? "true or false" : "1 or 0"}`);
}

function invalid(message: string): Result<never, ConfigError> {
  return err({ type: "option-invalid", message: `${message}.` });
}
