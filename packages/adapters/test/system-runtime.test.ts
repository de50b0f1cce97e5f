/** The real clock and real chance. */
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const DAY_MS = 24 * 60 * 60 * 1_000;

describe("the system clock", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
  afterEach(() => void vi.useRealTimers());

  test("says the time in milliseconds", () => {
    expect(systemClock.now()).toBe(1_000);
  });

  // The platform's own timers fire at once beyond 24.8 days.
  test.each([1, 20, DAY_MS, 25 * DAY_MS, 400 * DAY_MS])("acts once, after %i ms and not before", (delayMs) => {
    const action = vi.fn<() => void>();
    systemClock.after(delayMs, action);
    vi.advanceTimersByTime(delayMs - 1);
    expect(action).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(1);
    vi.advanceTimersByTime(delayMs + 1);
    expect(action).toHaveBeenCalledTimes(1);
  });

  test.each([DAY_MS, 60 * DAY_MS])("does not act on what was cancelled halfway of %i ms", (delayMs) => {
    const action = vi.fn<() => void>();
    const cancel = systemClock.after(delayMs, action);
    vi.advanceTimersByTime(delayMs / 2);
    cancel();
    vi.advanceTimersByTime(delayMs);
    expect(action).toHaveBeenCalledTimes(0);
  });
});

describe("the system clock, after nothing", () => {
  afterEach(() => void vi.useRealTimers());

  test("acts once, and not at once, also where timers are held up", async () => {
    vi.useFakeTimers();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      systemClock.after(0, () => {
        order.push("acted");
        resolve();
      });
      order.push("waits");
      queueMicrotask(() => void order.push("what was under way has ended"));
    });
    await new Promise<void>((resolve) => void systemClock.after(0, resolve));
    expect(order).toEqual(["waits", "what was under way has ended", "acted"]);
  });

  test("does not act when it was cancelled", async () => {
    const action = vi.fn<() => void>();
    systemClock.after(0, action)();
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => void systemClock.after(0, resolve));
    expect(action).toHaveBeenCalledTimes(0);
  });

  test("leaves timers their turn, however often it is asked again", async () => {
    let hasFired = false;
    setTimeout(() => (hasFired = true), 1);
    while (!hasFired) await new Promise<void>((resolve) => void systemClock.after(0, resolve));
    expect(hasFired).toBe(true);
  });
});

test("chance gives as many bytes as asked for, all of them new", () => {
  // Beyond 65,536 the platform refuses to give them in one go.
  for (const length of [0, 1, 32, 65_536, 200_000]) {
    const bytes = systemRandom.bytes(length);
    expect(bytes.length).toBe(length);
    // The chance that 32 bytes in a row are zero is 2^-256.
    for (let from = 0; from + 32 <= length; from += 32)
      expect(bytes.subarray(from, from + 32).some(Boolean)).toBe(true);
  }
  expect(systemRandom.bytes(32)).not.toEqual(systemRandom.bytes(32));
});
