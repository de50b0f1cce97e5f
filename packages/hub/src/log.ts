/** What a hub says about itself: one JSON object a line, so that people can read it and programs can filter it. */
export type LogLevel = "info" | "warning" | "error";

export type LogFields = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

/** What strangers can make us log: enough to see what it was, too little to fill a disk with one line. */
const FIELD_LENGTH_MAX = 512;

export function createJsonLog(options: { readonly now: () => number; readonly write: (line: string) => void }): Log {
  return (level, event, fields = {}) => {
    const shown = Object.entries(fields).map(([name, value]) => [name, printable(value)]);
    const head = { time: new Date(options.now()).toISOString(), level, event };
    options.write(`${JSON.stringify({ ...head, ...Object.fromEntries(shown) })}\n`);
  };
}

export const silentLog: Log = () => undefined;

function printable(value: LogFields[string]): LogFields[string] {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "string" && value.length > FIELD_LENGTH_MAX ? `${value.slice(0, FIELD_LENGTH_MAX)}…` : value;
}
