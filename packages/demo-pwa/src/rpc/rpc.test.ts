import { expect, test } from "vitest";
import { CallError } from "./call-error.ts";
import { connectCalls } from "./connect-calls.ts";
import { serveCalls } from "./serve-calls.ts";
import type { Calls } from "./messages.ts";

interface TestCalls {
  double: (input: bigint) => Promise<bigint>;
  fail: (input: undefined) => Promise<never>;
}

function connect(): { calls: TestCalls; events: string[]; send: (event: string) => void; heard: () => Promise<void> } {
  const { port1, port2 } = new MessageChannel();
  port1.start();
  port2.start();
  const events: string[] = [];
  let hear: (() => void) | undefined;
  const send = serveCalls<TestCalls & Calls, string>({
    port: port1,
    calls: {
      double: async (input: bigint) => input * 2n,
      fail: async () => {
        throw new RangeError("too far");
      },
    },
    toTypedError: (thrown) => ({ type: "test-failed", message: (thrown as Error).message }) as { type: string },
  });
  const calls = connectCalls<TestCalls & Calls, string>({
    port: port2,
    onEvent: (event) => {
      events.push(event);
      hear?.();
    },
  });
  return { calls, events, send, heard: () => new Promise((resolve) => (hear = resolve)) };
}

test("each call gets its own answer, whatever the order", async () => {
  const { calls } = connect();
  expect(await Promise.all([calls.double(2n), calls.double(21n)])).toEqual([4n, 42n]);
});

test("what a call throws arrives as typed data", async () => {
  const { calls } = connect();
  const thrown: unknown = await calls.fail(undefined).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(CallError);
  expect((thrown as CallError).detail).toEqual({ type: "test-failed", message: "too far" });
});

test("a call that the other side does not know is refused", async () => {
  const { calls } = connect();
  const unknown = (calls as unknown as { nothing: (input: undefined) => Promise<void> }).nothing(undefined);
  await expect(unknown).rejects.toMatchObject({ detail: { type: "call-unknown" } });
});

test("events arrive in order", async () => {
  const { events, send, heard } = connect();
  send("first");
  send("second");
  while (events.length < 2) await heard();
  expect(events).toEqual(["first", "second"]);
});
