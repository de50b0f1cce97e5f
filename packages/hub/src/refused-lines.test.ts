import { describe, expect, it } from "vitest";
import { timeMs } from "@amigos/core";
import type { Clock } from "@amigos/engine/ports";
import type { LogFields } from "./log.ts";
import { RefusedLines } from "./refused-lines.ts";

function start(): { readonly lines: LogFields[]; readonly refused: RefusedLines; readonly wait: (ms: number) => void } {
  let now = 1_000_000;
  const clock: Clock = { now: () => timeMs(now), after: () => () => undefined };
  const lines: LogFields[] = [];
  const refused = new RefusedLines((_level, _event, fields = {}) => lines.push(fields), clock);
  return { lines, refused, wait: (ms) => (now += ms) };
}

describe("lines about refusals", () => {
  it("of one peer are some, then few that say how many were left out; others are heard beside it", () => {
    const { lines, refused, wait } = start();
    for (let count = 0; count < 1_000; count++) refused.write({ peer: "mallory", code: "malformed", detail: "" });
    expect(lines.length).toBe(128);
    refused.write({ peer: "alice", code: "not-stored", detail: "" });
    expect(lines.at(-1)).toMatchObject({ peer: "alice", unsaid: 872 });
    wait(1_000);
    refused.write({ peer: "mallory", code: "malformed", detail: "" });
    expect(lines.at(-1)).toEqual({ peer: "mallory", code: "malformed", detail: "" });
  });

  it("of all peers together are some, however many names they have", () => {
    const { lines, refused } = start();
    for (let count = 0; count < 20_000; count++)
      refused.write({ peer: `mallory ${count}`, code: "malformed", detail: "" });
    expect(lines.length).toBe(8_192);
  });
});
