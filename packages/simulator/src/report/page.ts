/** A sweep as one page that needs nothing else: no script, no font, no network. Same rows, same bytes. */
import type { Lanes } from "../outcomes/lanes.ts";
import { FIGURES, type Column, type Row } from "../results/columns.ts";
import { pointsOf, type SweepPlan } from "../results/sweep.ts";
import { settingsOf } from "../simulate.ts";
import { SETTINGS, type SettingName } from "../settings.ts";
import { chart } from "./chart.ts";
import { figureText, html, type Markup } from "./html.ts";
import { lanesView } from "./lanes.ts";
import { STYLE } from "./style.ts";

export interface Report {
  readonly plan: SweepPlan;
  readonly rows: readonly Row[];
  /** The command that makes it again. */
  readonly command: string;
  /** Of one chosen run. */
  readonly lanes?: Lanes;
}

/** What is drawn over the first setting that varies. */
const DRAWN = ["loss", "lossShare", "gainMean", "evidenceP50", "wronged", "knownP50", "converged"] as const;

export function reportPage(report: Report): string {
  const { plan, rows, command, lanes } = report;
  const { scenario, variations } = plan;
  const violations = rows.filter(({ violation }) => violation !== "");
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${scenario.title}: ${rows.length} runs</title>
        <style>
          ${{ markup: STYLE }}
        </style>
      </head>
      <body>
        <h1>${scenario.title}</h1>
        <p>${scenario.question}</p>
        <p>
          ${rows.length} runs, ${seedsText(plan.seeds, rows)}.
          ${violations.length === 0 ? "Every check held in all of them." : `${violations.length} of them broke a check.`}
        </p>
        <pre>${command}</pre>
        ${violations.length === 0 ? html`` : violationTable(violations)}
        ${
          variations.length === 0
            ? html``
            : html`<h2>Figures over ${variations.map(({ name }) => name).join(" and ")}</h2>
                ${charts(report)}`
        }
        <h2>All figures</h2>
        <p>Means over the seeds; in brackets the 95 % interval of the mean, by bootstrap.</p>
        ${figureTable(report)}
        ${
          lanes === undefined
            ? html``
            : html`<h2>Who paid whom</h2>
                ${lanesView(lanes)}${rejectedTable(lanes)}`
        }
        <h2>Settings</h2>
        ${settingTable(report)}
      </body>
    </html> `;
  return page.markup;
}

function seedsText(seeds: readonly number[], rows: readonly Row[]): string {
  const used = seeds.filter((seed) => rows.some((row) => row["seed"] === seed));
  return used.length === 1 ? `seed ${used[0]}` : `seeds ${used[0]} to ${used.at(-1)}`;
}

function charts({ rows, plan: { variations } }: Report): Markup {
  const [first] = variations;
  const setting = first === undefined ? undefined : SETTINGS[first.name];
  const unit = setting !== undefined && "unit" in setting ? ` (${setting.unit})` : "";
  const drawn = FIGURES.filter(({ name }) => DRAWN.some((wanted) => wanted === name)).map((figure) => ({
    figure,
    points: pointsOf(rows, variations, figure.name),
  }));
  return html`<div class="charts">
    ${drawn
      .filter(({ points }) => points.some(({ interval }) => interval.max > 0))
      .map(({ figure, points }) =>
        chart({ title: titleOf(figure), axis: `${first?.name ?? ""}${unit}`, unit: figure.unit, points }),
      )}
  </div>`;
}

function titleOf({ name, what }: Column): string {
  return `${name}: ${what}`;
}

function figureTable({ rows, plan: { variations } }: Report): Markup {
  const [one] = FIGURES;
  const combinations = one === undefined ? [] : pointsOf(rows, variations, one.name).map(({ at }) => at);
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          ${combinations.map(
            (at) =>
              html`<th scope="col">
                ${at.map((value, index) => `${variations[index]?.name ?? ""} ${value}`).join(", ") || "mean"}
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${FIGURES.map((figure) => {
          const points = pointsOf(rows, variations, figure.name);
          return html`<tr>
            <th scope="row" title="${figure.what}">${figure.name}</th>
            ${combinations.map((_, index) => {
              const interval = points[index]?.interval;
              if (interval === undefined || interval.count === 0) return html`<td>none</td>`;
              const text = (value: number): string => figureText(value, figure.unit);
              return interval.low === interval.high
                ? html`<td>${text(interval.mean)}</td>`
                : html`<td>${text(interval.mean)} <small>[${text(interval.low)}, ${text(interval.high)}]</small></td>`;
            })}
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

function violationTable(violations: readonly Row[]): Markup {
  return html`<table class="bad">
    <thead>
      <tr>
        <th scope="col">Seed</th>
        <th scope="col">Check that failed</th>
      </tr>
    </thead>
    <tbody>
      ${violations.map(
        (row) =>
          html`<tr>
            <td>${row["seed"] ?? ""}</td>
            <td>${row["violation"] ?? ""}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function rejectedTable({ payments }: Lanes): Markup {
  const rejected = payments.filter(({ outcome, isHanded }) => outcome === "rejected" && isHanded);
  if (rejected.length === 0) return html`<p>Nobody gave goods for a payment that was rejected.</p>`;
  return html`<table>
    <caption>
      Goods given for payments that were rejected
    </caption>
    <tbody>
      ${rejected.map(
        ({ time, text }) =>
          html`<tr>
            <td>${figureText(time, "ms")}</td>
            <td>${text}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function settingTable({ plan: { scenario, settings, variations } }: Report): Markup {
  const all = settingsOf(scenario, settings);
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Setting</th>
        <th scope="col">Value</th>
        <th scope="col">What it is</th>
      </tr>
    </thead>
    <tbody>
      ${Object.entries(SETTINGS).map(([name, setting]) => {
        const varied = variations.find((variation) => variation.name === name);
        const value = varied === undefined ? String(all[name as SettingName]) : varied.values.join(", ");
        const unit = "unit" in setting ? setting.unit : "";
        return html`<tr>
          <th scope="row">${name}</th>
          <td>${value} ${unit}</td>
          <td>${setting.what}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}
