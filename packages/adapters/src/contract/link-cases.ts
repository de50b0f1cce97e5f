/** What every link must do. Two links that find each other, both in one place, one of them perhaps by remote control. */
import { MESSAGE_BYTES_MAX, SEND_BUFFER_BYTES_MAX, type CloseReason, type Link } from "@amigos/engine/ports";
import { bytesOf, check, checkEqual, createDice, nextTask, textOf, type ContractCase } from "./contract-case.ts";
import { carrierCases } from "./carrier-cases.ts";
import type { CarrierFault } from "./faulty-carrier.ts";
import { RecordedLink, type RecordedEnd } from "./link-recorder.ts";

export interface LinkHarness {
  /** Two links that connect with each other, once, when both are started. */
  readonly left: Link;
  readonly right: Link;
  /** Breaks what connects the two, without a goodbye. They may connect again from then on. */
  readonly cut: () => Promise<void>;
  /** Puts bytes or messages where they do not belong: on the wire, on the listening port. Each is tried by itself. */
  readonly disturbances: Readonly<Record<string, () => Promise<void>>>;
  /** Lets what carries the two suffer from a fault, or from none any more. Absent where nothing below the link can fail. */
  readonly suffer?: (fault: CarrierFault | undefined) => Promise<void>;
  /** Frees what the harness took. Both links are stopped by then. */
  readonly destroy: () => Promise<void>;
}

/** What a case does with its links. */
export interface LinkCase {
  /**
   * Whether it breaks what connects them. Then they should notice within a second or two, and dial again as soon; otherwise
   * they may take their time, so that a busy machine is not taken for a peer that is gone.
   */
  readonly cuts: boolean;
}

interface Connected {
  readonly harness: LinkHarness;
  readonly leftLink: RecordedLink;
  readonly rightLink: RecordedLink;
  readonly left: RecordedEnd;
  readonly right: RecordedEnd;
}

/** What each harness has. It is needed before there is a harness. */
export interface LinkTroubles {
  /** The names of its disturbances. */
  readonly disturbances?: readonly string[];
  /** What its carrier can suffer from. */
  readonly faults?: readonly CarrierFault[];
}

export function linkCases(
  createHarness: (linkCase: LinkCase) => Promise<LinkHarness>,
  { disturbances = [], faults = [] }: LinkTroubles = {},
): readonly ContractCase[] {
  const test = (
    title: string,
    body: (connected: Connected) => Promise<void>,
    { listens = true, cuts = false } = {},
  ): ContractCase => ({
    title,
    run: async () => {
      const harness = await createHarness({ cuts });
      const leftLink = new RecordedLink(harness.left, listens);
      const rightLink = new RecordedLink(harness.right, listens);
      try {
        await rightLink.start();
        await leftLink.start();
        const [left, right] = await Promise.all([leftLink.end(0), rightLink.end(0)]);
        await body({ harness, leftLink, rightLink, left, right });
        checkTidy([...leftLink.ends, ...rightLink.ends]);
      } finally {
        await Promise.all([leftLink.link.stop(), rightLink.link.stop()]);
        await harness.destroy();
      }
    },
  });

  return [
    test("the two get one connection with each other", async ({ leftLink, rightLink, left, right }) => {
      await exchange(left, right, "hello");
      checkEqual([leftLink.ends.length, rightLink.ends.length], [1, 1], "connections of each");
      check(left.connection.description !== "" && leftLink.link.name !== "", "names for people");
    }),

    test("messages arrive whole and in order, both ways at once", async ({ left, right }) => {
      const roll = createDice(1);
      const [toRight, toLeft] = [0, 1].map(() =>
        Array.from({ length: 400 }, (_, index) => randomMessage(roll, index)),
      ) as [Uint8Array[], Uint8Array[]];
      for (const [index, message] of toRight.entries()) {
        left.connection.send(message);
        right.connection.send(toLeft[index] as Uint8Array);
      }
      await Promise.all([right.untilMessages(toRight.length), left.untilMessages(toLeft.length)]);
      checkEqual(right.messages.map(fingerprint), toRight.map(fingerprint), "at the right");
      checkEqual(left.messages.map(fingerprint), toLeft.map(fingerprint), "at the left");
    }),

    test("an empty message is a message", async ({ left, right }) => {
      for (const text of ["", "a", "", ""]) left.connection.send(bytesOf(text));
      await right.untilMessages(4);
      checkEqual(right.texts, ["", "a", "", ""], "messages");
    }),

    test("a message of the greatest length arrives", async ({ left, right }) => {
      const message = new Uint8Array(MESSAGE_BYTES_MAX).fill(5);
      left.connection.send(message);
      right.connection.send(message);
      await Promise.all([right.untilMessages(1), left.untilMessages(1)]);
      checkEqual(
        [left.messages, right.messages].map(([first]) => first && fingerprint(first)),
        Array(2).fill(fingerprint(message)),
        "messages",
      );
    }),

    test("a longer one closes the connection and is not delivered", async ({ leftLink, rightLink, left, right }) => {
      left.connection.send(bytesOf("before"));
      left.connection.send(new Uint8Array(MESSAGE_BYTES_MAX + 1));
      left.connection.send(bytesOf("after"));
      checkEqual(await left.untilClosed(), "too-large", "why, at the left");
      check(isOneOf(await right.untilClosed(), ["too-large", "closed-there"]), "the right is closed by it");
      check(
        right.texts.every((text) => text === "before"),
        "nothing but what was sent before",
      );
      await exchange(await leftLink.end(1), await rightLink.end(1), "again");
    }),

    test("a message is what it was when it was sent", async ({ left, right }) => {
      const message = bytesOf("alice pays bob");
      left.connection.send(message.subarray(0, 5));
      left.connection.send(message);
      message.fill(0);
      await right.untilMessages(2);
      checkEqual(right.texts, ["alice", "alice pays bob"], "messages");
      checkEqual(right.messages[0]?.buffer.byteLength, 5, "the memory behind the short one");
    }),

    test("a buffer may be used again while what was in it is still on its way", async ({ left, right }) => {
      const buffer = new Uint8Array(MESSAGE_BYTES_MAX);
      for (const byte of [1, 2, 3, 4, 5, 6]) left.connection.send(buffer.fill(byte));
      await right.untilMessages(6);
      const seen = right.messages.map((message) => [message[0], message.at(-1)]);
      checkEqual(
        seen,
        [1, 2, 3, 4, 5, 6].map((byte) => [byte, byte]),
        "first and last byte of each",
      );
    }),

    test(
      "nothing is delivered before start, and nothing is lost by that",
      async ({ left, right }) => {
        left.connection.send(bytesOf("first"));
        left.connection.send(bytesOf("second"));
        right.connection.send(bytesOf("from the right"));
        left.listen();
        await left.untilMessages(1);
        checkEqual(right.messages.length, 0, "messages before start");
        right.listen();
        await right.untilMessages(2);
        left.connection.send(bytesOf("third"));
        await right.untilMessages(3);
        checkEqual(right.texts, ["first", "second", "third"], "messages");
      },
      { listens: false },
    ),

    test(
      "a connection that closed before start says so after it",
      async ({ left, right }) => {
        right.listen();
        left.connection.close("closed-here");
        checkEqual(await right.untilClosed(), "closed-there", "at the right");
        checkEqual(left.closeReasons.length, 0, "close reports before start");
        left.listen();
        checkEqual(await left.untilClosed(), "closed-here", "at the left");
      },
      { listens: false },
    ),

    test("closing tells both ends, once, and nothing follows", async ({ left, right }) => {
      await exchange(left, right, "hello");
      left.connection.close("closed-here");
      left.connection.close("protocol-error");
      left.connection.send(bytesOf("too late"));
      right.connection.send(bytesOf("crossing"));
      checkEqual(await left.untilClosed(), "closed-here", "at the left");
      checkEqual(await right.untilClosed(), "closed-there", "at the right");
      right.connection.send(bytesOf("too late as well"));
      right.connection.close("closed-here");
      checkEqual([left.messages.length, right.messages.length], [1, 1], "messages");
    }),

    test("closing from within onMessage ends delivery at once", async ({ left, right }) => {
      right.onMessage = () => right.connection.close("protocol-error");
      for (const text of ["one", "two", "three"]) left.connection.send(bytesOf(text));
      checkEqual(await right.untilClosed(), "protocol-error", "at the right");
      check(isOneOf(await left.untilClosed(), ["protocol-error", "closed-there"]), "the left is told");
      checkEqual(right.texts, ["one"], "messages");
    }),

    test("after a close the two connect again", async ({ leftLink, rightLink, left, right }) => {
      await exchange(left, right, "first");
      right.connection.close("closed-here");
      await left.untilClosed();
      await exchange(await leftLink.end(1), await rightLink.end(1), "second");
    }),

    test(
      "a connection lost without a goodbye is noticed, and a new one made",
      async ({ harness, leftLink, rightLink, left, right }) => {
        await exchange(left, right, "first");
        await harness.cut();
        checkEqual(await Promise.all([left.untilClosed(), right.untilClosed()]), ["lost", "lost"], "why");
        left.connection.send(bytesOf("into the void"));
        await exchange(await leftLink.end(1), await rightLink.end(1), "second");
      },
      { cuts: true },
    ),

    test("a sender does not outrun a reader without bound", async ({ left, right }) => {
      const message = new Uint8Array(MESSAGE_BYTES_MAX);
      for (let count = 0; count < 40; count++) left.connection.send(message);
      checkEqual(await left.untilClosed(), "too-slow", "why, at the left");
      await right.untilClosed();
    }),

    test(
      "a reader that never starts costs a bounded amount",
      async ({ left, right }) => {
        left.listen();
        const message = new Uint8Array(MESSAGE_BYTES_MAX);
        for (let count = 0; count < 40 && left.closeReasons.length === 0; count++) {
          left.connection.send(message);
          await nextTask();
        }
        check(isOneOf(await left.untilClosed(), ["too-slow", "closed-there", "lost"]), "the left is closed by it");
        right.listen();
        // What it was kept, if anything, comes in one turn; what a relay or the network still carried, in later ones.
        await Promise.race([right.untilMessages(1), right.untilClosed()]);
        const bytesKept = right.messages.reduce((sum, { length }) => sum + length, 0);
        check(bytesKept <= SEND_BUFFER_BYTES_MAX, "no more was kept than may wait");
        await right.untilClosed();
      },
      { listens: false },
    ),

    test("a reader that keeps up is never too slow, however much there is", async ({ left, right }) => {
      const message = new Uint8Array(MESSAGE_BYTES_MAX);
      for (let count = 1; count <= 20; count++) {
        left.connection.send(message);
        await right.untilMessages(count);
        right.connection.send(bytesOf("got it"));
        await left.untilMessages(count);
      }
      checkEqual([left.closeReasons, right.closeReasons], [[], []], "close reports");
    }),

    test("stop closes every connection, and is heard at the other end", async ({ leftLink, left, right }) => {
      await leftLink.link.stop();
      await leftLink.link.stop();
      checkEqual(await left.untilClosed(), "closed-here", "at the left");
      checkEqual(await right.untilClosed(), "closed-there", "at the right");
      checkEqual(leftLink.ends.length, 1, "connections of the stopped link");
    }),

    test("either link may stop and start again", async ({ leftLink, rightLink, left, right }) => {
      await exchange(left, right, "first");
      await rightLink.link.stop();
      await Promise.all([left.untilClosed(), right.untilClosed()]);
      await rightLink.start();
      const [left1, right1] = await Promise.all([leftLink.end(1), rightLink.end(1)]);
      await exchange(left1, right1, "second");
      await leftLink.link.stop();
      await Promise.all([left1.untilClosed(), right1.untilClosed()]);
      await leftLink.start();
      await exchange(await leftLink.end(2), await rightLink.end(2), "third");
    }),

    ...disturbances.map((name) =>
      test(`${name} on the wire does no harm`, async ({ harness, leftLink, rightLink, left, right }) => {
        await exchange(left, right, "before");
        await harness.disturbances[name]?.();
        // What carried it may be closed for it, and is then made anew; nothing of it is delivered, and the links live on.
        const isHurt = left.closeReasons.length > 0 || right.closeReasons.length > 0;
        const index = isHurt ? 1 : 0;
        await exchange(await leftLink.end(index), await rightLink.end(index), "after");
        checkEqual(
          rightLink.ends.flatMap((end) => end.texts).filter((text) => text !== "before" && text !== "after"),
          [],
          "messages that nobody sent",
        );
      }),
    ),

    ...faults.flatMap((fault) =>
      carrierCases(fault).map(({ title, body }) =>
        test(
          title,
          ({ harness, leftLink, rightLink }) =>
            body({ leftLink, rightLink, suffer: async (suffered) => harness.suffer?.(suffered) }),
          // Small pieces are slow, and break nothing.
          { cuts: fault !== "small pieces" },
        ),
      ),
    ),
  ];
}

/** That the two ends belong together and work, both ways. */
async function exchange(left: RecordedEnd, right: RecordedEnd, text: string): Promise<void> {
  const [leftCount, rightCount] = [left.messages.length, right.messages.length];
  left.connection.send(bytesOf(text));
  right.connection.send(bytesOf(text));
  await Promise.all([left.untilMessages(leftCount + 1), right.untilMessages(rightCount + 1)]);
  checkEqual(
    [textOf(left.messages[leftCount]), textOf(right.messages[rightCount])],
    [text, text],
    "messages exchanged",
  );
}

function checkTidy(ends: readonly RecordedEnd[]): void {
  for (const end of ends) {
    check(end.closeReasons.length <= 1, "onClose is called once");
    checkEqual(end.messagesAfterClose, 0, "messages after onClose");
  }
}

function isOneOf(reason: CloseReason | undefined, reasons: readonly CloseReason[]): boolean {
  return reason !== undefined && reasons.includes(reason);
}

/** Mostly small, some of many fragments; each says its number. */
function randomMessage(roll: (below: number) => number, index: number): Uint8Array {
  const length = roll(20) === 0 ? roll(100_000) : roll(600);
  const message = new Uint8Array(4 + length);
  new DataView(message.buffer).setUint32(0, index);
  for (let at = 4; at < message.length; at++) message[at] = roll(256);
  return message;
}

function fingerprint(message: Uint8Array): string {
  let sum = 0;
  for (const byte of message) sum = (Math.imul(sum, 31) + byte) >>> 0;
  return `${message.length}:${sum}`;
}
