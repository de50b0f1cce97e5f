/** Devices without a session at the other end of a connection: what they may say, and how many of them there may be. */
import { createMemoryConnectionPair } from "@amigos/adapters/link-memory";
import { systemRandom } from "@amigos/adapters/runtime";
import {
  decodeDeviceAnswer,
  orThrow,
  sequence,
  signControlEntry,
  signDeviceRequest,
  timeMs,
  verifyInception,
  type AccountRecord,
  type DeviceRequest,
  type OrderedControl,
  type Signer,
} from "@amigos/core";
import { createPerson, createTestNetwork, namedSigner, recordOf, START, type Person } from "@amigos/core/testing";
import { Replica, type Connection } from "@amigos/engine";
import { describe, expect, it } from "vitest";
import { shakeHands, type Channel } from "../src/peer/handshake.ts";
import { decodePeerMessage, encodePeerMessage, type PeerMessage } from "../src/peer/messages.ts";
import { fresh, openStore, until } from "./devices.ts";
import { SteppedClock } from "@amigos/adapters/clock-stepped";

const network = createTestNetwork(["alice"]);
const alice = await createPerson("alice", { network });
const STAY_MS = 600_000;

async function requestOf(signer: Signer, change: Partial<DeviceRequest> = {}): Promise<Uint8Array> {
  const request: DeviceRequest = {
    version: 1,
    network: network.tag,
    sessionKey: signer.publicKey,
    device: "tablet",
    nonce: "00".repeat(16),
    time: START,
    expiry: timeMs(START + 3_600_000),
    ...change,
  };
  return (await signDeviceRequest(request, signer)).bytes;
}

/** Somebody who opens a session for the key of alice's phone in an account of his own. */
function claimantOf(name: string): Promise<Person> {
  return createPerson(name, { network, terms: { sessionKey: alice.signer.publicKey } });
}

function revocationOf({ account, session, grant, master }: Person): Promise<OrderedControl> {
  return signControlEntry(
    {
      version: 1,
      network: network.id,
      account,
      sequence: sequence(1),
      previous: grant.link,
      operation: { type: "revoke", session },
    },
    master,
  );
}

/** The accounts that a visitor was answered with, in turn. */
function accountsIn({ heard }: Visitor): readonly (string | undefined)[] {
  return heard.map((message) => {
    const answer =
      message.type === "device-answer" ? orThrow(decodeDeviceAnswer(message.answer, network.tag)) : undefined;
    return answer?.record && orThrow(verifyInception(answer.record.inception, network.id)).id;
  });
}

interface Visitor {
  readonly channel: Channel;
  readonly heard: readonly PeerMessage[];
  readonly isClosed: () => boolean;
}

/** A hub, and devices that knock at it. */
async function hubWithVisitors() {
  const clock = new SteppedClock(START);
  let admit: (connection: Connection) => void = () => undefined;
  const hub = await Replica.open({
    network,
    store: await openStore(fresh("hub")),
    links: [
      { name: "a wire", start: async (onConnection) => void (admit = onConnection), stop: async () => undefined },
    ],
    clock,
    random: systemRandom,
    signer: namedSigner("authority"),
    isProvisional: false,
  });
  const events: string[] = [];
  hub.subscribe((event) => event.type === "refused" && events.push(event.code));
  const visit = async (signer: Signer, request: Uint8Array, account?: AccountRecord): Promise<Visitor> => {
    const { left, right } = createMemoryConnectionPair();
    admit(left);
    const identity = { signer, request, ...(account === undefined ? {} : { account }) };
    const shaken = await shakeHands({ connection: right, network: network.id, identity, clock, random: systemRandom });
    const channel: Channel = orThrow(shaken);
    const heard: PeerMessage[] = [];
    let isClosed = false;
    channel.start({
      onMessage: (bytes) => heard.push(orThrow(decodePeerMessage(bytes))),
      onClose: () => (isClosed = true),
    });
    return { channel, heard, isClosed: () => isClosed };
  };
  return { hub, clock, events, visit };
}

describe("devices that have no session", () => {
  it("[PEER14] stay until one is opened for their key, and are then told by whom", async () => {
    const { hub, visit } = await hubWithVisitors();
    const { channel, heard, isClosed } = await visit(alice.signer, await requestOf(alice.signer));
    await until("it is there", () => hub.askingDevices.length === 1);
    expect([heard, hub.peers]).toEqual([[], []]);

    await hub.introduce({ inceptions: [alice.inception], control: [alice.grant] });
    await until("it is told", () => heard.length === 1);
    const [message] = heard;
    const answer = message?.type === "device-answer" ? decodeDeviceAnswer(message.answer, network.tag) : undefined;
    expect(answer).toMatchObject({ ok: true, value: { record: recordOf(alice) } });
    expect([hub.askingDevices, isClosed()]).toEqual([[], false]);
    channel.close("closed-here");
    await hub.close();
  });

  it("[PEER14] hear of the account that they name, or of each that claims their key, whoever was first", async () => {
    const { hub, visit } = await hubWithVisitors();
    const claimants = await Promise.all(Array.from({ length: 9 }, (_, n) => claimantOf(`mallory ${n}`)));
    const [mallory] = claimants;
    if (mallory !== undefined) await hub.introduce({ inceptions: [mallory.inception], control: [mallory.grant] });
    const named = await visit(alice.signer, await requestOf(alice.signer, { account: alice.account }));
    await until("it is there", () => hub.askingDevices.length === 1);
    expect(named.heard, "what mallory says is nothing to it").toEqual([]);
    await hub.introduce({ inceptions: [alice.inception], control: [alice.grant] });
    await until("it is told", () => named.heard.length === 1);
    expect(accountsIn(named)).toEqual([alice.account]);

    const open = await visit(alice.signer, await requestOf(alice.signer));
    await until("it is told", () => open.heard.length === 2);
    expect(accountsIn(open)).toEqual([mallory?.account, alice.account]);
    for (const { inception, grant } of claimants) await hub.introduce({ inceptions: [inception], control: [grant] });
    await until("no more", () => open.heard.length === 8);
    open.channel.close("closed-here");
    await hub.close();
  });

  it("[PEER14] are told that their session has ended when no account has one that lives", async () => {
    const { hub, visit } = await hubWithVisitors();
    const mallory = await claimantOf("mallory");
    const ended = [mallory.grant, await revocationOf(mallory)];
    await hub.introduce({ inceptions: [alice.inception, mallory.inception], control: [alice.grant, ...ended] });
    const { heard, channel } = await visit(alice.signer, await requestOf(alice.signer));
    await until("it is told", () => heard.length === 1);
    expect(heard.map(({ type }) => type)).toEqual(["device-answer"]);
    channel.close("closed-here");

    await hub.introduce({ inceptions: [], control: [await revocationOf(alice)] });
    const late = await visit(alice.signer, await requestOf(alice.signer));
    await until("it is shown the door", late.isClosed);
    expect(late.heard).toEqual([expect.objectContaining({ type: "refusal", code: "session-ended" })]);
    await hub.close();
  });

  it("[PEER14] that ask for another key, too late, or with a false signature, are shown the door", async () => {
    const { hub, events, visit } = await hubWithVisitors();
    const request = await requestOf(alice.signer);
    const late = { time: timeMs(START - 3_600_000), expiry: timeMs(START - 600_000) };
    for (const [signer, bytes, code] of [
      [namedSigner("mallory/phone"), request, "peer-unknown"],
      [alice.signer, await requestOf(alice.signer, late), "request-expired"],
      [alice.signer, request.map((byte, at) => (at === request.length - 1 ? byte ^ 1 : byte)), "signature-invalid"],
      [alice.signer, request.subarray(1), "malformed"],
    ] as const) {
      const { heard, isClosed } = await visit(signer, bytes);
      await until("it is shown the door", isClosed);
      expect([events.at(-1), heard]).toEqual([code, [expect.objectContaining({ type: "refusal", code })]]);
    }
    expect(hub.askingDevices).toEqual([]);
    await hub.close();
  });

  it("[PEER14] may say nothing else, and who has a session is taken for what it is", async () => {
    const { hub, visit } = await hubWithVisitors();
    const request = await requestOf(alice.signer);
    const talking = await visit(alice.signer, request);
    talking.channel.send(encodePeerMessage({ type: "checkpoints-request", since: hub.settled.height }));
    await until("it is shown the door", talking.isClosed);
    expect(talking.heard).toEqual([]);
    const { channel } = await visit(alice.signer, request, recordOf(alice));
    await until("she is in", () => hub.peers.length === 1);
    channel.send(encodePeerMessage({ type: "device-answer", answer: request }));
    channel.close("closed-here");
    await hub.close();
  });

  it("[PEER14] are 64 at once, one for each key, for ten minutes each", async () => {
    const { hub, clock, visit } = await hubWithVisitors();
    const visitors: Visitor[] = [];
    for (let index = 0; index < 66; index++) {
      const signer = namedSigner(`tablet/${index}`);
      visitors.push(await visit(signer, await requestOf(signer)));
    }
    await until("the oldest are gone", () => visitors.slice(0, 2).every(({ isClosed }) => isClosed()));
    expect([hub.askingDevices.length, visitors.filter(({ isClosed }) => isClosed()).length]).toEqual([64, 2]);

    const again = namedSigner("tablet/65");
    const twice = await visit(again, await requestOf(again));
    await until("the one before is gone", () => visitors.at(-1)?.isClosed() === true);
    expect([hub.askingDevices.length, twice.isClosed()]).toEqual([64, false]);

    clock.pass(STAY_MS);
    await until("all are gone", () => hub.askingDevices.length === 0);
    expect(clock.waitingCount, "and nothing waits for them").toBe(0);
    await hub.close();
  });
});
