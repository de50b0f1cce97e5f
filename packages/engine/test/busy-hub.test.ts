/** A hub that takes in much from others: what it gathers for documents costs nobody beside them anything. */
import { createMemoryConnectionPair } from "@amigos/adapters/link-memory";
import { READ_ALL, SEND_LIMIT_DAILY } from "@amigos/core";
import { ami } from "@amigos/core/testing";
import type { Connection, Link } from "@amigos/engine";
import { expect, it } from "vitest";
import { createWorld, fresh, openDevice, openHub, openStore, until } from "./devices.ts";

const OTHERS = 96;
const PAYMENTS = 8;

it("[GRD10] [PEER16] a payment goes up once, also while documents gather what others pay", async () => {
  const { network, people } = await createWorld(["alice", "bob", "carol"], [SEND_LIMIT_DAILY(ami(50)), READ_ALL]);
  const { left, right } = createMemoryConnectionPair();
  let bytesUp = 0;
  const hub = await openHub(network, fresh("hub"), [linkOf(left)]);
  const counted = counting(right, (bytes) => (bytesUp += bytes));
  const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), [linkOf(counted)]);
  const carol = await openDevice(people.carol, network, await openStore(fresh("carol")), []);
  const bob = people.bob.account.id;
  const others: Uint8Array[] = [];
  while (others.length < OTHERS) others.push(carol.handover((await carol.pay(bob, "0.01 AMI")).id));
  await alice.pay(bob, "0.01 AMI");
  await until("her document is there", () => headsOf() !== "");
  const before = bytesUp;
  for (let paid = 0; paid < PAYMENTS; paid++) {
    // More than goes into documents at once, so that these gather what alice pays.
    const share = others.splice(0, OTHERS / PAYMENTS);
    await Promise.all(share.map((bundle) => hub.ingest(bundle)));
    const heads = headsOf();
    await alice.pay(bob, "0.01 AMI");
    await until("her document has it", () => headsOf() !== heads);
  }
  const own = hub.undecided.ofSession(alice.session).at(-1)?.bytes.length ?? 0;
  expect((bytesUp - before) / PAYMENTS / own).toBeLessThan(2);
  await Promise.all([alice.close(), carol.close(), hub.close()]);

  function headsOf(): string {
    return hub.documentHeads({ kind: "log", session: alice.session, epoch: 0 }).join();
  }
});

function counting(connection: Connection, note: (bytes: number) => void): Connection {
  return {
    description: connection.description,
    start: (handlers) => connection.start(handlers),
    close: (reason) => connection.close(reason),
    send: (message) => {
      note(message.length);
      connection.send(message);
    },
  };
}

function linkOf(connection: Connection): Link {
  return {
    name: "counted",
    start: async (onConnection) => onConnection(connection),
    stop: async () => connection.close("closed-here"),
  };
}
