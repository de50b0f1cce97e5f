/**
 * What can be set in a world, with its range, its unit and what it is for: `--set key=value`, and a row in the report. A
 * scenario gives each its own default.
 */
import { err, ok, type Result } from "@amigos/core";

export interface NumberSetting {
  readonly kind: "number";
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly unit: string;
  readonly what: string;
}

export interface ChoiceSetting<Choice extends string = string> {
  readonly kind: "choice";
  readonly choices: readonly Choice[];
  readonly default: Choice;
  readonly what: string;
}

const DEVICES_MAX = 20_000;
const CENTS_MAX = 100_000_000;

export interface Settings {
  readonly devices: number;
  readonly days: number;
  readonly crypto: "real" | "simulated";
  readonly balance: number;
  readonly payments: number;
  readonly amountMax: number;
  readonly perPaymentLimit: number;
  readonly dailyLimit: number;
  readonly offlineLimit: number;
  readonly float: number;
  readonly sessionDays: number;
  readonly phonesPerAccount: number;
  readonly respends: Answer;
  readonly policy: "honour-all" | "single-branch" | "freeze-fork";
  readonly cadence: number;
  readonly witnesses: number;
  readonly acceptPerPayment: number;
  readonly acceptPerPayer: number;
  readonly acceptAge: number;
  readonly acceptWitnesses: number;
  readonly acceptFloatOnly: Answer;
  readonly partition: "none" | "all" | "split" | "island" | "bridge" | "churn";
  readonly partitionStart: number;
  readonly partitionHours: number;
  readonly gossip: number;
  readonly messageLoss: number;
  readonly duplicates: number;
  readonly oneWay: number;
  readonly latency: number;
  readonly drift: number;
  readonly jumps: number;
  readonly crashes: number;
  readonly fullDisks: number;
  readonly adversary:
    | "none"
    | "cloned-device"
    | "rollback"
    | "colluding-payees"
    | "hash-grinder"
    | "limit-prober"
    | "overspender"
    | "backdater"
    | "lying-witness"
    | "sybil-witnesses"
    | "flooder"
    | "censoring-ledger"
    | "two-faced-ledger"
    | "thief";
  readonly cheats: number;
  readonly copies: number;
  readonly cheatStart: number;
  readonly cheatAmount: number;
}

export type Answer = "no" | "yes";

export type SettingName = keyof Settings;

export const SETTINGS: {
  readonly [Name in SettingName]: Settings[Name] extends number
    ? NumberSetting
    : ChoiceSetting<Settings[Name] & string>;
} = {
  // — the world ———————————————————————————————————————————————————————————
  devices: number(2, DEVICES_MAX, 40, "phones", "honest people, each with a phone"),
  days: number(1, 365, 3, "days", "until everybody meets and everything is settled"),
  crypto: choice(["real", "simulated"], "real", "whether entries are signed and verified, or believed"),
  // — money and terms —————————————————————————————————————————————————————
  balance: number(0, CENTS_MAX, 200_00, "cents", "what every account has at the start"),
  payments: number(0, 1000, 4, "a day", "how often a person pays, on average, while there is somebody to pay"),
  amountMax: number(1, CENTS_MAX, 20_00, "cents", "the largest payment of an honest person"),
  perPaymentLimit: number(0, CENTS_MAX, 0, "cents", "limit of every session for one payment; 0: none"),
  dailyLimit: number(0, CENTS_MAX, 50_00, "cents", "limit of every session for one UTC day; 0: none"),
  offlineLimit: number(0, CENTS_MAX, 0, "cents", "limit of every session for what is not settled; 0: none"),
  float: number(0, CENTS_MAX, 0, "cents", "what everybody sets aside for the own phone at the start; 0: nothing"),
  sessionDays: number(1, 365, 365, "days", "until the sessions expire"),
  phonesPerAccount: number(1, 8, 1, "phones", "that share the money of one account, each with a session of its own"),
  respends: choice(["no", "yes"], "no", "whether what was received and is not settled is spent again"),
  // — the ledger ——————————————————————————————————————————————————————————
  policy: choice(
    ["honour-all", "single-branch", "freeze-fork"],
    "honour-all",
    "what becomes of the branches of a fork",
  ),
  cadence: number(1, 10_080, 10, "minutes", "from one checkpoint to the next, while there is something to decide"),
  witnesses: number(0, 64, 0, "people", "how many of them have staked and attest what they see"),
  // — whom a payee trusts —————————————————————————————————————————————————
  acceptPerPayment: number(
    0,
    CENTS_MAX,
    0,
    "cents",
    "the most that a payee takes at once with no network; 0: anything",
  ),
  acceptPerPayer: number(0, CENTS_MAX, 0, "cents", "the most that a payee lets one payer owe; 0: anything"),
  acceptAge: number(0, 8760, 0, "hours", "the oldest checkpoint that a payee takes for knowledge; 0: any"),
  acceptWitnesses: number(0, 64, 0, "people", "how many witnesses have to be there and attest before goods are given"),
  acceptFloatOnly: choice(["no", "yes"], "no", "whether a payee takes only what the payer has set aside"),
  // — network, clocks and disks ———————————————————————————————————————————
  partition: choice(["none", "all", "split", "island", "bridge", "churn"], "none", "which places lose the ledger"),
  partitionStart: number(0, 8760, 12, "hours", "when they lose it"),
  partitionHours: number(0, 8760, 24, "hours", "for how long"),
  gossip: number(0, 1440, 30, "minutes", "between two exchanges of a phone with another one that is near; 0: none"),
  messageLoss: number(0, 90, 5, "of 100", "messages that get lost"),
  duplicates: number(0, 90, 2, "of 100", "messages that come twice"),
  oneWay: number(0, 100, 0, "of 100", "exchanges of two phones in which only one hears the other"),
  latency: number(1, 60_000, 200, "ms", "until a message arrives, on average"),
  drift: number(0, 86_400, 5, "seconds", "how far a clock is off, at most"),
  jumps: number(0, 90, 0, "of 100", "phones whose clock jumps once, by up to two days either way"),
  crashes: number(0, 90, 1, "of 100", "payments during which the phone dies and starts again"),
  fullDisks: number(0, 90, 0, "of 100", "phones whose disk is full for a while"),
  // — cheats ——————————————————————————————————————————————————————————————
  adversary: choice(
    [
      "none",
      "cloned-device",
      "rollback",
      "colluding-payees",
      "hash-grinder",
      "limit-prober",
      "overspender",
      "backdater",
      "lying-witness",
      "sybil-witnesses",
      "flooder",
      "censoring-ledger",
      "two-faced-ledger",
      "thief",
    ],
    "none",
    "what kind of cheat is among them",
  ),
  cheats: number(0, 1000, 1, "people", "how many of that kind"),
  copies: number(
    2,
    64,
    2,
    "phones",
    "on how many phones a cheat signs, the first one included; of colluders, how many they are",
  ),
  cheatStart: number(0, 8760, 14, "hours", "when they begin"),
  cheatAmount: number(
    1,
    CENTS_MAX,
    20_00,
    "cents",
    "what a cheat tries to get in one go; where that is too much, half of it, and so on",
  ),
};

export type SettingError =
  | { readonly type: "setting-unknown"; readonly name: string; readonly known: readonly string[] }
  | { readonly type: "setting-out-of-range"; readonly name: string; readonly value: string; readonly allowed: string };

export const DEFAULTS: Settings = Object.fromEntries(
  Object.entries(SETTINGS).map(([name, setting]) => [name, setting.default]),
) as unknown as Settings;

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** Reads one `key=value` as a person writes it. */
export function readSetting(name: string, value: string): Result<Partial<Settings>, SettingError> {
  if (!isSettingName(name)) return err({ type: "setting-unknown", name, known: Object.keys(SETTINGS) });
  const setting: NumberSetting | ChoiceSetting = SETTINGS[name];
  if (setting.kind === "choice") {
    if (setting.choices.includes(value)) return ok({ [name]: value });
    return err({ type: "setting-out-of-range", name, value, allowed: setting.choices.join(", ") });
  }
  const read = Number(value);
  if (/^\d{1,10}$/.test(value) && read >= setting.min && read <= setting.max) return ok({ [name]: read });
  return err({
    type: "setting-out-of-range",
    name,
    value,
    allowed: `${setting.min} to ${setting.max} ${setting.unit}`,
  });
}

function number(min: number, max: number, value: number, unit: string, what: string): NumberSetting {
  return { kind: "number", min, max, default: value, unit, what };
}

function choice<const Choice extends string>(
  choices: readonly Choice[],
  value: NoInfer<Choice>,
  what: string,
): ChoiceSetting<Choice> {
  return { kind: "choice", choices, default: value, what };
}
