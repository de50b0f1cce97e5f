/**
 * Peers that mean harm, or are merely broken: whatever they send costs them their connection at most. Nothing grows
 * without bound, nobody else's payments wait behind theirs, and what the ledger's authority says twice is shown.
 */
import { createMemoryConnectionPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import {
  encodeBundle,
  limits,
  orThrow,
  openedSession,
  signInception,
  timeMs,
  type AccountId,
  type EntryId,
  type Grant,
  type Height,
  type Network,
  type Signer,
  type TimeMs,
  type OpenedSession,
  type VerifiedEntry,
} from "@amigos/core";
import {
  ami,
  bundleOf,
  createPerson,
  createTestNetwork,
  founderOf,
  namedSigner,
  type Person,
  recordOf,
  signPayment,
} from "@amigos/core/testing";
import { Replica, type Clock, type Connection, type Link, type ReplicaEvent } from "@amigos/engine";
import { describe, expect, it } from "vitest";
import { shakeHands, type Channel } from "../src/peer/handshake.ts";
import { decodePeerMessage, encodePeerMessage, type PeerMessage } from "../src/peer/messages.ts";
import { CheckpointGiver } from "../src/replica/checkpoint-giver.ts";
import { createWorld, fresh, openDevice, openHub, openStore, settle, until } from "./devices.ts";
import { grants } from "./grants.ts";

const network = createTestNetwork(["alice", "bob", "mallory"]);
const expiry = timeMs(systemClock.now() + 86_400_000);
const [alice, bob, mallory] = [
  await createPerson("alice", { network, expiry }),
  await createPerson("bob", { network, expiry }),
  await createPerson("mallory", { network, expiry }),
];

function pay(from: Person, to: Person, after?: VerifiedEntry): Promise<VerifiedEntry> {
  const time = systemClock.now();
  return signPayment(from, { network, to: to.account, money: ami(1), time, ...(after === undefined ? {} : { after }) });
}

/** A clock whose timers go off when a test says so. */
class StillClock implements Clock {
  readonly #timers = new Set<() => void>();
  readonly now = (): TimeMs => systemClock.now();
  readonly after = (_delayMs: number, action: () => void): (() => void) => {
    this.#timers.add(action);
    return () => this.#timers.delete(action);
  };
  ring(): void {
    const due = [...this.#timers];
    this.#timers.clear();
    for (const action of due) action();
  }
}

function linkOf(...connections: readonly Connection[]): Link {
  return {
    name: "wires",
    start: async (onConnection) => connections.forEach((connection) => onConnection(connection)),
    stop: async () => connections.forEach((connection) => connection.close("closed-here")),
  };
}

/** A link whose connections come when a test says so. */
function lateLink(): { readonly link: Link; readonly connect: (connection: Connection) => void } {
  let connect: (connection: Connection) => void = () => undefined;
  const link = { ...linkOf(), start: async (onConnection: typeof connect) => void (connect = onConnection) };
  return { link, connect: (connection) => connect(connection) };
}

interface Visitor {
  readonly channel: Channel;
  readonly replies: readonly PeerMessage[];
  readonly say: (message: PeerMessage) => void;
  readonly closed: () => boolean;
}

interface Visit {
  readonly replica: Replica;
  readonly events: readonly ReplicaEvent[];
  readonly visitors: readonly Visitor[];
}

/** Opens a replica and connects to it as each of these. A person's name for a wallet, the authority's signer for a hub. */
async function visit(
  visitors: readonly { readonly signer: Signer; readonly person?: Person }[],
  {
    clock = systemClock,
    as,
    links = [],
  }: { readonly clock?: Clock; readonly as?: Person; readonly links?: readonly Link[] } = {},
): Promise<Visit> {
  const pairs = visitors.map(() => createMemoryConnectionPair());
  const shaking = visitors.map(({ signer, person }, index) =>
    shakeHands({
      connection: (pairs[index] as (typeof pairs)[number]).right,
      network: network.id,
      identity: { signer, ...(person === undefined ? {} : { account: recordOf(person) }) },
      clock: systemClock,
      random: systemRandom,
    }),
  );
  const replica = await Replica.open({
    network,
    store: await openStore(fresh("replica")),
    links: [linkOf(...pairs.map(({ left }) => left)), ...links],
    clock,
    random: systemRandom,
    ...(as === undefined
      ? { signer: namedSigner("authority"), isProvisional: false }
      : { signer: as.signer, account: as.account, session: as.session, isProvisional: true }),
  });
  const events: ReplicaEvent[] = [];
  replica.subscribe((event) => events.push(event));
  const channels = await Promise.all(shaking);
  return { replica, events, visitors: channels.map((channel) => visitor(orThrow(channel))) };
}

function visitor(channel: Channel): Visitor {
  const replies: PeerMessage[] = [];
  let isClosed = false;
  channel.start({
    onMessage: (message) => {
      const decoded = orThrow(decodePeerMessage(message));
      if (decoded.type !== "document") replies.push(decoded);
    },
    onClose: () => (isClosed = true),
  });
  return { channel, replies, say: (message) => channel.send(encodePeerMessage(message)), closed: () => isClosed };
}

function only<Value>(values: readonly Value[]): Value {
  const [first] = values;
  if (first === undefined) throw new TypeError("nobody came");
  return first;
}

function count(replies: readonly PeerMessage[], type: PeerMessage["type"]): number {
  return replies.filter((reply) => reply.type === type).length;
}

describe("an account", () => {
  it("[PEER7] with more control entries than sessions is cut to what fits, and its payments still travel", async () => {
    const more = await grants(mallory, limits.SESSIONS_PER_ACCOUNT_MAX + 8);
    const { replica, visitors } = await visit([{ signer: mallory.signer, person: mallory }]);
    const { say, replies } = only(visitors);
    const half = more.slice(0, 60);
    const first = await pay(mallory, bob);
    say({ type: "bundle", bundle: bundleOf(network, mallory, [first], half) });
    await until("the payment", () => replica.undecided.size === 1);
    const second = await pay(mallory, bob, first);
    say({ type: "bundle", bundle: bundleOf(network, mallory, [second], more.slice(60, 63 + 8)) });
    await until("a refusal", () => count(replies, "refusal") === 1);
    say({ type: "bundle", bundle: bundleOf(network, mallory, [second]) });
    await until("the second payment", () => replica.undecided.size === 2);

    expect(replica.directory.control(mallory.account).length).toBeLessThanOrEqual(limits.SESSIONS_PER_ACCOUNT_MAX);
    expect(replica.bundle([first]).length).toBeLessThanOrEqual(limits.BUNDLE_BYTES_MAX);
    await replica.close();
  });

  it("[PEER1] with every device that it may have fits a hello", async () => {
    const all = [mallory.grant, ...(await grants(mallory, limits.SESSIONS_PER_ACCOUNT_MAX - 1))];
    const { left, right } = createMemoryConnectionPair();
    const account = { inception: mallory.inception.bytes, control: all.map(({ bytes }) => bytes) };
    const options = { network: network.id, clock: systemClock, random: systemRandom };
    const [here, there] = await Promise.all([
      shakeHands({ ...options, connection: left, identity: { signer: mallory.signer, account } }),
      shakeHands({ ...options, connection: right, identity: { signer: bob.signer } }),
    ]);
    expect([here.ok, there.ok]).toEqual([true, true]);
  });

  it("[PEER7] that signs nothing is not kept, however many a peer brings", async () => {
    const { replica, visitors } = await visit([{ signer: mallory.signer, person: mallory }]);
    const strangers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => createPerson(`stranger ${index}`, { network, expiry })),
    );
    const accounts = strangers.map((stranger) => recordOf(stranger));
    const bundle = encodeBundle({ version: 1, network: network.tag, accounts, entries: [] });
    only(visitors).say({ type: "bundle", bundle });
    only(visitors).say({ type: "bundle", bundle: bundleOf(network, mallory, [await pay(mallory, bob)]) });
    await until("the payment", () => replica.undecided.size === 1);

    expect(replica.directory.accounts()).toEqual([mallory.account]);
    await replica.close();
  });

  it("[PEER5] of somebody else gets nobody in, and leaves no trace", async () => {
    const { replica, visitors } = await visit([{ signer: mallory.signer, person: alice }]);
    await until("the end of the connection", only(visitors).closed);
    expect([replica.peers, replica.directory.accounts()]).toEqual([[], []]);
    await replica.close();
  });
});

describe("settling", () => {
  it("[PEER7] never stops, however many accounts wait and however many gaps their control logs have", async () => {
    const hub = await openHub(network, fresh("hub"), []);
    const gap = (await grants(mallory, 2)).slice(1);
    await hub.introduce({ inceptions: [mallory.inception], control: [mallory.grant, ...gap] });
    const inceptions = await Promise.all(
      Array.from({ length: 2500 }, (_, index) => {
        const founder = { ...founderOf("crowd"), nonce: index.toString(16).padStart(32, "0") };
        return signInception({ version: 1, network: network.id, ...founder }, namedSigner("crowd/master"));
      }),
    );
    await hub.introduce({ inceptions, control: [] });
    await hub.ingest(bundleOf(network, alice, [await pay(alice, bob)]));
    for (let beats = 0; beats < 4; beats++) await settle(hub);

    expect(hub.unregistered()).toEqual({ inceptions: [], control: [] });
    expect(hub.undecided.size).toBe(0);
    await hub.close();
  }, 60_000);

  it("[PEER7] does not wait behind entries that can never be decided", async () => {
    const hub = await openHub(network, fresh("hub"), []);
    const stuck = await stuckSessions(18);
    for (const bundle of stuck) orThrow(await hub.ingest(bundle));
    expect(hub.undecided.size).toBeGreaterThan(4096);
    await hub.ingest(bundleOf(network, alice, [await pay(alice, bob)]));
    await settle(hub);
    await settle(hub);

    expect(hub.undecided.ofSession(alice.session)).toEqual([]);
    await hub.close();
  }, 60_000);
});

/** Mallory's sessions, each with a full log that lacks its first entry. */
async function stuckSessions(amount: number): Promise<readonly Uint8Array[]> {
  const devices = await grants(mallory, amount);
  return Promise.all(
    devices.map(async (grant, index) => {
      const device = {
        ...mallory,
        grant,
        session: (openedSession(grant) as OpenedSession).id,
        signer: namedSigner(`mallory/${index + 1}`),
      };
      let last = await pay(device, bob);
      const entries: VerifiedEntry[] = [];
      while (entries.length < limits.UNSETTLED_PER_SESSION_MAX) entries.push((last = await pay(device, bob, last)));
      return bundleOf(network, mallory, entries, devices);
    }),
  );
}

describe("a log at its bound", () => {
  it("[PEER3] with a full account record travels in one message and is taken", async () => {
    const { replica, visitors } = await visit([{ signer: bob.signer, person: bob }]);
    const more = await grants(alice, limits.SESSIONS_PER_ACCOUNT_MAX - 1);
    const memo = "€".repeat(46);
    let last: VerifiedEntry | undefined;
    const entries: VerifiedEntry[] = [];
    const time = systemClock.now();
    const dependencies = Array.from({ length: limits.DEPENDENCIES_MAX }, (_, index) =>
      index.toString(16).padStart(64, "0"),
    ) as readonly string[] as readonly EntryId[];
    while (entries.length < limits.UNSETTLED_PER_SESSION_MAX) {
      last = await signPayment(alice, {
        network,
        to: bob.account,
        money: ami(1),
        time,
        memo,
        dependencies,
        ...(last === undefined ? {} : { after: last }),
      });
      entries.push(last);
    }
    orThrow(await replica.ingest(bundleOf(network, alice, entries, more)));
    only(visitors).say({ type: "log-heads", heads: [] });
    const bundle = await until("the push", () => only(visitors).replies.find((reply) => reply.type === "bundle"));
    const wallet = await visit([], { as: bob });
    const report = await wallet.replica.ingest(bundle.bundle);

    expect(orThrow(report).fresh.length).toBe(limits.UNSETTLED_PER_SESSION_MAX);
    await Promise.all([replica.close(), wallet.replica.close()]);
  }, 30_000);
});

describe("checkpoints", () => {
  const height = 1_000_000 as Height;

  it("[PEER6] a peer that claims more than it gives is asked once for each claim, not for ever", async () => {
    const { replica, visitors } = await visit([{ signer: mallory.signer, person: mallory }], { as: alice });
    const { say, replies } = only(visitors);
    say({ type: "checkpoint-announcement", height });
    await until("the request", () => count(replies, "checkpoints-request") === 1);
    say({ type: "checkpoints-end" });
    say({ type: "flush-request", nonce: 1 });
    await until("everything said is heard", () => count(replies, "flush-reply") === 1);
    expect(count(replies, "checkpoints-request")).toBe(1);
    say({ type: "checkpoint-announcement", height });
    await until("the next request", () => count(replies, "checkpoints-request") === 2);
    await replica.close();
  });

  it("[PEER6] a peer that stalls with half a record makes room for the next", async () => {
    const clock = new StillClock();
    const [hubSigner, first] = [namedSigner("authority"), mallory];
    const { replica, visitors } = await visit([{ signer: first.signer, person: first }, { signer: hubSigner }], {
      as: alice,
      clock,
    });
    const hub = await openHub(network, fresh("hub"), []);
    await settle(hub);
    const record = (await hub.archive.recordBytes(1 as Height)) ?? new Uint8Array();
    const [stalling, honest] = visitors as [Visitor, Visitor];
    stalling.say({ type: "checkpoint-announcement", height });
    await until("the first request", () => count(stalling.replies, "checkpoints-request") === 1);
    stalling.say({ type: "checkpoint-part", height: 1 as Height, index: 0, count: 2, part: record.subarray(0, 9) });
    honest.say({ type: "checkpoint-announcement", height: 1 as Height });
    honest.say({ type: "flush-request", nonce: 1 });
    await until("both were heard", () => count(honest.replies, "flush-reply") === 1);
    expect(count(honest.replies, "checkpoints-request")).toBe(0);
    clock.ring();
    await until("the other is asked", () => count(honest.replies, "checkpoints-request") === 1);
    honest.say({ type: "checkpoint-part", height: 1 as Height, index: 0, count: 1, part: record });
    honest.say({ type: "checkpoints-end" });
    await until("the checkpoint", () => replica.settled.height === 1);
    await Promise.all([replica.close(), hub.close()]);
  });

  it("[PEER6] parts that nobody asked for are refused and not held, and one of a stranger's hand is not followed", async () => {
    const { replica, events, visitors } = await visit([{ signer: mallory.signer, person: mallory }], { as: alice });
    const { say, replies } = only(visitors);
    const hub = await openHub(network, fresh("hub"), []);
    await hub.settle(systemClock.now(), mallory.signer);
    const part = (await hub.archive.recordBytes(1 as Height)) ?? new Uint8Array();
    const message = { type: "checkpoint-part", height: 1 as Height, index: 0, count: 1, part } as const;
    say(message);
    await until("the refusal", () => count(replies, "refusal") === 1);
    say({ type: "checkpoint-announcement", height: 1 as Height });
    await until("the request", () => count(replies, "checkpoints-request") === 1);
    say(message);
    say({ type: "checkpoints-end" });
    say({ type: "checkpoint-announcement", height });
    say({ type: "flush-request", nonce: 1 });
    await until("everything said is heard", () => count(replies, "flush-reply") === 1);

    const codes = events.flatMap((event) => (event.type === "refused" ? [event.code] : []));
    expect(codes).toEqual(["checkpoint-part-out-of-order", "record-not-authentic"]);
    expect(events.some(({ type }) => type === "ledger-mismatch")).toBe(false);
    expect([replica.settled.height, count(replies, "checkpoints-request")]).toEqual([0, 1]);
    await Promise.all([replica.close(), hub.close()]);
  });

  it("[PEER8] [PEER6] parts of a state that nobody asked for, out of order or begun anew are refused and not held", async () => {
    const { replica, visitors } = await visit([{ signer: mallory.signer, person: mallory }], { as: alice });
    const { say, replies } = only(visitors);
    const part = (index: number, parts = 9) =>
      ({ type: "state-part", height, index, count: parts, part: Uint8Array.of(index) }) as const;
    const refusals: readonly (readonly PeerMessage[])[] = [[part(0), part(2)], [part(0), part(0)], [part(0, 0)]];
    say(part(0));
    for (const [round, said] of refusals.entries()) {
      await until("the refusal", () => count(replies, "refusal") === round + 1);
      say({ type: "checkpoints-end" });
      say({ type: "checkpoint-announcement", height });
      await until("the request", () => count(replies, "checkpoints-request") === round + 1);
      for (const message of said) say(message);
    }
    await until("the last refusal", () => count(replies, "refusal") === refusals.length + 1);
    const refused = replies.flatMap((reply) => (reply.type === "refusal" ? [reply.code] : []));
    expect(refused).toEqual(Array(4).fill("state-part-out-of-order"));
    await replica.close();
  });

  it("[PEER8] one who sends a state that was not signed is not asked again, and the wallet stays fresh", async () => {
    const { replica, events, visitors } = await visit([{ signer: mallory.signer, person: mallory }], { as: alice });
    const { say, replies } = only(visitors);
    say({ type: "checkpoint-announcement", height });
    await until("the request", () => count(replies, "checkpoints-request") === 1);
    say({ type: "state-part", height, index: 0, count: 1, part: Uint8Array.of(1) });
    say({ type: "checkpoints-end" });
    say({ type: "checkpoint-announcement", height });
    say({ type: "flush-request", nonce: 1 });
    await until("everything said is heard", () => count(replies, "flush-reply") === 1);
    expect(events.flatMap((event) => (event.type === "ledger-mismatch" ? [event.error.type] : []))).toEqual([
      "schema-mismatch",
    ]);
    expect([replica.start, count(replies, "checkpoints-request")]).toEqual([0, 1]);
    await replica.close();
  });

  it("[PEER6] are sent in portions that a slow reader has room for, however many there are and however large", async () => {
    const sizes = [1_500_000, 1_500_000, 3_000_000, 10];
    const host = {
      settled: { height: sizes.length },
      archive: { recordBytes: async (at: Height) => new Uint8Array(sizes[at - 1] ?? 0) },
    } as unknown as Replica;
    const giver = new CheckpointGiver({ host, clock: new StillClock() });
    let sent: PeerMessage[] = [];
    const peer = { isHub: false, send: (message: PeerMessage) => sent.push(message), refuse: () => undefined };
    const portions: string[] = [];
    for (let since = 0; since < sizes.length;) {
      sent = [];
      await giver.onRequest(peer, { since: since as Height });
      const heights = sent.flatMap((message) => (message.type === "checkpoint-part" ? [message.height] : []));
      expect(sent.at(-1)?.type).toBe("checkpoints-end");
      portions.push([...new Set(heights)].join(" "));
      since = Math.max(...heights);
    }
    expect(portions).toEqual(["1", "2", "3", "4"]);
  });

  it("[PEER6] a peer that asks the same again and again gets no more of it", async () => {
    const { replica, visitors } = await visit([{ signer: mallory.signer, person: mallory }]);
    await settle(replica);
    const { say, replies } = only(visitors);
    for (let round = 1; round <= 12; round++) {
      say({ type: "checkpoints-request", since: 0 as Height });
      say({ type: "flush-request", nonce: round });
      await until("an answer", () => count(replies, "flush-reply") === round);
    }
    const refused = replies.flatMap((reply) => (reply.type === "refusal" ? [reply.code] : []));
    expect([count(replies, "checkpoint-part"), refused]).toEqual([9, Array(3).fill("asked-before")]);
    await replica.close();
  });

  it("[PEER6] a peer that asks from ever other heights gets no more of it", async () => {
    const { replica, visitors } = await visit([{ signer: mallory.signer, person: mallory }]);
    for (let settled = 0; settled < 3; settled++) await settle(replica);
    const { say, replies } = only(visitors);
    for (let round = 1; round <= 30; round++) {
      say({ type: "checkpoints-request", since: (round % 3) as Height });
      say({ type: "checkpoints-request", since: height });
      say({ type: "flush-request", nonce: round });
      await until("an answer", () => count(replies, "flush-reply") === round);
    }
    // All three once, and eight times more from one of the heights below.
    expect(count(replies, "checkpoint-part")).toBeLessThanOrEqual(9 * 3);
    expect(count(replies, "refusal")).toBe(30 - 9);
    await replica.close();
  });

  it("[PEER6] two of one height: neither the second nor what follows it is followed, and the contradiction stays known", async () => {
    const { network: world, people } = await createWorld(["alice"]);
    const [first, second] = [await openHub(world, fresh("hub"), []), await openHub(world, fresh("hub"), [])];
    await settle(first);
    await second.introduce({ inceptions: [people.alice.grant.inception], control: [] });
    await settle(second);
    await settle(second);
    const name = fresh("alice");
    const recordAt = async (hub: Replica, at: number): Promise<Uint8Array> =>
      (await hub.archive.recordBytes(at as Height)) ?? new Uint8Array();
    const replica = await openWith(world, name);
    orThrow(await replica.applyCheckpoint(await recordAt(first, 1)));

    const outcomes = [
      await replica.applyCheckpoint(await recordAt(first, 1)),
      await replica.applyCheckpoint(await recordAt(second, 1)),
      await replica.applyCheckpoint(await recordAt(second, 2)),
    ].map((outcome) => (outcome.ok ? outcome.value : outcome.error.type));

    expect(outcomes).toEqual(["known", "checkpoint-contradicted", "checkpoint-contradicted"]);
    await replica.close();
    const again = await openDevice(people.alice, world, await openStore(name), []);
    expect(again.view.ledger).toMatchObject({ height: 1, contradictedAt: 1, checkpoint: first.settled.checkpoint });
    await Promise.all([again.close(), first.close(), second.close()]);
  });
});

/** Terms that are long to write down. */
const LONG: Partial<Grant> = {
  recipients: Array.from({ length: 16 }, (_, index) => index.toString(16).padStart(64, "0") as AccountId),
};

/** An entry of every session of so many accounts, each in a bundle: all pay bob, and none can be decided. */
async function crowd(name: string, accounts: number): Promise<readonly Uint8Array[]> {
  const people = Array.from({ length: accounts }, (_, index) => createPerson(`${name} ${index}`, { network, expiry }));
  const bundles = (await Promise.all(people)).map(async (person) => {
    const devices = await grants(person, limits.SESSIONS_PER_ACCOUNT_MAX - 1, LONG);
    return Promise.all(
      devices.map(async (grant, index) => {
        const session = (openedSession(grant) as OpenedSession).id;
        const device = { ...person, grant, session, signer: namedSigner(`${person.name}/${index + 1}`) };
        return bundleOf(network, person, [await pay(device, bob, await pay(device, bob))], devices);
      }),
    );
  });
  return (await Promise.all(bundles)).flat();
}

async function openWith(world: Network, name: string): Promise<Replica> {
  return Replica.open({
    network: world,
    store: await openStore(name),
    links: [],
    clock: systemClock,
    random: systemRandom,
    signer: namedSigner("alice/phone"),
    isProvisional: true,
  });
}

describe("a connection", () => {
  it("[PEER7] a key that connects again and again keeps its newest connections", async () => {
    const visitors = Array.from({ length: 6 }, () => ({ signer: mallory.signer, person: mallory }));
    const visitOf = await visit(visitors);
    await until("two have given way", () => visitOf.visitors.filter(({ closed }) => closed()).length === 2);
    expect(visitOf.replica.peers.length).toBe(4);
    await visitOf.replica.close();
  });

  it("[PEER6] [PEER7] that ends before it is let in leaves nothing behind, and nothing is asked of it", async () => {
    const clock = new StillClock();
    const wires = createMemoryConnectionPair();
    const gone = shakeHands({
      connection: wires.right,
      network: network.id,
      identity: { signer: mallory.signer, account: recordOf(mallory) },
      clock: systemClock,
      random: systemRandom,
    }).then((shaken) => {
      const channel = orThrow(shaken);
      channel.send(encodePeerMessage({ type: "document", message: Uint8Array.of(1) }));
      channel.send(encodePeerMessage({ type: "checkpoint-announcement", height: 1000 as Height }));
      channel.close("closed-here");
    });
    const { replica, events } = await visit([], { clock, links: [linkOf(wires.left)] });
    await gone;
    await until("it was met", () => replica.directory.inception(mallory.account));
    await replica.refreshed();
    clock.ring();
    expect(events.filter(({ type }) => type === "refused")).toEqual([]);
    await replica.close();
  });

  it("[PEER5] brings everything to whom much is pushed, a portion after the other, and stays up", async () => {
    // Each session travels with what vouches for it: more than may wait for a reader.
    const bundles = await crowd("mallory", 3);
    const [toWallet, toHub] = [lateLink(), lateLink()];
    const hub = await visit([], { links: [toWallet.link] });
    const wallet = await visit([], { as: bob, links: [toHub.link] });
    await wallet.replica.introduce({ inceptions: [bob.inception], control: [bob.grant] });
    for (const bundle of bundles) orThrow(await hub.replica.ingest(bundle));
    const { left, right } = createMemoryConnectionPair();
    toWallet.connect(left);
    toHub.connect(right);
    await until("all is there", () => wallet.replica.undecided.size === bundles.length);
    expect(hub.replica.peers.length).toBe(1);
    // The documents of a session may be spoken of before its bundle is there.
    const codes = [...hub.events, ...wallet.events].flatMap((event) => (event.type === "refused" ? event.code : []));
    expect(codes.filter((code) => code !== "document-unknown")).toEqual([]);
    await Promise.all([hub, wallet].map(({ replica }) => replica.close()));
  }, 60_000);

  it("[PEER5] [CON1] lets more messages wait for the disk than one that comes back after long has to say", async () => {
    const { replica, visitors } = await visit([{ signer: bob.signer, person: bob }]);
    const { say, replies } = only(visitors);
    await until("it is let in", () => replica.peers.length === 1);
    const payment = bundleOf(network, alice, [await pay(alice, bob)]);
    say({ type: "bundle", bundle: payment });
    for (let nonce = 0; nonce < 2048; nonce++) say({ type: "flush-request", nonce });
    await until("an answer to each", () => count(replies, "flush-reply") === 2048);
    await replica.close();
  });

  it("[PEER7] what a peer could not keep is pushed again when it has settled", async () => {
    const { replica, visitors } = await visit([{ signer: bob.signer, person: bob }]);
    const { say, replies } = only(visitors);
    say({ type: "log-heads", heads: [] });
    orThrow(await replica.ingest(bundleOf(network, alice, [await pay(alice, bob)])));
    await until("the push", () => count(replies, "bundle") === 1);
    say({ type: "refusal", code: "not-stored", detail: "store-full" });
    say({ type: "checkpoint-announcement", height: 0 as Height });
    await until("the second push", () => count(replies, "bundle") === 2);
    await replica.close();
  });
});

it("[PEER13] a receipt goes to who turns out to have its payment, and those of the payments before it", async () => {
  const first = await pay(alice, bob);
  const second = await pay(alice, bob, first);
  const { replica, visitors } = await visit([{ signer: alice.signer, person: alice }], { as: bob });
  const { say, replies } = only(visitors);
  await replica.ingest(bundleOf(network, alice, [first]));
  await until("there is a receipt", () => replica.receiptFor(first.id) !== undefined);
  say({
    type: "log-heads",
    heads: [{ session: alice.session, sequence: second.entry.sequence, link: second.link }],
  });
  // What she claims to have comes by another way.
  await replica.ingest(bundleOf(network, alice, [second]));
  await until("she has both receipts", () => count(replies, "receipt") === 2);
  await replica.close();
});
