/**
 * Garbage over the socket to a real hub process, from strangers and from a device that has proven its key: each message
 * is refused with its type, nothing of it is stored, and the connection goes on.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWebSocketClientLink } from "@amigos/adapters/link-websocket-client";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import { createNetwork, encodeCbor, limits, orThrow, SEND_UNLIMITED, type Network } from "@amigos/core";
import { ami, bundleOf, createPerson, type Person, signPayment } from "@amigos/core/testing";
import type { CloseReason, Connection, Link } from "@amigos/engine/ports";
import { decodePeerMessage, shakeHands, type Channel } from "@amigos/engine/testing";
import { startHubProcess, type HubProcess } from "@amigos/hub/process";
import { temporaryFolders } from "./folders.ts";
import { askFaucet, fetchHealth, fetchNetwork } from "./story/hub-client.ts";
import { Phone } from "./story/phone.ts";
import { waitUntil } from "./story/wait-until.ts";

const folders = temporaryFolders();
const MESSAGE_BYTES_MAX = 1024 * 1024;
/** The close code of our own for what is no message of the protocol. */
const PROTOCOL_ERROR = 4002;

let data: string;
let hub: HubProcess;
let network: Network;
let alice: Phone;
let connectionsOfAlice = 0;
const logged: string[] = [];

/** A link that counts what connections it brings up. */
function counted(inner: Link, onConnection: () => void): Link {
  return {
    name: inner.name,
    start: (onEach) =>
      inner.start((connection) => {
        onConnection();
        onEach(connection);
      }),
    stop: () => inner.stop(),
  };
}

/** What alice's phone says to the hub beside her wallet, with the same key and on a connection of its own. */
class Voice {
  readonly refusals: string[] = [];
  closeReason: CloseReason | undefined;
  readonly stop: () => Promise<void>;
  readonly #channel: Channel;

  private constructor(channel: Channel, link: Link) {
    this.stop = () => link.stop();
    this.#channel = channel;
    channel.start({
      onMessage: (bytes) => {
        const message = orThrow(decodePeerMessage(bytes));
        if (message.type === "refusal") this.refusals.push(message.code);
      },
      onClose: (reason) => (this.closeReason = reason),
    });
  }

  static async meetHub(): Promise<Voice> {
    const link = createWebSocketClientLink({ url: hub.syncUrl });
    const connection = await new Promise<Connection>((resolve, reject) => {
      link.start(resolve).catch(reject);
    });
    const options = { network: network.id, identity: alice.identity, clock: systemClock, random: systemRandom };
    return new Voice(orThrow(await shakeHands({ connection, ...options })), link);
  }

  say(message: Uint8Array): void {
    this.#channel.send(message);
  }
}

/** What a device says on the bundle lane (spec [PEER3]): kind 1, the bundle in field 1. */
function bundleMessage(bundle: Uint8Array): Uint8Array {
  return encodeCbor(
    new Map<number, number | Uint8Array>([
      [0, 1],
      [1, bundle],
    ]),
  );
}

async function paymentOn(on: Network): Promise<{ readonly mallory: Person; readonly bytes: Uint8Array }> {
  const time = { notBefore: on.genesis.time };
  const mallory = await createPerson("mallory", { network: on, permissions: [SEND_UNLIMITED], ...time });
  const bob = await createPerson("bob", { network: on, ...time });
  const { bytes } = await signPayment(mallory, { network: on, to: bob.account, money: ami(1), time: on.genesis.time });
  return { mallory, bytes };
}

async function start(): Promise<void> {
  hub = await startHubProcess({ data, settleEveryMs: 50, onLogLine: (line) => logged.push(line) });
}

beforeAll(async () => {
  const folder = await folders.make();
  data = join(folder, "hub");
  await start();
  network = await fetchNetwork(hub.url);
  const link = createWebSocketClientLink({ url: hub.syncUrl, retryMs: 20, retryMsMax: 100 });
  alice = new Phone({ name: "alice", folder: join(folder, "alice"), network, hubUrl: hub.syncUrl });
  await alice.setUp([SEND_UNLIMITED], { links: [counted(link, () => connectionsOfAlice++)] });
  await waitUntil("alice is registered", () => alice.wallet.view.session.status === "active");
}, 60_000);

afterAll(async () => {
  await alice.close();
  await hub.stop();
}, 60_000);

describe("bad input over the socket", { timeout: 60_000 }, () => {
  it("of a device with a proven key is refused with its type; the link stays up and nothing is stored", async () => {
    const elsewhere = createNetwork({ ...network.genesis, name: "elsewhere" });
    const [here, there] = [await paymentOn(network), await paymentOn(elsewhere)];
    const good = bundleOf(network, here.mallory, [here.bytes]);
    const forged = Uint8Array.from(here.bytes);
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    const bad: readonly (readonly [string, Uint8Array])[] = [
      ["malformed", randomBytes(100).fill(0xff, 0, 1)],
      ["malformed", bundleMessage(good).subarray(0, 200)],
      ["malformed", bundleMessage(good.subarray(0, good.length - 10))],
      ["unknown-message", encodeCbor(new Map([[0, 99]]))],
      ["wrong-network", bundleMessage(bundleOf(elsewhere, there.mallory, [there.bytes]))],
      ["wrong-network", bundleMessage(bundleOf(network, there.mallory, [there.bytes]))],
      ["too-large", bundleMessage(new Uint8Array(limits.BUNDLE_BYTES_MAX + 1))],
      ["signature-invalid", bundleMessage(bundleOf(network, here.mallory, [forged]))],
    ];
    const voice = await Voice.meetHub();
    const before = await fetchHealth(hub.url);
    for (const [type, message] of bad) {
      const known = voice.refusals.length;
      voice.say(message);
      await waitUntil(`the hub has refused: ${type}`, () => voice.refusals.length > known);
      expect(voice.refusals.at(-1), `message of ${message.length} bytes`).toBe(type);
    }
    expect(await fetchHealth(hub.url)).toEqual(before);
    expect(voice.closeReason, "why it was closed").toBe(undefined);
    await voice.stop();
  });

  it("of strangers ends their connection alone", async () => {
    const before = await fetchHealth(hub.url);
    const hello = async (first: Uint8Array): Promise<number> => {
      const socket = new WebSocket(hub.syncUrl);
      await once(socket, "open");
      socket.send(first);
      const [code] = (await once(socket, "close")) as [number];
      return code;
    };
    expect(await hello(randomBytes(64))).toBe(PROTOCOL_ERROR);
    expect(await hello(encodeCbor(new Map([[0, 1]])))).toBe(PROTOCOL_ERROR);
    expect(await hello(new Uint8Array(MESSAGE_BYTES_MAX + 1))).toBe(1009);
    expect(await fetchHealth(hub.url)).toEqual(before);
    expect(alice.isConnectedTo("hub")).toBe(true);
    expect(connectionsOfAlice).toBe(1);
  });

  it("left no trace on the disk, and the device still pays", async () => {
    await alice.close();
    await hub.stop();
    const store = await openSqliteStore({ path: join(data, "ledger.db") });
    const keys = (await store.list("")).map(({ key }) => key);
    await store.close();
    expect(keys.filter((key) => key.startsWith("undecided/"))).toEqual([]);
    const mallory = await createPerson("mallory", { network });
    expect(keys.filter((key) => key.includes(mallory.account))).toEqual([]);
    expect(logged.filter((line) => line.includes('"refused"')).length).toBeGreaterThan(0);

    await start();
    alice = new Phone({ name: "alice", folder: alice.folder, network, hubUrl: hub.syncUrl });
    await alice.open();
    await alice.hubSwitch.turnOn();
    await waitUntil("alice is connected", () => alice.isConnectedTo("hub"));
    expect(await askFaucet(hub.url, alice.wallet.account)).toBe(202);
    await waitUntil("alice has money", () => alice.wallet.view.balances[0]?.available === ami(100).amount);
    await alice.wallet.pay(mallory.account, "1.00 AMI");
    await waitUntil("her payment is settled", () => alice.wallet.view.payments[0]?.finality === "settled");
    expect(alice.wallet.view.payments[0]?.outcome).toBe("accepted");
  });
});
