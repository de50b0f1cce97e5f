/**
 * What every link must do when what carries it fails: keep the port's invariants or close, and connect again when the
 * carrier works again.
 */
import { MESSAGE_BYTES_MAX } from "@amigos/engine/ports";
import { bytesOf, check, checkEqual, createDice, nextTask } from "./contract-case.ts";
import type { CarrierFault } from "./faulty-carrier.ts";
import type { RecordedEnd, RecordedLink } from "./link-recorder.ts";

export interface FaultyLinks {
  readonly leftLink: RecordedLink;
  readonly rightLink: RecordedLink;
  /** Lets the carrier suffer from this, or from nothing any more. */
  readonly suffer: (fault: CarrierFault | undefined) => Promise<void>;
}

export interface CarrierCase {
  readonly title: string;
  readonly body: (links: FaultyLinks) => Promise<void>;
}

/** Enough for several connections to break, few enough for a browser under test. */
const ROUNDS = 30;
/** Several times what may wait in a connection. */
const FLOOD_MESSAGES = 40;
/** A carrier that works again needs few of them; one that never works again must fail the case. */
const ATTEMPTS_MAX = 50;

export function carrierCases(fault: CarrierFault): readonly CarrierCase[] {
  switch (fault) {
    case "small pieces":
      return [
        { title: "over a carrier of small pieces, messages of every size arrive whole", body: passThroughPieces },
      ];
    case "silence":
      return [
        { title: "a carrier that falls silent is noticed", body: (links) => notice(links, fault) },
        { title: "a carrier that takes nothing any more makes the sender close, not grow", body: floodSilence },
      ];
    case "one way to the left":
    case "one way to the right":
      return [{ title: `a carrier that goes only ${fault} is noticed`, body: (links) => notice(links, fault) }];
    default:
      return [
        {
          title: `with ${fault} below, each message arrives once, whole and in order, or its connection closes`,
          body: (links) => talkThrough(links, fault),
        },
      ];
  }
}

/** Both talk while the carrier fails, on whatever connection they have. */
async function talkThrough(links: FaultyLinks, fault: CarrierFault): Promise<void> {
  const { leftLink, rightLink, suffer } = links;
  await exchangeAgain(links, "before");
  const [toRight, toLeft] = [new NumberedTalk(leftLink), new NumberedTalk(rightLink)];
  await suffer(fault);
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all([toRight.say(), toLeft.say()]);
    await nextTask();
  }
  await suffer(undefined);
  await exchangeAgain(links, "after");
  toRight.checkHeard(rightLink);
  toLeft.checkHeard(leftLink);
  await Promise.all([leftLink.untilOnlyNewestIsOpen(), rightLink.untilOnlyNewestIsOpen()]);
}

async function passThroughPieces(links: FaultyLinks): Promise<void> {
  const { leftLink, rightLink, suffer } = links;
  await suffer("small pieces");
  const lengths = [0, 1, 2, 125, 126, 127, 65_535, 65_536, 100_000];
  const messages = lengths.map((length) => Uint8Array.from({ length }, (_, index) => (length + index) & 0xff));
  const [left, right] = await Promise.all([leftLink.openEnd(), rightLink.openEnd()]);
  for (const message of messages) {
    left.connection.send(message);
    right.connection.send(message);
  }
  const arrived = Promise.all([left, right].map((end) => end.untilMessages(messages.length)));
  const closed = Promise.race([left.untilClosed(), right.untilClosed()]);
  checkEqual(await Promise.race([arrived.then(() => "arrived"), closed]), "arrived", "what becomes of them");
  for (const { messages: heard } of [left, right]) checkEqual(heard, messages, "messages");
  await suffer(undefined);
}

async function notice(links: FaultyLinks, fault: CarrierFault): Promise<void> {
  const { leftLink, rightLink, suffer } = links;
  await exchangeAgain(links, "before");
  const [left, right] = await Promise.all([leftLink.openEnd(), rightLink.openEnd()]);
  await suffer(fault);
  left.connection.send(bytesOf("perhaps"));
  right.connection.send(bytesOf("perhaps"));
  await Promise.all([left.untilClosed(), right.untilClosed()]);
  await suffer(undefined);
  await exchangeAgain(links, "after");
  for (const { texts } of [left, right])
    check(
      texts.filter((text) => text === "perhaps").length <= 1,
      "what was sent meanwhile arrived once, or not at all",
    );
  await Promise.all([leftLink.untilOnlyNewestIsOpen(), rightLink.untilOnlyNewestIsOpen()]);
}

async function floodSilence(links: FaultyLinks): Promise<void> {
  const { leftLink, rightLink, suffer } = links;
  const [left, right] = await Promise.all([leftLink.openEnd(), rightLink.openEnd()]);
  await suffer("silence");
  const message = new Uint8Array(MESSAGE_BYTES_MAX);
  for (let count = 0; count < FLOOD_MESSAGES && !left.isClosed; count += 1) {
    left.connection.send(message);
    await nextTask();
  }
  const reason = await left.untilClosed();
  check(reason === "too-slow" || reason === "lost", `the sender closes as too-slow or lost, not as ${reason}`);
  await right.untilClosed();
  await suffer(undefined);
  await exchangeAgain(links, "after");
}

/** One side's messages: each has its number and bytes that follow from it, and goes out on the newest connection. */
class NumberedTalk {
  readonly #link: RecordedLink;
  /** The number that was sent first on each connection. */
  readonly #firsts = new Map<RecordedEnd, number>();
  #said = 0;

  constructor(link: RecordedLink) {
    this.#link = link;
  }

  async say(): Promise<void> {
    const end = await this.#link.openEnd();
    if (!this.#firsts.has(end)) this.#firsts.set(end, this.#said);
    end.connection.send(numberedMessage(this.#said));
    this.#said += 1;
  }

  /** Each at most once, as it was sent, and on each connection from its first one on without a gap. */
  checkHeard(link: RecordedLink): void {
    const firsts = new Set(this.#firsts.values());
    const heard = new Set<number>();
    for (const { messages } of link.ends) {
      let last: number | undefined;
      for (const message of messages) {
        const number = numberOf(message);
        if (number === undefined) continue;
        checkEqual(message, numberedMessage(number), `message ${number}`);
        check(!heard.has(number), `message ${number} arrives once`);
        const isNext = last === undefined ? firsts.has(number) : number === last + 1;
        check(isNext, `message ${number} is the next after ${last ?? "none"} on its connection`);
        heard.add(number);
        last = number;
      }
    }
  }
}

/** Marks a numbered message; no text begins so. */
const NUMBERED = 0xff;

function numberedMessage(number: number): Uint8Array {
  const roll = createDice(number);
  const message = new Uint8Array(5 + roll(3_000)).map(() => roll(256));
  message[0] = NUMBERED;
  new DataView(message.buffer).setUint32(1, number);
  return message;
}

function numberOf(message: Uint8Array): number | undefined {
  if (message[0] !== NUMBERED || message.length < 5) return undefined;
  return new DataView(message.buffer, message.byteOffset).getUint32(1);
}

/** That the two find each other and hear each other, however many connections that takes. */
async function exchangeAgain({ leftLink, rightLink }: FaultyLinks, text: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const [left, right] = await Promise.all([leftLink.openEnd(), rightLink.openEnd()]);
    const words = `${text} ${attempt}`;
    left.connection.send(bytesOf(words));
    right.connection.send(bytesOf(words));
    const heard = Promise.all([left.untilText(words), right.untilText(words)]).then(() => true);
    // Ends that do not belong together, or to a connection that is broken already, close some time.
    const closed = Promise.race([left.untilClosed(), right.untilClosed()]).then(() => false);
    if (await Promise.race([heard, closed])) return;
  }
  check(false, `the two exchange "${text}" within ${ATTEMPTS_MAX} connections`);
}
