/** The half of a connection that all links share, at its edges. */
import { MESSAGE_BYTES_MAX, SEND_BUFFER_BYTES_MAX, type CloseReason } from "@amigos/engine/ports";
import { expect, test } from "vitest";
import { RecordedEnd } from "../src/contract/link-recorder.ts";
import { MessagePipe } from "../src/shared/message-pipe.ts";

test("what arrived before the end is delivered before it, also to a late reader", async () => {
  const { pipe, end } = createPipe();
  pipe.receive(Uint8Array.of(1));
  pipe.receive(Uint8Array.of(2));
  pipe.end("lost");
  end.listen();
  expect(await end.untilClosed()).toBe("lost");
  expect(end.messages).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
});

test("a rule broken by the other end is told to it, after what it sent before was delivered", async () => {
  const { pipe, end, told } = createPipe();
  end.listen();
  pipe.receive(Uint8Array.of(1));
  pipe.receive(new Uint8Array(MESSAGE_BYTES_MAX + 1));
  pipe.receive(Uint8Array.of(2));
  expect(await end.untilClosed()).toBe("too-large");
  expect(end.messages).toEqual([Uint8Array.of(1)]);
  expect(told).toEqual(["too-large"]);
});

test("nothing that arrived is delivered after a close from here", async () => {
  const { pipe, end, told } = createPipe();
  pipe.receive(Uint8Array.of(1));
  end.listen();
  pipe.close("closed-here");
  expect(await end.untilClosed()).toBe("closed-here");
  expect(end.messages).toEqual([]);
  expect(told).toEqual(["closed-here"]);
});

test("a close in the middle of what waited ends delivery", async () => {
  const { pipe, end } = createPipe();
  for (const byte of [1, 2, 3]) pipe.receive(Uint8Array.of(byte));
  pipe.end("lost");
  end.onMessage = () => pipe.close("protocol-error");
  end.listen();
  expect(await end.untilClosed()).toBe("protocol-error");
  expect(end.messages).toEqual([Uint8Array.of(1)]);
});

test("what waits for a reader that never starts is bounded, in bytes and in number", () => {
  for (const message of [new Uint8Array(MESSAGE_BYTES_MAX), new Uint8Array(0)]) {
    const { pipe, told } = createPipe();
    let count = 0;
    while (pipe.isOpen) {
      pipe.receive(message);
      count += 1;
    }
    expect(told).toEqual(["too-slow"]);
    expect(count).toBeLessThan(200_000);
  }
});

test("a sender stops at the bound, and the end is told once", () => {
  const { pipe, told, sent, ended } = createPipe({ bufferedBytes: () => SEND_BUFFER_BYTES_MAX - 10 });
  pipe.send(new Uint8Array(10));
  pipe.send(new Uint8Array(11));
  pipe.send(new Uint8Array(1));
  pipe.close("closed-here");
  pipe.end("lost");
  expect(sent.length).toBe(1);
  expect(told).toEqual(["too-slow"]);
  expect(ended).toEqual(["too-slow"]);
});

test("a reader that fails has lost its place: the connection closes, and the failure stays loud", async () => {
  const { pipe, end } = createPipe();
  end.listen();
  await Promise.resolve();
  end.onMessage = () => {
    throw new RangeError("a defect of the reader");
  };
  expect(() => pipe.receive(Uint8Array.of(1))).toThrow(RangeError);
  pipe.receive(Uint8Array.of(2));
  expect(await end.untilClosed()).toBe("protocol-error");
  expect(end.messages.length).toBe(1);
});

test("onClose comes after the call that closed, never from within it", async () => {
  const { pipe, end } = createPipe();
  end.listen();
  await Promise.resolve();
  pipe.close("closed-here");
  expect(end.closeReasons).toEqual([]);
  await end.untilClosed();
});

function createPipe({ bufferedBytes = (): number => 0 } = {}) {
  const sent: Uint8Array[] = [];
  const told: CloseReason[] = [];
  const ended: CloseReason[] = [];
  const wire = {
    bufferedBytes,
    send: (message: Uint8Array) => void sent.push(message),
    close: (reason: CloseReason) => void told.push(reason),
  };
  const pipe = new MessagePipe("a pipe under test", wire, (reason) => ended.push(reason));
  return { pipe, end: new RecordedEnd(pipe), sent, told, ended };
}
