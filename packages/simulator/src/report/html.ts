/** Text that is safe in a page, and numbers as people read them. */

/** Markup that is put into a page as it is. */
export interface Markup {
  readonly markup: string;
}

/** A tagged template: what is filled in is text, unless it is markup. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  const filled = values.map((value) => {
    if (typeof value === "object") return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
    return escaped(String(value));
  });
  return { markup: parts.map((part, index) => part + (filled[index] ?? "")).join("") };
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A figure with its unit: cents as money, ms as the time that it is, shares as percent. */
export function figureText(value: number, unit: string): string {
  if (unit === "cents") return (value / 100).toFixed(2);
  if (unit === "of 1") return `${(value * 100).toFixed(2)} %`;
  if (unit === "ms") return durationText(value);
  return Number.isInteger(value) ? value.toString() : value.toFixed(value < 10 ? 2 : 1);
}

function durationText(ms: number): string {
  if (ms < 0) return "never";
  if (ms >= 2 * DAY_MS) return `${(ms / DAY_MS).toFixed(1)} days`;
  if (ms >= 2 * HOUR_MS) return `${(ms / HOUR_MS).toFixed(1)} h`;
  if (ms >= 2 * MINUTE_MS) return `${(ms / MINUTE_MS).toFixed(1)} min`;
  return ms >= SECOND_MS ? `${(ms / SECOND_MS).toFixed(1)} s` : `${Math.round(ms)} ms`;
}
