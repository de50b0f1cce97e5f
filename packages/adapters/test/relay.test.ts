/** A relay with guests of every kind, on connections in memory and a clock that a test moves; and its link's own refusals. */
import { createMemoryConnectionPair, type MemoryConnectionPair } from "@amigos/adapters/link-memory";
import { createRelayLink, relayRoomOf, type RelayRefusal } from "@amigos/adapters/link-relay";
import { createWebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { createRelayServer, type RelayServerOptions } from "@amigos/adapters/relay-server";
import { bytesToHex } from "@amigos/core";
import { MESSAGE_BYTES_MAX, type Connection, type Link } from "@amigos/engine/ports";
import { describe, expect, onTestFinished, test } from "vitest";
import { bytesOf, nextTask } from "../src/contract/contract-case.ts";
import { RecordedEnd, RecordedLink } from "../src/contract/link-recorder.ts";
import { createManualClock, type ManualClock } from "./helpers/manual-clock.ts";

const MIB = 1024 * 1024;

interface Place {
  readonly clock: ManualClock;
  /** Somebody who came in and said this. `schedule`: when what is said to them arrives. */
  readonly come: (message?: Uint8Array, schedule?: (action: () => void) => void) => RecordedEnd;
  readonly pairs: readonly MemoryConnectionPair[];
}

async function open(options: Partial<RelayServerOptions> = {}): Promise<Place> {
  const clock = createManualClock();
  let letIn: (connection: Connection) => void = () => undefined;
  const pairs: MemoryConnectionPair[] = [];
  const door: Link = {
    name: "door",
    start: async (onConnection) => {
      letIn = onConnection;
    },
    stop: async () => pairs.forEach(({ right }) => right.close("closed-here")),
  };
  const relay = createRelayServer({ door, clock, ...options });
  await relay.start();
  onTestFinished(() => relay.stop());
  return {
    clock,
    pairs,
    come: (message, schedule = queueMicrotask) => {
      const pair = createMemoryConnectionPair({ schedule });
      pairs.push(pair);
      letIn(pair.right);
      const guest = new RecordedEnd(pair.left).listen();
      if (message !== undefined) guest.connection.send(message);
      return guest;
    },
  };
}

/** A first message of version 1: the room of a code. */
function wish(code: string): Uint8Array {
  return Uint8Array.of(1, ...relayRoomOf(code));
}

const JOINED = "00";
const ROOM_FULL = "01";
const RELAY_FULL = "02";

async function firstWord(guest: RecordedEnd): Promise<string> {
  await guest.untilMessages(1);
  return bytesToHex(guest.messages[0] as Uint8Array);
}

async function meet(place: Place, code: string): Promise<readonly [RecordedEnd, RecordedEnd]> {
  const guests = [place.come(wish(code)), place.come(wish(code))] as const;
  expect(await Promise.all(guests.map(firstWord))).toEqual([JOINED, JOINED]);
  return guests;
}

describe("a relay", () => {
  test("[RLY1] two that name one room hear that the other is there, and then each other, and nobody else", async () => {
    const place = await open();
    const [alice, bob] = await meet(place, "alice meets bob");
    const [carol, dave] = await meet(place, "carol meets dave");
    alice.connection.send(bytesOf("to bob"));
    carol.connection.send(new Uint8Array(MESSAGE_BYTES_MAX).fill(3));
    await Promise.all([bob.untilMessages(2), dave.untilMessages(2)]);
    bob.connection.send(new Uint8Array());
    await alice.untilMessages(2);
    expect([alice, bob, carol, dave].map(({ messages }) => messages[1]?.length)).toEqual([
      0,
      6,
      undefined,
      MESSAGE_BYTES_MAX,
    ]);
    expect(bob.texts[1]).toBe("to bob");
  });

  test("[RLY1] a third is told that the room is full, and the two do not notice", async () => {
    const place = await open();
    const [alice, bob] = await meet(place, "here");
    const mallory = place.come(wish("here"));
    expect(await firstWord(mallory)).toBe(ROOM_FULL);
    expect(await mallory.untilClosed()).toBe("closed-there");
    mallory.connection.send(bytesOf("let me in"));
    alice.connection.send(bytesOf("still here"));
    await bob.untilMessages(2);
    expect(bob.texts[1]).toBe("still here");
    expect([alice.closeReasons, bob.closeReasons]).toEqual([[], []]);
  });

  test("[RLY1] when one goes the other is told how, and both may come again", async () => {
    const place = await open({ roomsMax: 1 });
    for (const [reason, told] of [
      ["closed-here", "closed-there"],
      ["too-large", "too-large"],
      ["protocol-error", "protocol-error"],
    ] as const) {
      const [alice, bob] = await meet(place, "here");
      alice.connection.close(reason);
      expect(await bob.untilClosed(), reason).toBe(told);
    }
    const [, bob] = await meet(place, "here");
    place.pairs.at(-2)?.cut();
    expect(await bob.untilClosed()).toBe("lost");
    await meet(place, "elsewhere");
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["another version", Uint8Array.of(2, ...relayRoomOf("here"))],
    ["a room that is too short", wish("here").subarray(0, 32)],
    ["a room that is too long", Uint8Array.of(...wish("here"), 0)],
  ])("[RLY1] who asks for %s is shown the door", async (_title, message) => {
    const place = await open();
    expect(await place.come(message).untilClosed()).toBe("protocol-error");
  });

  test("[RLY1] who speaks before anybody is there, or asks twice, is shown the door and leaves no room behind", async () => {
    const place = await open({ roomsMax: 1 });
    const mallory = place.come(wish("here"));
    mallory.connection.send(wish("here"));
    expect(await mallory.untilClosed()).toBe("protocol-error");
    await meet(place, "elsewhere");
  });

  test("[RLY2] who says nothing is gone after ten seconds", async () => {
    const place = await open();
    const [silent, patient] = [place.come(), place.come(wish("here"))];
    place.clock.advance(9_999);
    await nextTask();
    expect(silent.closeReasons).toEqual([]);
    place.clock.advance(1);
    expect(await silent.untilClosed()).toBe("closed-there");
    expect(patient.closeReasons).toEqual([]);
  });

  test("[RLY2] there are as many rooms as there may be, and those that are left make room", async () => {
    const place = await open({ roomsMax: 2 });
    const [alice] = await meet(place, "one");
    place.come(wish("two"));
    const late = place.come(wish("three"));
    expect(await firstWord(late)).toBe(RELAY_FULL);
    expect(await late.untilClosed()).toBe("closed-there");
    // A room that there is may still be joined.
    expect(await firstWord(place.come(wish("two")))).toBe(JOINED);
    alice.connection.close("closed-here");
    await nextTask();
    await meet(place, "three");
  });

  test("[RLY2] a room in which nothing is said is closed, whether one waits in it or two", async () => {
    const place = await open({ idleMs: 1_000 });
    const [alice, bob] = await meet(place, "talk");
    const [carol, dave] = await meet(place, "silence");
    const alone = place.come(wish("alone"));
    await nextTask();
    place.clock.advance(600);
    alice.connection.send(bytesOf("still here"));
    await bob.untilMessages(2);
    place.clock.advance(400);
    expect(await Promise.all([carol, dave, alone].map((guest) => guest.untilClosed()))).toEqual(
      Array(3).fill("closed-there"),
    );
    expect([alice.closeReasons, bob.closeReasons]).toEqual([[], []]);
    place.clock.advance(600);
    expect(await Promise.all([alice, bob].map((guest) => guest.untilClosed()))).toEqual(Array(2).fill("closed-there"));
  });

  test("[RLY2] a room carries no more than it may, and in time it may again", async () => {
    const place = await open({ burstBytes: 2 * MIB + 1024, bytesPerSecond: MIB });
    const [alice, bob] = await meet(place, "here");
    const half = new Uint8Array(MIB / 2);
    for (const _ of [1, 2, 3]) alice.connection.send(half);
    await bob.untilMessages(4);
    place.clock.advance(1_000);
    for (const _ of [1, 2]) alice.connection.send(half);
    await bob.untilMessages(6);
    for (const _ of [1, 2]) bob.connection.send(half);
    await Promise.all([alice.untilClosed(), bob.untilClosed()]);
    expect(alice.messages.length).toBe(2);
  });

  test("[RLY2] empty messages are not free", async () => {
    const place = await open({ burstBytes: 64 * 10, bytesPerSecond: 1 });
    const [alice, bob] = await meet(place, "here");
    for (let count = 0; count < 11; count++) alice.connection.send(new Uint8Array());
    await bob.untilClosed();
    expect(bob.messages.length).toBe(1 + 10);
  });

  test("[RLY2] who does not read ends the room, before much waits", async () => {
    const place = await open();
    let isReading = true;
    const unread: (() => void)[] = [];
    const bob = place.come(wish("here"), (action) => (isReading ? queueMicrotask(action) : void unread.push(action)));
    const alice = place.come(wish("here"));
    await Promise.all([alice, bob].map(firstWord));
    isReading = false;
    const message = new Uint8Array(MESSAGE_BYTES_MAX);
    for (let count = 0; count < 9; count++) {
      alice.connection.send(message);
      await nextTask();
    }
    expect(await alice.untilClosed()).toBe("too-slow");
    expect(unread.length).toBe(8 + 1);
    for (const action of unread) action();
    expect(await bob.untilClosed()).toBe("too-slow");
  });
});

describe("a relay link", () => {
  test("[RLY1] says why it is not let in, and meets the other one once it is", async () => {
    const door = createWebSocketServerLink({ on: { port: 0 } });
    const relay = createRelayServer({ door });
    await relay.start();
    onTestFinished(() => relay.stop());
    const refusals: RelayRefusal[] = [];
    const [refused, onRefused] = promiseOf<RelayRefusal>();
    const create = (more: object = {}): RecordedLink =>
      new RecordedLink(
        createRelayLink({ url: door.url ?? "", room: relayRoomOf("here"), retryMs: 5, retryMsMax: 20, ...more }),
      );
    const [alice, bob, mallory] = [
      create(),
      create(),
      create({
        onRefused: (refusal: RelayRefusal) => {
          refusals.push(refusal);
          onRefused(refusal);
        },
      }),
    ];
    await Promise.all([alice.start(), bob.start()]);
    await Promise.all([alice.end(0), bob.end(0)]);
    await mallory.start();
    expect(await refused).toBe("room-full");
    expect(mallory.ends).toEqual([]);
    await bob.link.stop();
    const [here, there] = await Promise.all([alice.end(1), mallory.end(0)]);
    here.connection.send(bytesOf("who are you?"));
    await there.untilMessages(1);
    await Promise.all([alice.link.stop(), mallory.link.stop()]);
  });

  test.each([
    ["an answer that there is not", Uint8Array.of(9)],
    ["no answer", new Uint8Array()],
    ["more than an answer", Uint8Array.of(0, 0)],
  ])("[RLY1] closes on %s, and brings up no connection", async (_title, answer) => {
    const door = createWebSocketServerLink({ on: { port: 0 } });
    const atRelay = new RecordedLink(door);
    await atRelay.start();
    onTestFinished(() => door.stop());
    const device = new RecordedLink(createRelayLink({ url: door.url ?? "", room: relayRoomOf("here"), retryMs: 5 }));
    await device.start();
    onTestFinished(() => device.link.stop());
    const end = await atRelay.end(0);
    await end.untilMessages(1);
    end.connection.send(answer);
    expect(await end.untilClosed()).toBe("protocol-error");
    expect(device.ends).toEqual([]);
  });
});

function promiseOf<Value>(): readonly [Promise<Value>, (value: Value) => void] {
  const { promise, resolve } = Promise.withResolvers<Value>();
  return [promise, resolve];
}
