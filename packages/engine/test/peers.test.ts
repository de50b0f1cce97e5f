/** What peers say to each other once they are proven: its form, who may have what, and what becomes of nonsense. */
import { createMemoryConnectionPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import {
  decodeBundle,
  encodeBundle,
  encodeCbor,
  equalBytes,
  limits,
  orThrow,
  sequence,
  type AccountId,
  type Height,
  type SessionId,
  type Signer,
  type VerifiedEntry,
} from "@amigos/core";
import {
  ami,
  bundleOf,
  createPerson,
  createTestNetwork,
  namedSigner,
  type Person,
  recordOf,
  signPayment,
} from "@amigos/core/testing";
import type { Connection, Link, Replica } from "@amigos/engine";
import { describe, expect, it } from "vitest";
import { shakeHands, type Channel } from "../src/peer/handshake.ts";
import { decodePeerMessage, encodePeerMessage, type LogHead, type PeerMessage } from "../src/peer/messages.ts";
import { MESSAGE_BYTES_MAX } from "../src/ports/link.ts";
import { Access, type Party } from "../src/replica/access.ts";
import { fresh, openHub, openHubOn, openStore, until } from "./devices.ts";
import { refusing } from "@amigos/engine/testing";
import { signLog } from "./replication/support/entries.ts";

const network = createTestNetwork(["alice", "bob"]);
const alice = await createPerson("alice", { network });
const bob = await createPerson("bob", { network });
const carol = await createPerson("carol", { network });
const payment = await signPayment(alice, { network, to: bob.account, money: ami(5) });

const height = 7 as Height;
const part = Uint8Array.of(1, 2, 3);
const messages: readonly PeerMessage[] = [
  { type: "bundle", bundle: part },
  { type: "document", message: part },
  { type: "checkpoints-request", since: height },
  { type: "checkpoints-request", since: height, start: height },
  { type: "state-request", height, index: 1 },
  { type: "state-part", height, index: 0, count: 1, part },
  { type: "checkpoint-part", height, index: 0, count: 1, part },
  { type: "checkpoint-announcement", height },
  { type: "flush-request", nonce: 1 },
  { type: "flush-reply", nonce: 1, height },
  { type: "refusal", code: "malformed", detail: "not a message of this protocol" },
  { type: "checkpoints-end" },
  { type: "log-heads", heads: [{ session: alice.session, sequence: payment.entry.sequence, link: payment.link }] },
  { type: "device-answer", answer: part },
];

describe("messages", () => {
  it.each(messages)("[PEER3] $type comes back from its bytes", (message) => {
    expect(decodePeerMessage(encodePeerMessage(message))).toEqual({ ok: true, value: message });
  });

  it("[PEER3] what is no message is a typed error", () => {
    const outcome = (bytes: Uint8Array): string => {
      const decoded = decodePeerMessage(bytes);
      return decoded.ok ? decoded.value.type : decoded.error.type;
    };
    expect(outcome(Uint8Array.of(255))).toBe("malformed");
    expect(outcome(encodeCbor(new Map([[0, 99]])))).toBe("unknown-message");
    expect(outcome(encodeCbor(new Map([[1, 99]])))).toBe("schema-mismatch");
    expect(outcome(encodeCbor(99))).toBe("schema-mismatch");
    expect(outcome(encodeCbor(new Map([[0, 3]])))).toBe("schema-mismatch");
    expect(outcome(new Uint8Array(MESSAGE_BYTES_MAX + 1))).toBe("too-large");
    expect(limits.BUNDLE_BYTES_MAX).toBeLessThan(MESSAGE_BYTES_MAX);
  });
});

describe("access", () => {
  const sessions = new Map<SessionId, AccountId>([[alice.session, alice.account]]);
  const access = new Access({ ownerOf: (session) => sessions.get(session) });
  const wallet = (person: Person): Party => ({ role: "wallet", account: person.account });
  const mayHave = (party: Party): readonly boolean[] => [
    access.mayHaveLog(party, alice.session),
    access.mayHaveAccount(party, alice.account),
    access.mayHaveDocument(party, { kind: "log", session: alice.session, epoch: 0 }),
    access.mayHaveDocument(party, { kind: "set", account: alice.account, epoch: 0 }),
  ];

  it("[PEER4] the hub may have everything, an account its own, and who is paid by a log may have that log", () => {
    const [all, none] = [
      [true, true, true, true],
      [false, false, false, false],
    ];
    expect([{ role: "hub" } as const, wallet(alice), wallet(bob), wallet(carol)].map(mayHave)).toEqual([
      all,
      all,
      none,
      none,
    ]);
    expect([access.note(payment), access.note(payment)]).toEqual([true, false]);
    expect([wallet(bob), wallet(carol)].map(mayHave)).toEqual([all, none]);
  });
});

/** A link with one connection, whose other end is in the test's hands. */
function linkTo(connection: Connection): Link {
  return { name: "a wire", start: async (onConnection) => onConnection(connection), stop: async () => undefined };
}

interface Visit extends Caller {
  readonly hub: Replica;
  readonly events: readonly string[];
}

interface Caller {
  readonly replies: readonly PeerMessage[];
  readonly channel: Channel;
  readonly closed: () => boolean;
}

/** A link to which tests connect as whoever they like. */
function createWires(): { readonly link: Link; readonly dial: (signer: Signer, person?: Person) => Promise<Caller> } {
  let onConnection: (connection: Connection) => void = () => undefined;
  return {
    link: { name: "wires", start: async (accept) => void (onConnection = accept), stop: async () => undefined },
    dial: async (signer, person) => {
      const { left, right } = createMemoryConnectionPair();
      const shaking = shake(right, signer, person);
      onConnection(left);
      return listen(orThrow(await shaking));
    },
  };
}

function shake(connection: Connection, signer: Signer, person?: Person): ReturnType<typeof shakeHands> {
  const account = person === undefined ? {} : { account: recordOf(person) };
  const identity = { signer, ...account };
  return shakeHands({ connection, network: network.id, identity, clock: systemClock, random: systemRandom });
}

/** Opens a hub and connects to it as whoever holds this key. */
async function visit(signer: Signer, person?: Person, ...links: readonly Link[]): Promise<Visit> {
  const { left, right } = createMemoryConnectionPair();
  const shaking = shake(right, signer, person);
  const hub = await openHub(network, fresh("hub"), [linkTo(left), ...links]);
  const events: string[] = [];
  hub.subscribe((event) => {
    if (event.type === "refused") events.push(event.code);
  });
  return { hub, events, ...listen(orThrow(await shaking)) };
}

function listen(channel: Channel): Caller {
  const replies: PeerMessage[] = [];
  let isClosed = false;
  channel.start({
    onMessage: (message) => {
      const decoded = orThrow(decodePeerMessage(message));
      // The document layer talks in between as it likes.
      if (decoded.type !== "document") replies.push(decoded);
    },
    onClose: () => {
      isClosed = true;
    },
  });
  return { replies, channel, closed: () => isClosed };
}

function refusals(replies: readonly PeerMessage[]): readonly string[] {
  return replies.flatMap((reply) => (reply.type === "refusal" ? [reply.code] : []));
}

/** "2 bare, 1 vouched": what was pushed so far. */
function pushes(replies: readonly PeerMessage[]): string {
  const bundles = replies.flatMap((reply) =>
    reply.type === "bundle" ? [decodeBundle(reply.bundle, network.tag)] : [],
  );
  return bundles
    .map(orThrow)
    .map(({ entries, accounts }) => `${entries.length} ${accounts.length > 0 ? "vouched" : "bare"}`)
    .join(", ");
}

/** Resolves when what was said was taken in, and what was said before that has come. */
async function flush(channel: Channel, replies: readonly PeerMessage[]): Promise<void> {
  const nonce = replies.length + 1;
  channel.send(encodePeerMessage({ type: "flush-request", nonce }));
  await until("a reply", () => replies.some((reply) => reply.type === "flush-reply" && reply.nonce === nonce));
}

describe("peers", () => {
  it("[PEER5] nonsense is refused with its reason, nothing is kept, and the link stays up for what makes sense", async () => {
    const { hub, replies, channel, closed } = await visit(alice.signer, alice);
    const foreign = createTestNetwork([], undefined, "elsewhere");
    const tampered = payment.bytes.map((byte, index) => (index === payment.bytes.length - 1 ? byte ^ 1 : byte));
    const nonsense: readonly Uint8Array[] = [
      Uint8Array.of(255),
      encodePeerMessage({ type: "bundle", bundle: Uint8Array.of(1) }),
      encodePeerMessage({ type: "bundle", bundle: bundleOf(foreign, alice, []) }),
      encodePeerMessage({ type: "bundle", bundle: bundleOf(network, alice, [payment.bytes, tampered]) }),
      encodePeerMessage({
        type: "bundle",
        bundle: bundleOf(network, alice, [await signPayment(carol, { network, to: bob.account, money: ami(1) })]),
      }),
      encodePeerMessage({ type: "checkpoint-part", height, index: 3, count: 4, part }),
    ];
    for (const message of nonsense) channel.send(message);
    await until("six refusals", () => refusals(replies).length === 6);
    expect(refusals(replies)).toEqual([
      "malformed",
      "schema-mismatch",
      "wrong-network",
      "signature-invalid",
      "session-unknown",
      "checkpoint-part-out-of-order",
    ]);
    expect([hub.undecided.size, closed()]).toEqual([0, false]);
    channel.send(encodePeerMessage({ type: "bundle", bundle: bundleOf(network, alice, [payment]) }));
    await until("the payment", () => hub.undecided.size === 1);
    expect(equalBytes(hub.undecided.all()[0]?.bytes ?? part, payment.bytes)).toBe(true);
    await hub.close();
  });

  it("[PEER5] of everything that is wrong with a bundle the first is named, though signatures are verified together", async () => {
    const { hub, replies, channel } = await visit(alice.signer, alice);
    const tampered = payment.bytes.map((byte, index) => (index === payment.bytes.length - 1 ? byte ^ 1 : byte));
    const stranger = (await signPayment(carol, { network, to: bob.account, money: ami(1) })).bytes;
    for (const entries of [
      [payment.bytes, tampered, stranger],
      [payment.bytes, stranger, tampered],
    ]) {
      channel.send(encodePeerMessage({ type: "bundle", bundle: bundleOf(network, alice, entries) }));
    }
    await until("two refusals", () => refusals(replies).length === 2);
    expect(refusals(replies)).toEqual(["signature-invalid", "session-unknown"]);
    expect(hub.undecided.size).toBe(0);
    await hub.close();
  });

  it("[PEER5] a peer whose key belongs to no session, nor to the authority, is not let in", async () => {
    for (const person of [undefined, bob]) {
      const { hub, events, closed } = await visit(namedSigner("mallory/phone"), person);
      await until("the end of the connection", closed);
      expect([events, hub.peers]).toEqual([["peer-unknown"], []]);
      await hub.close();
    }
  });

  it("[PEER5] a peer that nothing here vouches for yet is told when the disk is full, and let in when it is not", async () => {
    const wires = createWires();
    let isFull = false;
    const store = refusing(await openStore(fresh("hub")), () => isFull);
    const hub = await openHubOn(network, store, [wires.link]);
    isFull = true;
    const refused = await wires.dial(alice.signer, alice);
    await until("the end of the connection", refused.closed);
    expect([refusals(refused.replies), hub.peers]).toEqual([["not-stored"], []]);
    isFull = false;
    await wires.dial(alice.signer, alice);
    await until("alice is in touch", () => hub.peers.length === 1);
    await hub.close();
  });

  it("[PEER12] a peer is pushed what it lacks of what it says it has, and what vouches for it only when it does not know the log", async () => {
    const log = await signLog(network, alice, bob, 4);
    const headOf = (entry: VerifiedEntry): LogHead => ({
      session: alice.session,
      sequence: entry.entry.sequence,
      link: entry.link,
    });
    const [first, second, , last] = log as [VerifiedEntry, VerifiedEntry, VerifiedEntry, VerifiedEntry];
    const foreign = { ...headOf(second), link: last.link.replaceAll(/./g, "0") as typeof last.link };
    const cases: readonly (readonly [string, PeerMessage, string])[] = [
      ["half of it", { type: "log-heads", heads: [headOf(second)] }, "2 bare"],
      ["all of it", { type: "log-heads", heads: [headOf(last)] }, ""],
      ["more than is here", { type: "log-heads", heads: [{ ...foreign, sequence: sequence(9) }] }, ""],
      ["another log", { type: "log-heads", heads: [foreign] }, "4 bare"],
      ["nothing", { type: "log-heads", heads: [] }, "4 vouched"],
      ["something else", { type: "flush-request", nonce: 0 }, "4 vouched"],
    ];
    for (const [what, says, pushed] of cases) {
      const { hub, replies, channel } = await visit(alice.signer, alice);
      orThrow(await hub.ingest(bundleOf(network, alice, log)));
      channel.send(encodePeerMessage(says));
      await flush(channel, replies);
      expect(pushes(replies), what).toBe(pushed);
      expect(replies[0], "the hub has said what it had before it was told").toEqual({ type: "log-heads", heads: [] });
      await hub.close();
    }
    expect(first.entry.sequence).toBe(0);
  });

  it("[PEER12] says of a log how far it goes before its first gap and its first fork", async () => {
    const log = await signLog(network, alice, bob, 4);
    const other = await signLog(network, alice, bob, 1, log[0], "another");
    const [first, second, third, fourth] = log as [VerifiedEntry, VerifiedEntry, VerifiedEntry, VerifiedEntry];
    for (const [entries, head] of [
      [[first, second, fourth], second],
      [[first, second, ...other, third], first],
      [[second, third], undefined],
    ] as const) {
      const wires = createWires();
      const hub = await openHub(network, fresh("hub"), [wires.link]);
      orThrow(await hub.ingest(bundleOf(network, alice, entries)));
      const { replies } = await wires.dial(alice.signer, alice);
      const said = await until("what the hub has", () => replies.find(({ type }) => type === "log-heads"));
      const { session } = alice;
      const heads = head === undefined ? [] : [{ session, sequence: head.entry.sequence, link: head.link }];
      expect(said).toEqual({ type: "log-heads", heads });
      await hub.close();
    }
  });

  it("[PEER12] who turns out not to know the log is pushed all again with what vouches for it, once", async () => {
    const log = await signLog(network, alice, bob, 2);
    const { hub, replies, channel } = await visit(alice.signer, alice);
    orThrow(await hub.ingest(bundleOf(network, alice, log)));
    const [first] = log as [VerifiedEntry];
    const head = { session: alice.session, sequence: first.entry.sequence, link: first.link };
    channel.send(encodePeerMessage({ type: "log-heads", heads: [head] }));
    for (let times = 0; times < 3; times++)
      channel.send(encodePeerMessage({ type: "refusal", code: "session-unknown", detail: "session-unknown" }));
    await flush(channel, replies);
    expect(pushes(replies)).toBe("1 bare, 2 vouched");
    const more = await signLog(network, alice, bob, 1, log[1]);
    orThrow(await hub.ingest(bundleOf(network, alice, more)));
    await flush(channel, replies);
    expect(pushes(replies), "in doubt, all comes with it").toBe("1 bare, 2 vouched, 1 vouched");
    await hub.close();
  });

  it("[PEER12][CON2] a push that nothing vouches for is refused, and nobody is blamed for it", async () => {
    const { hub, replies, channel } = await visit(bob.signer, bob);
    const bare = encodeBundle({ version: 1, network: network.tag, accounts: [], entries: [payment.bytes] });
    channel.send(encodePeerMessage({ type: "bundle", bundle: bare }));
    await until("the refusal", () => refusals(replies).length === 1);
    expect([refusals(replies), hub.counts.keysHeldAgainst]).toEqual([["session-unknown"], 0]);
    await hub.close();
  });

  it("[PEER3] [CON2] a device of a later version is told what is not known here, and nothing is held against it", async () => {
    const { hub, replies, channel, closed } = await visit(alice.signer, alice);
    for (let count = 0; count < 70; count++)
      channel.send(
        encodeCbor(
          new Map<number, number>([
            [0, 99],
            [1, count],
          ]),
        ),
      );
    await flush(channel, replies);
    expect(new Set(refusals(replies))).toEqual(new Set(["unknown-message"]));
    expect([refusals(replies).length, closed(), hub.counts.keysHeldAgainst]).toEqual([70, false, 0]);
    await hub.close();
  });

  it("[CON3] who goes on sending what no honest device sends is told, shown out and turned away, and no other key is", async () => {
    const wires = createWires();
    const { hub, events, channel, replies, closed } = await visit(alice.signer, alice, wires.link);
    for (let count = 0; count < 70; count++)
      channel.send(count % 2 === 0 ? Uint8Array.of(255) : encodePeerMessage({ type: "document", message: part }));
    await until("the end of the connection", closed);
    expect(hub.peers).toEqual([]);
    expect(refusals(replies).at(-1)).toBe("kept-out");
    expect(events.filter((code) => code === "kept-out")).toHaveLength(1);
    expect(hub.counts.keysHeldAgainst).toBe(1);

    const again = await wires.dial(alice.signer, alice);
    await until("the end of the second connection", again.closed);
    expect(refusals(again.replies)).toEqual(["kept-out"]);
    const bobs = await wires.dial(bob.signer, bob);
    await until("bob is in touch", () => hub.peers.length === 1);
    expect(bobs.closed()).toBe(false);
    await hub.close();
  });
});
