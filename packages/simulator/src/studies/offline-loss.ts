/**
 * How much can an offline payee lose, under which limits, floats and witnesses? And which conflict policy hurts honest people
 * least? The experiments behind docs/studies/offline-loss.md, which `pnpm simulate study` runs again.
 */
import { unhonoured } from "../adversaries/spree.ts";
import { valley } from "../scenarios/valley.ts";
import { villageMarket } from "../scenarios/village-market.ts";
import type { Cell } from "../results/columns.ts";
import type { Settings } from "../settings.ts";
import { branchesWitnessed, lossToColluders, lossToCopies, lossToSessions } from "./closed-forms.ts";
import type { Axis, Experiment } from "./study.ts";

/** Nobody but the cheat pays, nothing goes wrong, and one checkpoint in the end decides all of it: what can be calculated. */
const CALCULABLE: Partial<Settings> = {
  crypto: "simulated",
  payments: 0,
  gossip: 0,
  messageLoss: 0,
  duplicates: 0,
  drift: 0,
  cheatStart: 6,
  cheatAmount: 10_00,
};

/** A cheat with four phones in the village that is offline for three days, and no limit but what is varied. */
const CHEAT_IN_VILLAGE: Partial<Settings> = {
  crypto: "simulated",
  adversary: "cloned-device",
  cheats: 1,
  copies: 4,
  dailyLimit: 0,
};

const POLICY: Axis = {
  name: "policy",
  values: ["honour-all", "single-branch", "freeze-fork"],
  set: (policy) => ({ policy }) as Partial<Settings>,
};

/** A setting, in its own words. */
function setting(key: keyof Settings, name: string, values: readonly Cell[], text?: (value: Cell) => string): Axis {
  return { name, values, set: (value) => ({ [key]: value }), ...(text === undefined ? {} : { text }) };
}

/** Cents as money; `none` is what nought stands for. */
function money(none = "0.00"): (value: Cell) => string {
  return (value) => (value === 0 ? none : (Number(value) / 100).toFixed(2));
}

/** Several settings under a name each. */
function named(
  name: string,
  settings: Readonly<Record<string, Partial<Settings> | ((others: Partial<Settings>) => Partial<Settings>)>>,
): Axis {
  return {
    name,
    values: Object.keys(settings),
    set: (value, others) => {
      const found = settings[value] ?? {};
      return typeof found === "function" ? found(others) : found;
    },
  };
}

const FROM_FLOAT = named("payees take", { anything: {}, "only what is set aside": { acceptFloatOnly: "yes" } });

export const OFFLINE_LOSS: readonly Experiment[] = [
  {
    name: "copies",
    title: "Loss to a copied phone, calculated and simulated",
    scenario: valley,
    settings: { ...CALCULABLE, adversary: "cloned-device", dailyLimit: 10_00 },
    seeds: 300,
    across: setting("copies", "phones with one key", [2, 3, 4, 6, 8]),
    by: POLICY,
    figures: ["loss"],
    calculated: lossToCopies,
    bound: unhonoured,
  },
  {
    name: "colluders",
    title: "Loss of a stranger to a payer with colluding payees, calculated and simulated",
    scenario: valley,
    settings: { ...CALCULABLE, adversary: "colluding-payees", dailyLimit: 0, acceptFloatOnly: "yes" },
    seeds: 300,
    across: setting("copies", "branches, the stranger's included", [2, 3, 5, 9]),
    by: named("float and policy", {
      "float 10.00, honour-all": { float: 10_00, balance: 10_00 },
      "float 20.00, honour-all": { float: 20_00, balance: 20_00 },
      "float 40.00, honour-all": { float: 40_00, balance: 40_00 },
      "float 20.00, single-branch": { float: 20_00, balance: 20_00, policy: "single-branch" },
      "float 20.00, freeze-fork": { float: 20_00, balance: 20_00, policy: "freeze-fork" },
    }),
    figures: ["loss"],
    calculated: lossToColluders,
    bound: ({ cheatAmount }) => cheatAmount,
  },
  {
    name: "limits",
    title: "Loss to a copied phone, by the daily limit and the policy",
    scenario: villageMarket,
    settings: CHEAT_IN_VILLAGE,
    seeds: 24,
    across: setting("dailyLimit", "limit of a day", [5_00, 10_00, 20_00, 50_00], money()),
    by: POLICY,
    figures: ["loss", "lossWorst", "losers", "refused"],
    bound: unhonoured,
    hasReport: true,
  },
  {
    name: "offline-time",
    title: "Loss to a copied phone, by how long the ledger is out of reach",
    scenario: villageMarket,
    settings: CHEAT_IN_VILLAGE,
    seeds: 24,
    across: {
      name: "days without the ledger",
      values: [1, 2, 4, 7],
      set: (days) => ({ days: Number(days), partitionHours: Number(days) * 24 }),
    },
    by: named("limit, and whether phones exchange what they hold", {
      "20.00 a day, no exchange": { dailyLimit: 20_00, gossip: 0 },
      "20.00 a day, every 30 minutes": { dailyLimit: 20_00, gossip: 30 },
      "20.00 until it is settled, no exchange": { offlineLimit: 20_00, gossip: 0 },
    }),
    figures: ["loss", "signed", "refused"],
    bound: unhonoured,
  },
  {
    name: "float",
    title: "Loss to a copied phone where payees take only what was set aside",
    scenario: villageMarket,
    settings: { ...CHEAT_IN_VILLAGE, acceptFloatOnly: "yes" },
    seeds: 12,
    across: setting("float", "float of every phone", [5_00, 10_00, 20_00, 40_00], money()),
    by: named("behind the float", {
      "the rest of 200.00": {},
      nothing: ({ float = 0 }) => ({ balance: float }),
    }),
    figures: ["loss", "signed", "declined", "refused"],
    bound: ({ copies, float, balance }) =>
      Math.min((copies - 1) * float, Math.max(0, copies * float - balance + float)),
  },
  {
    name: "overspender",
    title: "Loss to four sessions of one account that sign nothing twice",
    scenario: villageMarket,
    settings: { ...CHEAT_IN_VILLAGE, adversary: "overspender" },
    seeds: 12,
    across: setting("float", "float of every phone", [0, 20_00, 40_00, 50_00], money("none")),
    by: FROM_FLOAT,
    figures: ["loss", "signed", "declined", "refused"],
    bound: lossToSessions,
  },
  {
    name: "families",
    title: "Honest payments that are rejected where two phones share an account",
    scenario: villageMarket,
    settings: { crypto: "simulated", phonesPerAccount: 2, dailyLimit: 0, balance: 100_00 },
    seeds: 12,
    across: setting("float", "float of every phone", [0, 20_00, 40_00], money("none")),
    by: FROM_FLOAT,
    figures: ["wronged", "wrongedAmount", "signed", "declined", "refused"],
  },
  {
    name: "witnesses",
    title: "Loss to a copied phone where payees want witnesses",
    scenario: villageMarket,
    settings: { ...CHEAT_IN_VILLAGE, dailyLimit: 20_00, witnesses: 6 },
    seeds: 12,
    across: setting("acceptWitnesses", "witnesses that a payee wants, of six", [0, 1, 2, 3]),
    by: named("cheat", {
      "a copied phone": {},
      "with a lying witness": { adversary: "lying-witness" },
      "with five lying witnesses": { adversary: "sybil-witnesses" },
    }),
    figures: ["loss", "signed", "declined"],
  },
  {
    name: "witnesses-one-place",
    title: "Loss to a copied phone where payees want witnesses, all in one place",
    scenario: valley,
    settings: {
      ...CALCULABLE,
      adversary: "cloned-device",
      copies: 8,
      dailyLimit: 10_00,
      devices: 12,
      witnesses: 6,
    },
    seeds: 200,
    across: setting("acceptWitnesses", "witnesses that a payee wants, of six", [0, 1, 2, 3, 4]),
    figures: ["loss"],
    bound: (settings) => settings.dailyLimit * Math.max(0, branchesWitnessed(settings) - 1),
  },
  {
    name: "payees",
    title: "Loss to a copied phone, by what a payee takes with no network",
    scenario: villageMarket,
    settings: { ...CHEAT_IN_VILLAGE, dailyLimit: 50_00 },
    seeds: 12,
    across: named("a payee takes", {
      anything: {},
      "5.00 at once": { acceptPerPayment: 5_00 },
      "20.00 of one payer": { acceptPerPayer: 20_00 },
      "24 h old": { acceptAge: 24 },
      "12 h old": { acceptAge: 12 },
    }),
    figures: ["loss", "lossWorst", "losers", "signed", "declined"],
  },
  {
    name: "policies",
    title: "What each policy costs honest people, by the cheat",
    scenario: villageMarket,
    settings: { ...CHEAT_IN_VILLAGE, balance: 50_00, cheats: 2, copies: 3 },
    seeds: 16,
    across: setting("adversary", "cheat", ["cloned-device", "rollback", "colluding-payees", "hash-grinder"]),
    by: POLICY,
    figures: ["loss", "wrongedAmount"],
    isPaired: true,
  },
  {
    name: "exchange",
    title: "Time from the fork to the proof at a victim, by how often phones exchange what they hold",
    scenario: villageMarket,
    settings: { ...CHEAT_IN_VILLAGE, dailyLimit: 50_00 },
    seeds: 12,
    across: setting("gossip", "minutes between two exchanges of a phone, on average; 0: none", [0, 10, 30, 120]),
    figures: ["evidenceP50", "evidenceP90", "loss", "victims", "messages"],
  },
];
