/**
 * What a run says, as one flat row: the columns of the CSV, the keys of the JSON lines, and what the report can draw. One list
 * for all of them.
 */
import type { SimulationResult } from "../simulate.ts";
import { SETTINGS, type SettingName } from "../settings.ts";

export type Cell = number | string;

export interface Column {
  readonly name: string;
  readonly unit: string;
  readonly what: string;
  readonly value: (result: SimulationResult) => Cell;
}

/** What a run was asked for. */
const ASKED: readonly Column[] = [
  { name: "scenario", unit: "", what: "name of the scenario", value: ({ scenario }) => scenario },
  { name: "seed", unit: "", what: "which world", value: ({ seed }) => seed },
  ...Object.entries(SETTINGS).map(([name, setting]) => ({
    name,
    unit: "unit" in setting ? setting.unit : "",
    what: setting.what,
    value: ({ settings }: SimulationResult) => settings[name as SettingName],
  })),
];

/** What came of it: these can be drawn and averaged. */
export const FIGURES: readonly Column[] = [
  figure("signed", "payments", "signed by honest people", ({ payments }) => payments.signed),
  figure("handed", "payments", "for which an honest person gave goods", ({ payments }) => payments.handed),
  figure("accepted", "payments", "of honest people that the ledger accepted", ({ payments }) => payments.accepted),
  figure("refused", "payments", "that the own phone did not sign", ({ payments }) => total(payments.refused)),
  figure("declined", "payments", "of honest people that the payee did not take", ({ payments }) =>
    total(payments.declined),
  ),
  figure("undelivered", "payments", "signed and lost on the way to the payee", ({ payments }) => payments.undelivered),
  figure("volume", "cents", "signed by honest people", ({ payments }) => payments.volume),
  figure("loss", "cents", "goods given to cheats, less what the ledger paid for them", ({ loss }) => loss.total),
  figure("lossShare", "of 1", "the same, of all goods that were given", ({ loss }) => loss.share),
  figure("lossWorst", "cents", "of the payee who lost most", ({ loss }) => loss.worst),
  figure("losers", "people", "payees who lost anything", ({ loss }) => loss.payees),
  figure("gainMean", "cents", "goods that a cheat got for nothing, on average", ({ gain }) => gain.mean),
  figure("gainMax", "cents", "of the cheat who got most", ({ gain }) => gain.max),
  figure("wronged", "payments", "of honest people that the ledger rejected", ({ wronged }) => wronged.count),
  figure("wrongedAmount", "cents", "the same", ({ wronged }) => wronged.amount),
  figure("forks", "sessions", "that signed a place twice", ({ evidence }) => evidence.forks),
  figure("victims", "people", "payees on any branch of a fork", ({ evidence }) => evidence.victims),
  figure("informed", "people", "of them who had proof in the end", ({ evidence }) => evidence.informed),
  figure("evidenceP50", "ms", "from the fork to the proof at a victim, median", ({ evidence }) => evidence.delay.p50),
  figure("evidenceP90", "ms", "the same, of nine in ten", ({ evidence }) => evidence.delay.p90),
  figure("deliveredP50", "ms", "from signing to delivery, median", ({ finality }) => finality.delivered.p50),
  figure("witnessedP50", "ms", "from signing to the first witness, median", ({ finality }) => finality.witnessed.p50),
  figure("settledP50", "ms", "from signing to settlement, median", ({ finality }) => finality.settled.p50),
  figure("settledP90", "ms", "the same, of nine in ten", ({ finality }) => finality.settled.p90),
  figure("knownP50", "ms", "from signing to the payee's knowledge of it, median", ({ finality }) => finality.known.p50),
  figure(
    "converged",
    "ms",
    "from the end of the partition until all is settled; -1: never",
    ({ converged }) => converged,
  ),
  figure(
    "contradiction",
    "ms",
    "until two phones noticed two faces of the ledger; -1: not",
    ({ contradiction }) => contradiction,
  ),
  figure("messages", "entries", "sent by a phone, on average", ({ work }) => work.messages),
  figure("bytes", "bytes", "the same", ({ work }) => work.bytes),
  figure(
    "verifications",
    "entries",
    "checked by a phone and on its behalf, on average",
    ({ work }) => work.verifications,
  ),
  figure("checkpoints", "", "made by the ledger", ({ ledger }) => ledger.checkpoints),
  figure("roots", "", "different state roots after everybody met: 1 is agreement", ({ ledger }) => ledger.roots),
];

const ENDS: readonly Column[] = [
  {
    name: "violation",
    unit: "",
    what: "the check that failed, if one did",
    value: ({ violation }) => violation?.check ?? "",
  },
  {
    name: "hash",
    unit: "",
    what: "of everything that happened: the same again for the same scenario, seed and settings",
    value: ({ hash }) => hash,
  },
];

export const COLUMNS: readonly Column[] = [...ASKED, ...FIGURES, ...ENDS];

export type Row = Readonly<Record<string, Cell>>;

export function rowOf(result: SimulationResult): Row {
  return Object.fromEntries(COLUMNS.map(({ name, value }) => [name, value(result)]));
}

/** RFC 4180. No cell holds a quote, a comma or the end of a line. */
export function csvHeader(): string {
  return COLUMNS.map(({ name }) => name).join(",");
}

export function csvLine(row: Row): string {
  return COLUMNS.map(({ name }) => String(row[name] ?? "")).join(",");
}

function figure(
  name: string,
  unit: string,
  what: string,
  value: (outcome: SimulationResult["outcome"]) => number,
): Column {
  return { name, unit, what, value: ({ outcome }) => value(outcome) };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
