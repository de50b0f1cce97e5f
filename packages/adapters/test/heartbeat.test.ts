/** When a silent peer is given up, and when not. */
import { timeMs } from "@amigos/core";
import type { Clock } from "@amigos/engine/ports";
import { expect, test } from "vitest";
import { startHeartbeat } from "../src/shared/heartbeat.ts";
import { createManualClock } from "./helpers/manual-clock.ts";

test("a peer that says nothing is pinged once and given up an interval later", () => {
  const { clock, events } = begin();
  clock.advance(1_000);
  expect(events).toEqual(["ping"]);
  clock.advance(999);
  expect(events).toEqual(["ping"]);
  clock.advance(1);
  expect(events).toEqual(["ping", "dead"]);
  clock.advance(10_000);
  expect(events).toEqual(["ping", "dead"]);
});

test("anything heard keeps a peer for another interval", () => {
  const { clock, events, heartbeat } = begin();
  for (let beat = 0; beat < 4; beat++) {
    clock.advance(1_000);
    heartbeat.heard();
  }
  expect(events).toEqual(["ping", "ping", "ping", "ping"]);
});

test("nothing follows a stop", () => {
  const { clock, events, heartbeat } = begin();
  clock.advance(1_000);
  heartbeat.stop();
  clock.advance(10_000);
  expect(events).toEqual(["ping"]);
});

test("a device that slept asks once more before it gives up", () => {
  let sleptMs = 0;
  const { clock, events } = begin((manual) => ({ ...manual, now: () => timeMs(manual.now() + sleptMs) }));
  clock.advance(1_000);
  sleptMs += 60_000;
  clock.advance(1_000);
  expect(events).toEqual(["ping", "ping"]);
  clock.advance(1_000);
  expect(events).toEqual(["ping", "ping", "dead"]);
});

function begin(adapt: (clock: Clock) => Clock = (clock) => clock) {
  const clock = createManualClock();
  const events: string[] = [];
  const heartbeat = startHeartbeat({
    clock: adapt(clock),
    intervalMs: 1_000,
    ping: () => void events.push("ping"),
    onDead: () => void events.push("dead"),
  });
  return { clock, events, heartbeat };
}
