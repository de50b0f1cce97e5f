/** Plots as SVG: means with their 95 % interval, joined over a number or a word. Colours differ in lightness too. */
import type { Point } from "../results/sweep.ts";
import type { Cell } from "../results/columns.ts";
import { figureText, html, type Markup } from "./html.ts";

export interface Chart {
  readonly title: string;
  /** Name and unit of what the points are at. */
  readonly axis: string;
  /** How a place on the axis is written. Left out: as it is. */
  readonly placeText?: (place: Cell) => string;
  readonly unit: string;
  readonly points: readonly Point[];
}

const WIDTH = 560;
const HEIGHT = 260;
const PLOT = { left: 72, right: 20, top: 14, bottom: 44 } as const;
const INNER = { width: WIDTH - PLOT.left - PLOT.right, height: HEIGHT - PLOT.top - PLOT.bottom } as const;
const TICKS = 4;
/** Okabe and Ito's palette, which the colour-blind tell apart; what is beyond it begins again, dashed. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a6a00", "#56b4e9"] as const;

/** In a page, with the names of its lines below. */
export function chart(plotted: Chart): Markup {
  const { title } = plotted;
  return html`<figure>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}; the figures are in the table below">
      ${plot(plotted)}</svg
    >${legend(seriesOf(plotted.points))}
  </figure>`;
}

/** A file of its own: what a page would say around it, it says itself. */
export function chartSvg(plotted: Chart): string {
  const series = seriesOf(plotted.points);
  const height = HEIGHT + (series.length > 1 ? series.length * LEGEND_LINE + 8 : 0);
  const { markup } = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
    <title>${plotted.title}</title>
    <style>
      ${{ markup: SVG_STYLE }}
    </style>
    <rect width="${WIDTH}" height="${height}" fill="#ffffff" />
    ${plot(plotted)}
    ${
      series.length < 2
        ? html``
        : series.map(
            (name, index) =>
              html`<rect
                  x="${PLOT.left}"
                  y="${HEIGHT + index * LEGEND_LINE}"
                  width="12"
                  height="12"
                  fill="${colourOf(index)}"
                /><text class="axis" x="${PLOT.left + 20}" y="${HEIGHT + index * LEGEND_LINE + 11}">${name}</text>`,
          )
    }
  </svg> `;
  return markup;
}

/** Between the names of two lines. */
const LEGEND_LINE = 18;
const SVG_STYLE = "text{font-family:sans-serif;font-size:11px;fill:#1c1b18}.grid{stroke:#d9d5cb}";

function seriesOf(points: readonly Point[]): readonly string[] {
  return [...new Set(points.map(({ at }) => String(at[1] ?? "")))];
}

function plot({ axis, unit, points, placeText = String }: Chart): Markup {
  const most = Math.max(...points.map(({ interval }) => interval.high), Number.MIN_VALUE);
  const y = (value: number): number => PLOT.top + INNER.height * (1 - value / most);
  const places = [...new Set(points.map(({ at }) => at[0] ?? ""))];
  const x = places.every((place) => typeof place === "number")
    ? scaleOf(places)
    : (place: Cell): number => PLOT.left + (INNER.width * (places.indexOf(place) + 0.5)) / places.length;
  return html`${Array.from({ length: TICKS + 1 }, (_, tick) => gridLine((most * tick) / TICKS, y, unit))}
    ${places.map((place) => html`<text class="tick" x="${x(place)}" y="${HEIGHT - PLOT.bottom + 18}" text-anchor="middle">${placeText(place)}</text>`)}
    <text class="axis" x="${PLOT.left + INNER.width / 2}" y="${HEIGHT - 8}" text-anchor="middle">${axis}</text>
    ${seriesOf(points).map((name, index) =>
      line(
        points.filter(({ at }) => String(at[1] ?? "") === name),
        { x, y, index },
      ),
    )}`;
}

function scaleOf(places: readonly number[]): (place: Cell) => number {
  const [least, most] = [Math.min(...places), Math.max(...places)];
  return (place) => PLOT.left + 12 + ((INNER.width - 24) * (Number(place) - least)) / Math.max(most - least, 1);
}

function gridLine(value: number, y: (value: number) => number, unit: string): Markup {
  return html`<line class="grid" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y(value)}" y2="${y(value)}" /><text
      class="tick"
      x="${PLOT.left - 8}"
      y="${y(value) + 4}"
      text-anchor="end"
      >${figureText(value, unit)}</text
    >`;
}

interface Scales {
  readonly x: (place: Cell) => number;
  readonly y: (value: number) => number;
  /** Of the line among all. */
  readonly index: number;
}

function line(points: readonly Point[], { x, y, index }: Scales): Markup {
  const colour = colourOf(index);
  const dash = index < COLOURS.length ? "none" : "5 4";
  const placed = points.map(({ at, interval }) => ({ x: x(at[0] ?? ""), interval })).toSorted((a, b) => a.x - b.x);
  const path = placed.map((point, order) => `${order === 0 ? "M" : "L"}${point.x} ${y(point.interval.mean)}`).join("");
  return html`<path
      d="${path}"
      fill="none"
      stroke="${colour}"
      stroke-width="2"
      stroke-dasharray="${dash}"
    />${placed.map(
      (point) =>
        html`<line
            x1="${point.x}"
            x2="${point.x}"
            y1="${y(point.interval.low)}"
            y2="${y(point.interval.high)}"
            stroke="${colour}"
            stroke-width="6"
            stroke-opacity="0.25"
          /><circle cx="${point.x}" cy="${y(point.interval.mean)}" r="3.5" fill="${colour}" />`,
    )}`;
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] as string;
}

function legend(series: readonly string[]): Markup {
  if (series.length < 2) return html``;
  return html`<ul class="legend">
    ${series.map((name, index) => html`<li><span style="background:${colourOf(index)}"></span>${name}</li>`)}
  </ul>`;
}
