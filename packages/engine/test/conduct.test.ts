/** How devices are treated that are fast, late, restarted or copied, and mean no harm: nothing is held against them. */
import { createMemoryConnectionPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { orThrow } from "@amigos/core";
import { createPerson, createTestNetwork, namedSigner } from "@amigos/core/testing";
import { Replica } from "@amigos/engine";
import { expect, it } from "vitest";
import { shakeHands } from "../src/peer/handshake.ts";
import { decodePeerMessage, encodePeerMessage } from "../src/peer/messages.ts";
import { createWorld, fresh, openDevice, openHub, openStore, pair, paymentsOf, settle, until } from "./devices.ts";
import { SteppedClock } from "@amigos/adapters/clock-stepped";

it("[CON1] who sends more than anybody needs to is made to wait, loses nothing, and is not blamed", async () => {
  const network = createTestNetwork(["alice"]);
  const alice = await createPerson("alice", { network });
  const clock = new SteppedClock(systemClock.now());
  const { left, right } = createMemoryConnectionPair();
  const account = { inception: alice.inception.bytes, control: [alice.grant.bytes] };
  const identity = { signer: alice.signer, account };
  const shaking = shakeHands({ connection: right, network: network.id, identity, clock, random: systemRandom });
  const hub = await Replica.open({
    network,
    store: await openStore(fresh("hub")),
    links: [{ name: "wire", start: async (onConnection) => onConnection(left), stop: async () => undefined }],
    clock,
    random: systemRandom,
    signer: namedSigner("authority"),
    isProvisional: false,
  });
  const channel = orThrow(await shaking);
  let replies = 0;
  channel.start({
    onMessage: (message) => {
      if (orThrow(decodePeerMessage(message)).type === "flush-reply") replies++;
    },
    onClose: () => undefined,
  });
  const burst = 16_384;
  let nonce = 0;
  while (nonce < burst) {
    for (let count = 0; count < 512; count++)
      channel.send(encodePeerMessage({ type: "flush-request", nonce: nonce++ }));
    const sent = nonce;
    await until("what was sent is answered", () => replies > sent - 512);
  }
  for (let count = 0; count < 100; count++) channel.send(encodePeerMessage({ type: "flush-request", nonce: nonce++ }));
  let waitedMs = 0;
  await until("all is answered", () => {
    clock.pass(1);
    waitedMs++;
    return replies === nonce;
  });
  // A hundred at 1024 a second.
  expect(waitedMs).toBeGreaterThan(90);
  expect([hub.peers.length, hub.counts.keysHeldAgainst]).toEqual([1, 0]);
  await hub.close();
});

it("[CON2] a device that starts again and again, hears late and is told twice is held nothing against", async () => {
  const { network, people } = await createWorld(["alice", "bob"]);
  const [toAlice, toBob] = [pair("hub", "alice"), pair("hub", "bob")];
  const stores = { hub: fresh("hub"), alice: fresh("alice"), bob: fresh("bob") };
  let hub = await openHub(network, stores.hub, [toAlice.left, toBob.left]);
  const bob = await openDevice(people.bob, network, await openStore(stores.bob), [toBob.right]);
  const held: number[] = [];
  const handovers: Uint8Array[] = [];
  for (let round = 0; round < 12; round++) {
    const alice = await openDevice(people.alice, network, await openStore(stores.alice), [toAlice.right]);
    const payment = await alice.pay(people.bob.grant.inception.id, "0.10 AMI");
    handovers.push(alice.handover(payment.id));
    if (round % 3 === 0) toAlice.unplug();
    if (round % 4 === 1) {
      held.push(hub.counts.keysHeldAgainst);
      await hub.close();
      hub = await openHub(network, stores.hub, [toAlice.left, toBob.left]);
    }
    toAlice.plug();
    await until("the hub has it", () => hub.undecided.at(payment.session, payment.sequence).length === 1);
    if (round % 2 === 1) await settle(hub);
    await alice.close();
  }
  for (const handover of handovers.toReversed()) await bob.receive(handover);
  await until("bob has all", () => paymentsOf(bob).length === 12);
  held.push(hub.counts.keysHeldAgainst);
  expect(held.every((keys) => keys === 0)).toBe(true);
  await Promise.all([bob.close(), hub.close()]);
});
