/** When a silent peer is given up, and when not. */
import { timeMs } from "@amigos/core";
import type { Clock } from "@amigos/engine/ports";
import { expect, test } from "vitest";
import { RecordedEnd } from "../src/contract/link-recorder.ts";
import { startHeartbeat } from "../src/shared/heartbeat.ts";
import { createSocketConnection, type Socket } from "../src/shared/socket.ts";
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

test("a socket whose large message is still leaving is alive, and one that takes nothing more is not", async () => {
  const clock = createManualClock();
  let bufferedBytes = 0;
  const socket: Socket = {
    bufferedBytes: () => bufferedBytes,
    sendMessage: ({ length }) => (bufferedBytes += length),
    sendText: () => {},
    ping: () => {},
    close: () => {},
    destroy: () => {},
  };
  const options = { description: "a slow socket", socket, clock, heartbeatMs: 1_000, onEnd: () => {} };
  const end = new RecordedEnd(createSocketConnection(options).pipe).listen();
  end.connection.send(new Uint8Array(1_000_000));
  for (let beat = 0; beat < 9; beat += 1) {
    clock.advance(1_000);
    bufferedBytes -= 100_000;
  }
  clock.advance(1_000);
  expect(end.closeReasons).toEqual([]);
  clock.advance(1_000);
  expect(await end.untilClosed()).toBe("lost");
});
