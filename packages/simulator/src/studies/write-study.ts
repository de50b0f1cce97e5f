/**
 * What an experiment looks like on paper: its summary as CSV, its plot as SVG, its table in the page of the study, between two
 * comments that bear its name. Text and figures so cannot drift apart: whoever runs the study again writes the figures again.
 */
import { chartSvg } from "../report/chart.ts";
import { figureText } from "../report/html.ts";
import { reportPage } from "../report/page.ts";
import { commandOf } from "../results/command.ts";
import { FIGURES, type Cell, type Column } from "../results/columns.ts";
import type { Interval } from "../results/interval.ts";
import type { Variation } from "../results/sweep.ts";
import type { SettingName } from "../settings.ts";
import type { Experiment, ExperimentResult, PointResult } from "./study.ts";

/** One line for each figure of each point. Cents and ms as they are. RFC 4180; no cell holds a comma. */
export function summaryCsv({ experiment, points }: ExperimentResult): string {
  const { across, by, figures } = experiment;
  const lines = points.flatMap(({ at, intervals, calculated, bound }) =>
    figures.map((figure, index) => {
      const { count, mean, low, high, max } = intervals[figure] as Interval;
      const beside = index === 0 ? [calculated ?? "", bound ?? ""] : ["", ""];
      return [...at.map(plain), figure, count, mean, low, high, max, ...beside].join(",");
    }),
  );
  const axes = [across, ...(by === undefined ? [] : [by])].map(({ name }) => plain(name));
  return `${[[...axes, "figure", "runs", "mean", "low", "high", "max", "calculated", "bound"].join(","), ...lines].join("\n")}\n`;
}

export function plotSvg({ experiment, points }: ExperimentResult): string {
  const { title, across, by, figures } = experiment;
  const figure = columnOf(figures[0]);
  return chartSvg({
    title: `${title} (${figure.name}: ${figure.what})`,
    axis: across.name,
    ...(across.text === undefined ? {} : { placeText: across.text }),
    unit: figure.unit,
    points: points.map(({ at, intervals }) => ({
      at: [at[0] as Cell, ...(at[1] === undefined ? [] : [by?.text?.(at[1]) ?? at[1]])],
      interval: intervals[figures[0]] as Interval,
    })),
  });
}

/** A page with everything that its runs said, one of them drawn. */
export function experimentReport({ experiment, rows, lanes }: ExperimentResult, seeds: number): string {
  const { scenario, settings, across, by } = experiment;
  const variations = [across, ...(by === undefined ? [] : [by])].map(({ values, set }): Variation => ({
    name: Object.keys(set(values[0] as Cell, settings))[0] as SettingName,
    values,
  }));
  const plan = { scenario, settings, variations, seeds: Array.from({ length: seeds }, (_, index) => index + 1) };
  const command = commandOf({ verb: "sweep", ...plan, scenario: scenario.name });
  return reportPage({ plan, rows, command, ...(lanes === undefined ? {} : { lanes }) });
}

/** The page with the experiment's table in its place. A page without such a place stays as it is. */
export function withTable(page: string, { experiment, points }: ExperimentResult): string {
  const { name } = experiment;
  const [from, to] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [start, end] = [page.indexOf(from), page.indexOf(to)];
  if (start < 0 || end < start) return page;
  return `${page.slice(0, start + from.length)}\n\n${tableOf(experiment, points)}\n\n${page.slice(end)}`;
}

/** Markdown, in the columns that the formatter would give it. */
function tableOf(experiment: Experiment, points: readonly PointResult[]): string {
  const { across, by, figures } = experiment;
  const columns = figures.map(columnOf);
  const hasCalculated = points.some(({ calculated }) => calculated !== undefined);
  const hasBound = points.some(({ bound }) => bound !== undefined);
  const [first = columnOf("loss")] = columns;
  const paired = points.some(({ differences }) => differences !== undefined);
  const head = [
    across.name,
    ...(by === undefined ? [] : [by.name]),
    ...columns.flatMap(({ name }) => [name, ...(paired ? [`${name}, more than in the first`] : [])]),
    ...(hasCalculated ? ["calculated"] : []),
    ...(hasBound ? ["bound"] : []),
  ];
  const body = points.map(({ at, intervals, calculated, bound, differences }) => [
    across.text?.(at[0] as Cell) ?? String(at[0]),
    ...(by === undefined ? [] : [by.text?.(at[1] as Cell) ?? String(at[1])]),
    ...columns.flatMap((column) => [
      intervalText(intervals[column.name], column),
      ...(paired ? [intervalText(differences?.[column.name], column)] : []),
    ]),
    ...(hasCalculated ? [calculated === undefined ? "" : valueText(calculated, first)] : []),
    ...(hasBound ? [bound === undefined ? "" : valueText(bound, first)] : []),
  ]);
  const widths = head.map((_, index) => Math.max(3, ...[head, ...body].map((line) => (line[index] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...body.map(line)].join("\n");
}

function intervalText(interval: Interval | undefined, column: Column): string {
  if (interval === undefined || interval.count === 0) return "none";
  const { mean, low, high } = interval;
  const text = (value: number): string => valueText(value, column);
  return low === high ? text(mean) : `${text(mean)} [${text(low)}, ${text(high)}]`;
}

/** What is less than nothing is a difference, and no time that never came. */
function valueText(value: number, { unit }: Column): string {
  return value < 0 ? `-${figureText(-value, unit)}` : figureText(value, unit);
}

function columnOf(name: string): Column {
  const column = FIGURES.find((figure) => figure.name === name);
  if (column === undefined) throw new RangeError(`${name} is no figure of results`);
  return column;
}

function plain(cell: Cell): string {
  return String(cell).replaceAll(",", ";");
}
