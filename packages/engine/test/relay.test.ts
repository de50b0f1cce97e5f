/** Two wallets that reach each other through a relay alone, which is mallory's: she reads, alters, reorders, repeats and drops. */
import { createRelayLink, relayRoomOf } from "@amigos/adapters/link-relay";
import { createWebSocketServerLink, type WebSocketServerLink } from "@amigos/adapters/link-websocket-server";
import { createRelayServer } from "@amigos/adapters/relay-server";
import { hexToBytes } from "@amigos/core";
import type { Connection, Link, Wallet } from "@amigos/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, fresh, openDevice, openStore, paymentsOf, until } from "./devices.ts";

/** What becomes of a message. */
type Trick = (message: Uint8Array) => readonly Uint8Array[];
type Name = "alice" | "bob";

const honest: Trick = (message) => [message];

/** A relay with a door for each of the two, that does to what alice says what she likes. */
class MallorysRelay {
  readonly doors: Readonly<Record<Name, WebSocketServerLink>> = {
    alice: createWebSocketServerLink({ on: { port: 0 } }),
    bob: createWebSocketServerLink({ on: { port: 0 } }),
  };
  readonly seen: Uint8Array[] = [];
  trick: Trick = honest;
  /** How often the two have met here. */
  meetings = 0;
  #guests = new Map<Name, Connection>();

  async start(): Promise<void> {
    await this.doors.alice.start((connection) => this.#enter(connection, "alice", "bob"));
    await this.doors.bob.start((connection) => this.#enter(connection, "bob", "alice"));
  }

  async stop(): Promise<void> {
    await Promise.all([this.doors.alice.stop(), this.doors.bob.stop()]);
  }

  #enter(connection: Connection, name: Name, other: Name): void {
    connection.start({
      onMessage: (message) => {
        if (this.#guests.get(name) === connection) this.#carry(name, other, message);
        else this.#meet(connection, name);
      },
      onClose: () => {
        if (this.#guests.get(name) !== connection) return;
        this.#guests.get(other)?.close("closed-here");
        this.#guests.clear();
      },
    });
  }

  #meet(connection: Connection, name: Name): void {
    this.#guests.set(name, connection);
    if (this.#guests.size < 2) return;
    this.meetings++;
    for (const guest of this.#guests.values()) guest.send(Uint8Array.of(0));
  }

  #carry(from: Name, to: Name, message: Uint8Array): void {
    this.seen.push(message);
    for (const said of from === "alice" ? this.trick(message) : [message]) this.#guests.get(to)?.send(said);
  }
}

const { network, people } = await createWorld(["alice", "bob"]);
const relay = new MallorysRelay();
let alice: Wallet;
let bob: Wallet;

function linkTo(url: string | undefined): Link {
  return createRelayLink({ url: url ?? "", room: relayRoomOf("alice meets bob"), retryMs: 5, retryMsMax: 20 });
}

function isConnected(wallet: Wallet): boolean {
  return wallet.view.connections.some(({ role }) => role === "wallet");
}

beforeAll(async () => {
  await relay.start();
  const open = async (name: Name): Promise<Wallet> =>
    openDevice(people[name], network, await openStore(fresh(name)), [linkTo(relay.doors[name].url)]);
  [alice, bob] = await Promise.all([open("alice"), open("bob")]);
});

afterAll(async () => {
  await Promise.all([alice.close(), bob.close()]);
  await relay.stop();
});

/** Each is played once, on one message or two, and leaves the rest as it is. */
function tricks(): Readonly<Record<string, Trick>> {
  const once = (play: Trick): Trick => {
    let isPlayed = false;
    return (message) => {
      if (isPlayed) return [message];
      isPlayed = true;
      return play(message);
    };
  };
  let held: Uint8Array | undefined;
  return {
    "altered by a bit": once((message) => [message.with(5, (message[5] ?? 0) ^ 1)]),
    "cut short": once((message) => [message.subarray(0, -1)]),
    "said twice": once((message) => [message, message]),
    "left out": once(() => []),
    "preceded by what was made up": once((message) => [new Uint8Array(message.length), message]),
    "preceded by what was said before": once((message) => [...relay.seen.slice(-2, -1), message]),
    "said in another order": (message) => {
      const first = held;
      held ??= message;
      return first === undefined ? [] : [message, first];
    },
  };
}

describe("two wallets and a relay", () => {
  it("[RLY1] [NOI1] pay each other through it, and it reads nothing", async () => {
    await alice.pay(bob.account, "1.00 AMI");
    await until("the payment", () => paymentsOf(bob).length === 1);
    expect(paymentsOf(bob)).toEqual(["in 1.00 AMI signed accepted"]);
    const seen = Buffer.concat(relay.seen);
    const secrets = [
      ...[network.id, alice.account, bob.account, alice.view.payments[0]?.id ?? ""].map(hexToBytes),
      ...[people.alice, people.bob].flatMap(({ grant }) => [grant.inception.bytes, grant.grant.bytes]),
    ];
    expect(secrets.map((secret) => seen.indexOf(secret.subarray(0, 16)))).toEqual(secrets.map(() => -1));
  });

  for (const [name, trick] of Object.entries(tricks())) {
    it(`[NOI3] what is ${name} ends the connection and is not taken in; what was paid arrives on the next`, async () => {
      await until("both connected", () => isConnected(alice) && isConnected(bob));
      const before = paymentsOf(bob);
      const meetings = relay.meetings;
      relay.trick = trick;
      await alice.pay(bob.account, "1.00 AMI");
      // Whatever is said next shows what is missing.
      await alice.pay(bob.account, "1.00 AMI");
      await until("they meet again", () => relay.meetings > meetings);
      relay.trick = honest;
      await until("both payments", () => paymentsOf(bob).length === before.length + 2);
      expect(paymentsOf(bob)).toEqual([...Array<string>(2).fill("in 1.00 AMI signed accepted"), ...before]);
      expect(paymentsOf(alice).length).toBe(before.length + 2);
    });
  }
});

describe("a relay that keeps to the rules", () => {
  it("[RLY1] brings two wallets together, and again after each comes back", async () => {
    const door = createWebSocketServerLink({ on: { port: 0 } });
    const server = createRelayServer({ door });
    await server.start();
    const world = await createWorld(["carol", "dave"]);
    const daveStore = fresh("dave");
    const open = async (name: "carol" | "dave", store: string): Promise<Wallet> =>
      openDevice(world.people[name], world.network, await openStore(store), [linkTo(door.url)]);
    const carol = await open("carol", fresh("carol"));
    let dave = await open("dave", daveStore);
    await until("both connected", () => isConnected(carol) && isConnected(dave));
    await dave.close();
    await until("carol alone", () => !isConnected(carol));
    await carol.pay(dave.account, "2.00 AMI");
    dave = await open("dave", daveStore);
    await until("the payment", () => paymentsOf(dave).length === 1);
    expect(paymentsOf(dave)).toEqual(["in 2.00 AMI signed accepted"]);
    await Promise.all([carol.close(), dave.close()]);
    await server.stop();
  });
});
