/**
 * Accounts that carry each other's logs where there is no hub: who keeps what of whom, for how long, and how much. Every
 * wallet here is a real one; the links between them are plugged and unplugged as people meet.
 */
import { afterEach, describe, expect, it } from "vitest";
import { createMemoryConnectionPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import {
  decodeBundle,
  encodeBundle,
  openedSession,
  orThrow,
  sequence,
  signControlEntry,
  type AccountId,
  type Grant,
  type Network,
  type OrderedControl,
  type OrderedControlEntry,
  type VerifiedEntry,
  type VerifiedInception,
} from "@amigos/core";
import { createPerson, createTestNetwork, namedSigner, type Person } from "@amigos/core/testing";
import { openWallet, READ_ALL, Replica, WalletError, type Connection, type Link, type Wallet } from "@amigos/engine";
import { shakeHands } from "../src/peer/handshake.ts";
import { decodePeerMessage, encodePeerMessage } from "../src/peer/messages.ts";
import { createWorld, fresh, openHub, openStore, pair, paymentsOf, settle, until, type Identity } from "./devices.ts";
import { signLog } from "./replication/support/entries.ts";

const NAMES = ["ana", "ben", "cleo", "dan", "eve"] as const;
type Name = (typeof NAMES)[number];

interface Opened {
  readonly close: () => Promise<void>;
}

const opened: Opened[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function createVillage() {
  const { network, people } = await createWorld(NAMES);
  const accountOf = (name: Name): AccountId => people[name].grant.inception.id;
  const openAs = async (
    name: Name,
    links: readonly Link[],
    { circle, store = fresh(name) }: { readonly circle?: readonly Name[]; readonly store?: string } = {},
  ): Promise<Wallet> => {
    const identity: Identity = people[name];
    const wallet = await openWallet({
      network,
      session: identity.grant,
      store: await openStore(store),
      keys: identity.keys,
      links,
      clock: systemClock,
      random: systemRandom,
      ...(circle === undefined ? {} : { circle: circle.map(accountOf) }),
    });
    opened.push(wallet);
    return wallet;
  };
  const openLedger = async (links: readonly Link[]) => {
    const hub = await openHub(network, fresh("hub"), links);
    opened.push(hub);
    return hub;
  };
  return { network, people, accountOf, openAs, openLedger };
}

function unplugged(a: string, b: string): ReturnType<typeof pair> {
  const link = pair(a, b);
  link.unplug();
  return link;
}

/** A replica as somebody's wallet has it, with nothing on top, so that tests see what it keeps. */
async function openReplica({
  network,
  owner,
  records,
  links,
  circle,
}: {
  readonly network: Network;
  readonly owner: Pick<Person, "account" | "session" | "signer">;
  readonly records: { readonly inceptions: readonly VerifiedInception[]; readonly control: readonly OrderedControl[] };
  readonly links: readonly Link[];
  readonly circle: readonly AccountId[];
}): Promise<Replica> {
  const replica = await Replica.load({
    ...owner,
    network,
    store: await openStore(fresh("replica")),
    links,
    clock: systemClock,
    random: systemRandom,
    circle,
    isProvisional: false,
  });
  await replica.introduce(records);
  await replica.connect();
  opened.push(replica);
  return replica;
}

/** Somebody of the circle with several devices, whose entries are signed here, and a replica that carries for them. */
async function createCarrier(sessions = 5) {
  const network = createTestNetwork(["mallory"]);
  const mallory = await createPerson("mallory", { network });
  const carrier = await createPerson("carrier", { network });
  const payee = await createPerson("payee", { network });
  const control: OrderedControl[] = [mallory.grant];
  while (control.length < sessions) control.push(await grantAfter(mallory, control));
  const devices = control.map((grant, index): Person => {
    const session = openedSession(grant)?.id;
    if (session === undefined) throw new TypeError("a grant opens a session");
    return index === 0 ? mallory : { ...mallory, session, signer: namedSigner(`mallory/${index}`) };
  });
  const take = async (replica: Replica, entries: readonly VerifiedEntry[]): Promise<string> => {
    const accounts = [{ inception: mallory.inception.bytes, control: control.map(({ bytes }) => bytes) }];
    const bundle = { version: 1, network: network.tag, accounts, entries: entries.map(({ bytes }) => bytes) } as const;
    const report = await replica.ingest(encodeBundle(bundle));
    return report.ok ? `${report.value.fresh.length} new` : report.error.type;
  };
  const sign = (device: number, count: number, memo?: string): Promise<readonly VerifiedEntry[]> =>
    signLog(network, devices[device] ?? mallory, payee, count, undefined, memo);
  const open = (): Promise<Replica> =>
    openReplica({
      network,
      owner: { account: carrier.account, session: carrier.session, signer: carrier.signer },
      records: { inceptions: [carrier.inception], control: [carrier.grant] },
      links: [],
      circle: [mallory.account],
    });
  return { open, take, sign };
}

function grantAfter(person: Person, control: readonly OrderedControl[]): Promise<OrderedControl> {
  const last = control.at(-1) ?? person.grant;
  const { publicKey } = namedSigner(`${person.name}/${control.length}`);
  return signControlEntry<OrderedControlEntry>(
    {
      ...last.entry,
      sequence: sequence(control.length),
      previous: last.link,
      operation: { ...(last.entry.operation as Grant), sessionKey: publicKey },
    },
    person.master,
  );
}

/** Somebody whose end of a connection is in the test's hands. */
async function visit(connection: Connection, network: Network, { signer, inception, grant }: Person) {
  const account = { inception: inception.bytes, control: [grant.bytes] };
  const identity = { signer, account };
  const channel = orThrow(
    await shakeHands({ connection, network: network.id, identity, clock: systemClock, random: systemRandom }),
  );
  let entries = 0;
  let flushes = 0;
  channel.start({
    onMessage: (bytes) => {
      const message = orThrow(decodePeerMessage(bytes));
      if (message.type === "flush-reply") flushes++;
      if (message.type === "bundle") entries += orThrow(decodeBundle(message.bundle, network.tag)).entries.length;
    },
    onClose: () => undefined,
  });
  return {
    /** Entries that were pushed to it so far. */
    entries: () => entries,
    push: (own: readonly VerifiedEntry[]) => {
      const bundle = {
        version: 1,
        network: network.tag,
        accounts: [account],
        entries: own.map(({ bytes }) => bytes),
      } as const;
      channel.send(encodePeerMessage({ type: "bundle", bundle: encodeBundle(bundle) }));
    },
    /** Resolves when what it sent was taken in, and what was sent to it before that has come. */
    flush: async () => {
      const before = flushes;
      channel.send(encodePeerMessage({ type: "flush-request", nonce: before }));
      await until("a reply", () => flushes > before);
    },
  };
}

describe("a circle", () => {
  it("[CIR1] carries a payment to its payee by somebody who is no party to it", async () => {
    const { accountOf, openAs } = await createVillage();
    const [toAna, toCleo] = [unplugged("ana", "ben"), unplugged("ben", "cleo")];
    const ana = await openAs("ana", [toAna.left], { circle: ["ben"] });
    const ben = await openAs("ben", [toAna.right, toCleo.left], { circle: ["ana", "cleo"] });
    const cleo = await openAs("cleo", [toCleo.right]);
    await ana.pay(accountOf("cleo"), "5.00 AMI");
    toAna.plug();
    await until("ben carries it", () => ben.view.circle.carried === 1);
    toAna.unplug();
    toCleo.plug();
    await until("it arrived", () => paymentsOf(cleo).length === 1);
    expect(paymentsOf(cleo)).toEqual(["in 5.00 AMI signed accepted"]);
    expect(paymentsOf(ben), "a carrier shows nothing of it").toEqual([]);
  });

  it("[CIR1] carries nothing for an account that is not in it", async () => {
    const { network, people, accountOf, openAs } = await createVillage();
    const link = pair("ana", "ben");
    const ana = await openAs("ana", [link.left], { circle: ["ben"] });
    const { grant, keys } = people.ben;
    const signer = await keys.signer(grant.keyName);
    if (signer === undefined) throw new TypeError("ben's key is in his vault");
    const ben = await openReplica({
      network,
      owner: { account: accountOf("ben"), session: grant.session, signer },
      records: { inceptions: [grant.inception], control: [grant.grant] },
      links: [link.right],
      circle: [],
    });
    await until("both are in touch", () => ana.view.connections.length === 1 && ben.peers.length === 1);
    await ana.pay(accountOf("cleo"), "5.00 AMI");
    // Said after it on the same connection, and so taken in after it.
    await (await ana.openAccount()).createSession({ device: "tablet", permissions: [READ_ALL], expiry: { days: 1 } });
    await until("ben heard of the tablet", () => ben.directory.control(accountOf("ana")).length === 2);
    expect(ben.undecided.size).toBe(0);
  });

  it("[CIR1] what is given is everybody's own to decide: who is in nobody's circle gets nothing of it", async () => {
    const { accountOf, openAs } = await createVillage();
    const link = pair("ana", "ben");
    const ana = await openAs("ana", [link.left]);
    const ben = await openAs("ben", [link.right], { circle: ["ana"] });
    await until("both are in touch", () => [ana, ben].every(({ view }) => view.connections.length === 1));
    await ana.pay(accountOf("cleo"), "5.00 AMI");
    await ben.pay(accountOf("ana"), "1.00 AMI");
    await until("ana has what pays ana", () => paymentsOf(ana).length === 2);
    await ana.setCircle([accountOf("ben")]);
    await until("ben has it from when ana gives it", () => ben.view.circle.carried === 1);
  });

  it("[CIR1] brings a payment to the hub, and the checkpoint back, over phones that are no party to it", async () => {
    const { accountOf, openAs, openLedger } = await createVillage();
    const links = [pair("ana", "ben"), pair("ben", "dan"), pair("dan", "eve")] as const;
    const toHub = unplugged("eve", "hub");
    const ana = await openAs("ana", [links[0].left], { circle: ["ben"] });
    const ben = await openAs("ben", [links[0].right, links[1].left], { circle: ["ana", "dan"] });
    const dan = await openAs("dan", [links[1].right, links[2].left], { circle: ["ana", "ben", "eve"] });
    const eve = await openAs("eve", [links[2].right, toHub.left], { circle: ["ana", "dan"] });
    const hub = await openLedger([toHub.right]);
    await ana.pay(accountOf("cleo"), "5.00 AMI");
    await until("eve carries it", () => eve.view.circle.carried === 1);
    toHub.plug();
    await until("the hub has it", () => hub.undecided.size === 1);
    await until("and what vouches for all", () => hub.unregistered().control.length >= 2);
    await settle(hub);
    await until("all follow", () => [ana, ben, dan, eve].every(({ view }) => view.ledger.height === 1));
    expect(paymentsOf(ana)).toEqual(["out 5.00 AMI settled accepted"]);
    expect([ben, dan, eve].map(({ view }) => view.circle.carried)).toEqual([0, 0, 0]);
  });

  it("[CIR1] [GRD8] brings both sides of a fork together, whichever carrier saw which first, as evidence for everybody", async () => {
    const { accountOf, openAs, openLedger } = await createVillage();
    const toBen = pair("ana", "ben");
    const toEve = pair("copy", "eve");
    const between = unplugged("ben", "eve");
    const [toCleo, toDan, toHub] = [unplugged("ben", "cleo"), unplugged("eve", "dan"), unplugged("eve", "hub")];
    const ana = await openAs("ana", [toBen.left], { circle: ["ben"] });
    const copy = await openAs("ana", [toEve.left], { circle: ["eve"] });
    const ben = await openAs("ben", [toBen.right, between.left, toCleo.left], { circle: ["ana", "eve"] });
    const eve = await openAs("eve", [toEve.right, between.right, toDan.left, toHub.left], { circle: ["ana", "ben"] });
    const [cleo, dan] = [await openAs("cleo", [toCleo.right]), await openAs("dan", [toDan.right])];
    const hub = await openLedger([toHub.right]);
    await ana.pay(accountOf("cleo"), "40.00 AMI");
    await copy.pay(accountOf("dan"), "41.00 AMI");
    await until("each carries one side", () => [ben, eve].every(({ view }) => view.circle.carried === 1));
    between.plug();
    await until("each carries both", () => [ben, eve].every(({ view }) => view.circle.carried === 2));
    for (const link of [toCleo, toDan, toHub]) link.plug();
    await until("both payees know", () => [cleo, dan].every(({ view }) => view.conflicts.length === 1));
    await until("the hub knows", () => hub.evidence.length === 1);
    expect(cleo.view.conflicts[0]?.proof).toEqual(dan.view.conflicts[0]?.proof);
    await until("the one who was copied knows", () => ana.view.session.status === "frozen");
    expect([ben.view.conflicts, eve.view.conflicts], "a carrier shows nothing of it").toEqual([[], []]);
  });

  it("[CIR2] is remembered, changes while connected, and what was passed over before comes then", async () => {
    const { accountOf, openAs } = await createVillage();
    const link = pair("ana", "ben");
    const store = fresh("ben");
    const ana = await openAs("ana", [link.left], { circle: ["ben"] });
    let ben = await openAs("ben", [link.right], { store });
    await until("both are in touch", () => [ana, ben].every(({ view }) => view.connections.length === 1));
    await ana.pay(accountOf("cleo"), "5.00 AMI");
    await ana.pay(accountOf("dan"), "1.00 AMI");
    expect(ben.view.circle).toEqual({ members: [], carried: 0 });
    await ben.setCircle([accountOf("ana"), accountOf("ben")]);
    await until("ben carries for ana", () => ben.view.circle.carried === 2);
    await ben.close();
    ben = await openAs("ben", [link.right], { store });
    expect(ben.view.circle, "oneself is not carried for").toEqual({ members: [accountOf("ana")], carried: 2 });
    await ben.close();
    ben = await openAs("ben", [], { store, circle: [] });
    expect(ben.view.circle.members).toEqual([]);
  });

  it("[CIR2] who is taken out of it is given nothing any more, from the next word on", async () => {
    const { accountOf, openAs } = await createVillage();
    const [toAna, toCleo] = [pair("ana", "ben"), pair("ben", "cleo")];
    const ana = await openAs("ana", [toAna.left], { circle: ["ben"] });
    const ben = await openAs("ben", [toAna.right, toCleo.left], { circle: ["ana", "cleo"] });
    const cleo = await openAs("cleo", [toCleo.right], { circle: ["ana", "ben"] });
    await until("all are in touch", () => ben.view.connections.length === 2);
    await ana.pay(accountOf("dan"), "1.00 AMI");
    await until("cleo carries it too", () => cleo.view.circle.carried === 1);
    await ben.setCircle([accountOf("ana")]);
    await ana.pay(accountOf("dan"), "2.00 AMI");
    await until("ben carries both", () => ben.view.circle.carried === 2);
    await ben.pay(accountOf("cleo"), "3.00 AMI");
    await until("cleo has what pays cleo", () => paymentsOf(cleo).length === 1);
    expect(cleo.view.circle.carried).toBe(1);
  });

  it("[CIR3] is of 128 accounts at most", async () => {
    const { openAs } = await createVillage();
    const many = Array.from({ length: 129 }, (_, index) => index.toString(16).padStart(64, "0") as AccountId);
    const ben = await openAs("ben", []);
    await ben.setCircle(many.slice(1));
    expect(ben.view.circle.members).toHaveLength(128);
    await expect(ben.setCircle(many)).rejects.toThrow(WalletError);
    expect(ben.view.circle.members).toHaveLength(128);
  });

  it("[CIR3] carries 1024 entries for one account", async () => {
    const { open, take, sign } = await createCarrier();
    const replica = await open();
    const outcomes: string[] = [];
    for (const device of [0, 1, 2, 3]) outcomes.push(await take(replica, await sign(device, 250)));
    const last = await sign(4, 25);
    outcomes.push(await take(replica, last), await take(replica, last.slice(0, 24)), await take(replica, last));
    expect(outcomes).toEqual([
      "250 new",
      "250 new",
      "250 new",
      "250 new",
      "carried-too-much",
      "24 new",
      "carried-too-much",
    ]);
    expect(replica.carriedCount).toBe(1024);
  });

  it("[CIR3] counts what proves forks as well: who forks without end is carried no further", async () => {
    const { open, take, sign } = await createCarrier(3);
    const replica = await open();
    const outcomes: string[] = [];
    // Of each device 128 places with two entries each: 256 entries and 128 proofs.
    for (const device of [0, 1, 2]) {
      outcomes.push(
        await take(replica, await sign(device, 128)),
        await take(replica, await sign(device, 128, "other")),
      );
    }
    expect(outcomes).toEqual(["128 new", "128 new", "128 new", "128 new", "128 new", "carried-too-much"]);
    expect([replica.carriedCount, replica.evidence.length]).toEqual([640, 256]);
  });

  it("[CIR4] nothing travels in circles: who has pushed an entry, or was pushed it, is not pushed it again", async () => {
    const network = createTestNetwork(["ana", "ben", "cleo"]);
    const [ana, ben, cleo] = [
      await createPerson("ana", { network }),
      await createPerson("ben", { network }),
      await createPerson("cleo", { network }),
    ];
    const wires = [createMemoryConnectionPair(), createMemoryConnectionPair()] as const;
    const visits = Promise.all([visit(wires[0].right, network, ana), visit(wires[1].right, network, cleo)]);
    const carrier = await openReplica({
      network,
      owner: { account: ben.account, session: ben.session, signer: ben.signer },
      records: { inceptions: [ben.inception], control: [ben.grant] },
      links: wires.map(({ left }, index) => ({
        name: `wire ${index}`,
        start: async (onConnection) => onConnection(left),
        stop: async () => left.close("closed-here"),
      })),
      circle: [ana.account, cleo.account],
    });
    const [anas, cleos] = await visits;
    await until("both are in touch", () => carrier.peers.length === 2);
    const payments = await signLog(network, ana, cleo, 10);
    for (let times = 0; times < 3; times++) {
      for (const payment of payments) anas.push([payment]);
      await anas.flush();
      await cleos.flush();
      for (const payment of payments) cleos.push([payment]);
      await cleos.flush();
      await anas.flush();
    }
    expect([anas.entries(), cleos.entries()]).toEqual([0, 10]);
  });
});
