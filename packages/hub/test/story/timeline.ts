/** The story on a terminal: one line per event, and a table of what every device says in the end. */
import type { DeviceRow, TimelineLine } from "./story.ts";

export interface Palette {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** Colours on a terminal that wants them (https://no-color.org), none elsewhere. */
export function paletteFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Palette {
  const isColoured = stream.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  const paint =
    (code: number) =>
    (text: string): string =>
      isColoured ? `\u001B[${code}m${text}\u001B[0m` : text;
  return { good: paint(32), bad: paint(31), dim: paint(2), bold: paint(1) };
}

const ACTOR_WIDTH = 8;

export function formatLine({ actor, text, mood }: TimelineLine, atMs: number, palette: Palette): string {
  const time = `${(atMs / 1000).toFixed(1).padStart(5)} s`;
  const painted = mood === "plain" ? text : palette[mood](text);
  return `${palette.dim(time)}  ${palette.bold(actor.padEnd(ACTOR_WIDTH))} ${painted}`;
}

export function formatTable(rows: readonly DeviceRow[], palette: Palette): string {
  const head = ["device", "height", "state root", "alice→bob 40.00", "alice→carol 40.00", "alice's session"];
  const byCheckpoint = rows.find(({ verdicts }) => verdicts !== undefined)?.verdicts;
  const cells = rows.map(({ device, height, stateRoot, verdicts, aliceSession }) => [
    device,
    String(height),
    stateRoot.slice(0, 8),
    // All rows have one checkpoint id, and it commits to the verdicts: the hub's are those of the devices.
    (verdicts ?? byCheckpoint)?.bob ?? "",
    (verdicts ?? byCheckpoint)?.carol ?? "",
    aliceSession ?? "",
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [palette.dim(line(head)), ...cells.map(line)].join("\n");
}
