/** Every option that a hub can be started with, once: flags, environment variables and the file all have these names. */
import { limits } from "@amigos/core";
import { INVITE_DAYS_MAX, INVITE_USES_MAX } from "../admission/invites.ts";
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

interface Choice {
  readonly kind: "choice";
  readonly choices: readonly string[];
}

export const COMMANDS = ["serve", "verify", "invite", "backup", "resume"] as const;
export type Command = (typeof COMMANDS)[number];

/** `of`: the one command that it belongs to; then it is said on the command line and nowhere else. */
export type Option = (Flag | Text | WholeNumber | Choice) & { readonly help: string; readonly of?: Command };

const PORT_MAX = 65_535;
/** More often than this, checkpoints cost more than they give; more rarely, it is a hub that does not settle. */
const SETTLE_EVERY_MS = { min: 50, max: 600_000 } as const;
/** As many as a replica speaks to at once. */
const CONNECTIONS_MAX = 4_096;

/** From what one device may have undecided, for it brings all of that at once; to what a hub keeps in all. */
const ACCOUNT_UNDECIDED_MAX = { min: limits.UNSETTLED_PER_SESSION_MAX, max: 65_536 } as const;

/** Copying a large ledger takes minutes; rarer than a month is no backup. */
const BACKUP_EVERY_S = { min: 10, max: 2_678_400 } as const;

export const DEFAULT_PORT = 4680;

export const ADMISSION_RULES = ["open", "invite", "allow-list"] as const;

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
  | "relay"
  | "admission"
  | "allow-list"
  | "account-entries-per-minute"
  | "account-undecided-max"
  | "backup-to"
  | "backup-every-s"
  | "backups-kept"
  | "uses"
  | "days"
  | "to"
  | "force";

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
  admission: { kind: "choice", choices: ADMISSION_RULES, help: "whose accounts it registers; default open" },
  "allow-list": { kind: "text", value: "FILE", help: "with --admission allow-list: one account of each line" },
  "account-entries-per-minute": {
    kind: "number",
    min: 1,
    max: 1_000_000,
    help: `of one account, after a burst; default ${DEFAULT_ACCOUNT_ENTRIES_PER_MINUTE}`,
  },
  "account-undecided-max": {
    kind: "number",
    ...ACCOUNT_UNDECIDED_MAX,
    help: `undecided entries of one account; default ${DEFAULT_ACCOUNT_UNDECIDED_MAX}`,
  },
  "backup-to": { kind: "text", value: "FOLDER", help: "make copies of the data there" },
  "backup-every-s": { kind: "number", ...BACKUP_EVERY_S, help: `how often; default ${DEFAULT_BACKUP_EVERY_S}` },
  "backups-kept": { kind: "number", min: 1, max: 1_000, help: `how many; default ${DEFAULT_BACKUPS_KEPT}` },
  to: { kind: "text", value: "FOLDER", of: "backup", help: "where the copy is made" },
  force: { kind: "flag", of: "resume", help: "whatever devices say that they have" },
  uses: { kind: "number", min: 1, max: INVITE_USES_MAX, of: "invite", help: "for how many accounts; default 1" },
  days: {
    kind: "number",
    min: 1,
    max: INVITE_DAYS_MAX,
    of: "invite",
    help: `for how long; default ${DEFAULT_INVITE_DAYS}`,
  },
};

export const OPTION_NAMES: readonly OptionName[] = Object.keys(OPTIONS) as OptionName[];

export function variableOf(name: OptionName): string {
  return `AMIGOS_HUB_${name.toUpperCase().replaceAll("-", "_")}`;
}

export const USAGE: string = `Usage: amigos-hub --data FOLDER [options]
       amigos-hub verify --data FOLDER     replays a stopped hub's ledger from the genesis and compares every root
       amigos-hub invite --data FOLDER     makes an invite, also while the hub runs (--uses N, --days N)
       amigos-hub backup --data FOLDER --to FOLDER   makes a copy, also while the hub runs
       amigos-hub resume --data FOLDER     lets a hub that runs on a copy settle: the original is gone for good (--force)

${OPTION_NAMES.filter((name) => OPTIONS[name].of === undefined)
  .map(usageOf)
  .join("\n")}

Each is also an environment variable (--settle-every-ms is AMIGOS_HUB_SETTLE_EVERY_MS) and a name in the file of --config.
Flags come before variables, those before the file, that before defaults.
`;

function usageOf(name: OptionName): string {
  const option: Option = OPTIONS[name];
  const value = valueOf(option);
  return `  ${`--${name}${value}`.padEnd(38)} ${option.help}`;
}

function valueOf(option: Option): string {
  switch (option.kind) {
    case "flag":
      return "";
    case "number":
      return " N";
    case "text":
      return ` ${option.value}`;
    case "choice":
      return ` ${option.choices.join("|")}`;
  }
}
