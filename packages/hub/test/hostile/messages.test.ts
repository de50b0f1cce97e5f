/**
 * Mallory on the lanes of a real hub, over a real socket and with a session of her own: bytes that are no messages,
 * messages of elsewhere, floods of what is well formed, and claims about the ledger.
 */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "@amigos/adapters/runtime";
import {
  bytesToHex,
  concatBytes,
  createNetwork,
  encodeCbor,
  limits,
  type Height,
  type Network,
  type VerifiedEntry,
} from "@amigos/core";
import { ami, bundleOf, createPerson, type Person, signPayment } from "@amigos/core/testing";
import { encodeFrame, encodePeerMessage, forgeSyncMessage, type PeerMessage } from "@amigos/engine/testing";
import { temporaryFolders } from "../folders.ts";
import { fetchHealth } from "../story/hub-client.ts";
import { waitUntil } from "../story/wait-until.ts";
import type { RawPeer } from "./raw-peer.ts";
import { Stage } from "./stage.ts";

const folders = temporaryFolders();
let stage: Stage;

beforeAll(async () => {
  stage = new Stage(await folders.make());
  await stage.open();
}, 60_000);

afterAll(() => stage.close(), 60_000);

/** As many as one connection may send in vain, and more. */
const MANY = 3_000;
const FAR: Height = Number.MAX_SAFE_INTEGER as Height;
/** The close code of our own for who breaks the protocol. */
const PROTOCOL_ERROR = 4002;

function repeated(byte: number, count: number): Uint8Array {
  return new Uint8Array(count).fill(byte);
}

/** What begins like a bundle message and goes on otherwise. */
function bundleWith(value: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0xa2, 0x00, 0x01, 0x01), value);
}

const NO_MESSAGES: readonly (readonly [name: string, code: string, bytes: Uint8Array])[] = [
  ["nothing", "malformed", new Uint8Array()],
  ["CBOR null", "malformed", Uint8Array.of(0xf6)],
  ["CBOR undefined", "malformed", Uint8Array.of(0xf7)],
  ["a number", "schema-mismatch", Uint8Array.of(0x00)],
  ["a float", "malformed", Uint8Array.of(0xf9, 0x3c, 0x00)],
  ["a tag", "malformed", Uint8Array.of(0xc1, 0xa0)],
  ["a map without an end", "not-canonical", Uint8Array.of(0xbf, 0xff)],
  ["a message of an unknown kind", "unknown-message", encodeCbor(new Map([[0, 99]]))],
  ["a message with null where its bundle is", "malformed", bundleWith(Uint8Array.of(0xf6))],
  ["arrays in arrays, a megabyte deep", "malformed", bundleWith(repeated(0x81, 1_000_000))],
  ["maps in maps, a megabyte deep", "malformed", repeated(0xa1, 1_000_000)],
  ["an array of 2^64 - 1", "malformed", bundleWith(concatBytes(Uint8Array.of(0x9b), repeated(0xff, 8)))],
  ["a map of 2^53", "malformed", Uint8Array.of(0xbb, 0x00, 0x20, 0, 0, 0, 0, 0, 0)],
  ["a byte string of 2^63", "malformed", bundleWith(Uint8Array.of(0x5b, 0x7f, ...repeated(0xff, 7)))],
  ["a number that is longer than it need be", "not-canonical", Uint8Array.of(0xa1, 0x18, 0x00, 0x09)],
  ["keys twice", "not-canonical", Uint8Array.of(0xa2, 0x00, 0x09, 0x00, 0x09)],
  ["a message and more", "malformed", concatBytes(encodePeerMessage({ type: "checkpoints-end" }), Uint8Array.of(0))],
  ["noise", "malformed", Uint8Array.of(0xff, ...randomBytes(1_000))],
];

async function signLog(person: Person, network: Network, count: number): Promise<readonly VerifiedEntry[]> {
  const entries: VerifiedEntry[] = [];
  while (entries.length < count) {
    const after = entries.at(-1);
    entries.push(
      await signPayment(person, {
        network,
        to: stage.carol.account,
        money: ami(1),
        time: systemClock.now(),
        ...(after === undefined ? {} : { after }),
      }),
    );
  }
  return entries;
}

function bundleMessage(network: Network, person: Person, entries: readonly Uint8Array[]): PeerMessage {
  return { type: "bundle", bundle: bundleOf(network, person, entries) };
}

function countOf(peer: RawPeer, type: PeerMessage["type"]): number {
  return peer.heard.filter((message) => message.type === type).length;
}

/** Not faster than she is heard, so that it is not for that reason that she is refused. */
async function saySlowly(mallory: RawPeer, message: PeerMessage): Promise<void> {
  mallory.say(message);
  await mallory.flush();
}

describe("hostile messages", { timeout: 60_000 }, () => {
  it("[PEER3][PEER5] bytes that are no messages, each twenty times: CBOR null, nesting, lengths, what is not canonical", async () => {
    await stage.during(async () => {
      for (const [name, code, bytes] of NO_MESSAGES) {
        const mallory = await stage.meet(await stage.mallory());
        for (let round = 0; round < 20; round++) mallory.sayBytes(bytes);
        await mallory.flush();
        expect(mallory.refusals, name).toEqual(Array(20).fill(code));
        expect(mallory.closeCode, "the link stays up").toBe(undefined);
        mallory.close();
      }
    });
    await stage.holds();
  });

  it("[CON3] more faults than a key may have: it is thrown out, and kept out", async () => {
    const person = await stage.mallory();
    const mallory = await stage.meet(person);
    await stage.during(async () => {
      for (let round = 0; round < 100; round++) mallory.sayBytes(Uint8Array.of(0xf6));
      await waitUntil("she is thrown out", () => mallory.closeCode);
      const again = await stage.meet(person);
      await waitUntil("she is thrown out", () => again.closeCode);
      expect([mallory.closeCode, again.closeCode, again.refusals]).toEqual([
        PROTOCOL_ERROR,
        PROTOCOL_ERROR,
        ["kept-out"],
      ]);
    });
    await stage.refused(mallory, ["kept-out", "malformed"]);
    await stage.holds();
  });

  it("[PEER3] messages of other networks and other versions", async () => {
    const person = await stage.mallory();
    const mallory = await stage.meet(person);
    const elsewhere = createNetwork({ ...stage.network.genesis, name: "elsewhere" });
    const there = await createPerson("mallory elsewhere", { network: elsewhere });
    const [entry] = await signLog(there, elsewhere, 1);
    const bundle = bundleMessage(elsewhere, there, [entry?.bytes ?? new Uint8Array()]);
    const smuggled = bundleMessage(stage.network, there, [entry?.bytes ?? new Uint8Array()]);
    const newer = { type: "bundle", bundle: withVersion2(bundleMessage(stage.network, person, [])) } as const;
    await stage.during(async () => {
      for (const [message, code] of [
        [bundle, "wrong-network"],
        [smuggled, "wrong-network"],
        [newer, "unsupported-version"],
      ] as const) {
        mallory.refusals.length = 0;
        for (let round = 0; round < 20; round++) mallory.say(message);
        await mallory.flush();
        expect(mallory.refusals).toEqual(Array(20).fill(code));
      }
    });
    await stage.holds();
    mallory.close();
  });

  it("[PEER5][PEER7] values of a megabyte, again and again: bundles, documents and parts of records", async () => {
    const mallory = await stage.meet(await stage.mallory());
    const document = encodeFrame({ type: "sync", document: "ab".repeat(32), data: repeated(7, 1_000_000) });
    await stage.during(async () => {
      for (let round = 0; round < 10; round++) {
        mallory.say({ type: "bundle", bundle: repeated(7, 1_000_000) });
        mallory.say({ type: "document", message: document });
        mallory.sayBytes(bundleWith(concatBytes(Uint8Array.of(0x5a, 0, 0x0f, 0x40, 0), repeated(7, 999_999))));
        await mallory.flush();
      }
    });
    await stage.refused(mallory, ["document-unknown", "malformed", "too-large"]);
    await stage.holds();
    mallory.close();
  });

  it("[PEER7] an orphan flood: authentic entries without their predecessors, more than a session may have undecided", async () => {
    const person = await stage.mallory();
    const mallory = await stage.meet(person);
    const log = (await signLog(person, stage.network, limits.UNSETTLED_PER_SESSION_MAX + 40)).slice(1);
    await stage.during(async () => {
      for (let from = 0; from < log.length; from += 32) {
        const some = log.slice(from, from + 32).map(({ bytes }) => bytes);
        for (let round = 0; round < 3; round++) mallory.say(bundleMessage(stage.network, person, some));
        await mallory.flush();
      }
    });
    await stage.refused(mallory, ["too-many-unsettled"]);
    expect((await fetchHealth(stage.hub.url)).undecided).toBe(limits.UNSETTLED_PER_SESSION_MAX);
    await stage.holds();
    mallory.close();
  });

  it("[GRD6] documents that nobody has, and those of others, by the thousand", async () => {
    const mallory = await stage.meet(await stage.mallory());
    const data = forgeSyncMessage({});
    await stage.during(async () => {
      for (let sent = 0; sent < MANY && !mallory.isClosed; sent += 100) {
        for (let round = 0; round < 50; round++) {
          const message = encodeFrame({ type: "request", document: bytesToHex(randomBytes(32)), data });
          mallory.say({ type: "document", message });
          mallory.sayOfDocument(stage.alice.log, {});
        }
        await mallory.flush();
      }
    });
    await stage.refused(mallory, ["document-denied", "document-unknown"]);
    expect(mallory.toldOf(stage.alice.log), "of alice's log").toBe(undefined);
    await stage.holds();
    mallory.close();
  });

  it("[PEER6] checkpoints of absurd heights: asked for, announced, and sent in parts that never end", async () => {
    const mallory = await stage.meet(await stage.mallory());
    const part = repeated(7, 256 * 1024);
    await stage.during(async () => {
      mallory.say({ type: "checkpoints-request", since: FAR });
      mallory.say({ type: "checkpoint-announcement", height: FAR });
      await waitUntil("she is asked", () => countOf(mallory, "checkpoints-request") > 0);
      for (let index = 0; index < 95; index++)
        await saySlowly(mallory, { type: "checkpoint-part", height: FAR, index, count: 96, part });
      mallory.say({ type: "checkpoint-part", height: FAR, index: 95, count: 96, part });
      mallory.say({ type: "checkpoints-end" });
      mallory.say({ type: "checkpoint-part", height: FAR, index: 7, count: 3, part });
      for (let round = 0; round < 20; round++) mallory.say({ type: "checkpoints-request", since: 0 as Height });
      await mallory.flush();
    });
    await stage.refused(mallory, ["asked-before", "checkpoint-part-out-of-order", "record-not-authentic"]);
    await stage.holds();
    mallory.close();
  });

  it("[PEER5] floods of what is well formed: questions, answers that nobody asked for, and refusals", async () => {
    const mallory = await stage.meet(await stage.mallory());
    const linesBefore = stage.log.lines;
    await stage.during(async () => {
      for (let sent = 0; sent < MANY && !mallory.isClosed; sent += 100) {
        for (let round = 0; round < 100; round++) {
          mallory.say({ type: "flush-reply", nonce: round, height: FAR });
          mallory.say({ type: "checkpoints-end" });
          mallory.say({ type: "checkpoint-announcement", height: 0 as Height });
          mallory.say({ type: "refusal", code: "not-stored", detail: "x".repeat(512) });
        }
        await mallory.flush();
      }
    });
    await stage.refused(mallory, ["there: not-stored"]);
    expect(stage.log.lines - linesBefore, "lines that she makes the hub write").toBeLessThan(MANY / 2);
    await stage.holds();
    mallory.close();
  });

  it("[PEER5] more at once than may wait for the disk ends the connection", async () => {
    const mallory = await stage.meet(await stage.mallory());
    await stage.during(async () => {
      for (let nonce = 1; nonce <= 50_000; nonce++) mallory.say({ type: "flush-request", nonce });
      await waitUntil("she is thrown out", () => mallory.isClosed);
    });
    await stage.holds();
  });

  it("a hub that met all of them and was killed starts again, with everything", async () => {
    await stage.restart();
  });
});

/** The same bundle of version 2: the version is the value of key 0, the first of the body. */
function withVersion2(message: PeerMessage): Uint8Array {
  const bundle = Uint8Array.from(message.type === "bundle" ? message.bundle : []);
  bundle[bundle.indexOf(0x00) + 1] = 2;
  return bundle;
}
