/** The handshake over connections in memory, with mallory at the other end wherever she can be. */
import { createMemoryConnectionPair, type MemoryConnectionPair } from "@amigos/adapters/link-memory";
import {
  body,
  bytesToHex,
  concatBytes,
  decodeWith,
  DOMAIN,
  encodeCbor,
  equalBytes,
  field,
  hexBytes,
  hexToBytes,
  integer,
  joinSigned,
  orThrow,
  sha256,
  taggedHash,
  type CborValue,
  type NetworkId,
  type Signer,
  type TimeMs,
} from "@amigos/core";
import { createPerson, createTestNetwork, namedSigner } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { CipherState } from "../src/noise/cipher-state.ts";
import { FrameReader, sealMessage } from "../src/noise/message-frames.ts";
import { createEphemeral, initiate, respond, type Ephemeral, type NoiseSession } from "../src/noise/noise-nn.ts";
import { shakeHands, type Channel } from "../src/peer/handshake.ts";
import { decodeOpening, encodeOpening, PROLOGUE } from "../src/peer/opening.ts";
import { MESSAGE_BYTES_MAX, type CloseReason, type Connection } from "../src/ports/link.ts";
import type { Clock, Random } from "../src/ports/runtime.ts";

/** What each side says first ([NOI2]). */
const OPENING_BYTES = 108;

const network = createTestNetwork();
const elsewhere = createTestNetwork([], undefined, "elsewhere");
const alice = namedSigner("alice/phone");
const bob = namedSigner("bob/phone");
const person = await createPerson("alice", { network });
const record = { inception: person.inception.bytes, control: [person.grant.bytes] };

/** A clock that stands still until a test moves it. */
class StillClock implements Clock {
  #timers: { readonly at: number; readonly action: () => void }[] = [];
  #now = 0;
  readonly now = (): TimeMs => this.#now as TimeMs;
  readonly after = (delayMs: number, action: () => void): (() => void) => {
    const timer = { at: this.#now + delayMs, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };
  get waiting(): number {
    return this.#timers.length;
  }
  pass(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { action } of due) action();
  }
}

let nonces = 0;
const random: Random = { bytes: (length) => sha256(Uint8Array.of(++nonces)).slice(0, length) };

interface SideOptions {
  readonly connection: Connection;
  readonly signer: Signer;
  readonly clock?: Clock;
  readonly networkId?: NetworkId;
  readonly account?: typeof record;
}

function shake({
  connection,
  signer,
  clock = new StillClock(),
  networkId = network.id,
  account,
}: SideOptions): ReturnType<typeof shakeHands> {
  const identity = account === undefined ? { signer } : { signer, account };
  return shakeHands({ connection, network: networkId, identity, clock, random });
}

/** `"proven <key>"` or the type of the error. */
function summary(result: Awaited<ReturnType<typeof shakeHands>>): string {
  return result.ok ? `proven ${result.value.peer.key}` : result.error.type;
}

/** The far end of a connection in a test's own hands. */
class Puppet {
  readonly received: Uint8Array[] = [];
  readonly connection: Connection;
  closed: CloseReason | undefined;
  #arrived: () => void = () => undefined;

  constructor(connection: Connection) {
    this.connection = connection;
    connection.start({
      onMessage: (message) => {
        this.received.push(message);
        this.#arrived();
      },
      onClose: (reason) => {
        this.closed = reason;
        this.#arrived();
      },
    });
  }

  /** The message of this number, as soon as it is there. */
  async message(index: number): Promise<Uint8Array> {
    for (;;) {
      const message = this.received[index];
      if (message !== undefined) return message;
      if (this.closed !== undefined) throw new TypeError(`closed as ${this.closed} before message ${index}`);
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
  }
}

/** A hand-made end of a connection: it agrees on keys as mallory likes, and says inside what she likes. */
class Forger {
  readonly puppet: Puppet;
  readonly #end: Connection;
  readonly #ephemeral: Ephemeral;
  #read = 1;
  #session: NoiseSession | undefined;
  #frames: FrameReader | undefined;

  constructor(end: Connection, secret: Uint8Array = random.bytes(32)) {
    this.#end = end;
    this.puppet = new Puppet(end);
    this.#ephemeral = createEphemeral(secret);
  }

  get session(): NoiseSession {
    if (this.#session === undefined) throw new TypeError("nothing is agreed on");
    return this.#session;
  }

  /** As far as keys that only the two ends have. */
  async agree(): Promise<this> {
    const theirs = orThrow(decodeOpening(await this.puppet.message(0)));
    this.#end.send(encodeOpening(this.#ephemeral.publicKey));
    const options = { prologue: PROLOGUE, ephemeral: this.#ephemeral, payload: new Uint8Array() };
    if (bytesToHex(this.#ephemeral.publicKey) < bytesToHex(theirs)) {
      const rest = await this.#next();
      this.#session = orThrow(initiate(options).finish(concatBytes(theirs, rest)));
    } else {
      const responded = orThrow(respond(options, theirs));
      this.#end.send(responded.answer.subarray(32));
      this.#session = responded;
    }
    this.#frames = new FrameReader(this.session.receive);
    return this;
  }

  say(message: Uint8Array): void {
    for (const frame of sealMessage(this.session.send, message)) this.#end.send(frame as Uint8Array);
  }

  raw(frame: Uint8Array): void {
    this.#end.send(frame);
  }

  async hear(): Promise<Uint8Array> {
    for (;;) {
      const read = this.#frames?.read(await this.#next(), MESSAGE_BYTES_MAX);
      if (read === undefined || !read.ok) throw new TypeError("nothing to be heard");
      if (read.value !== undefined) return read.value;
    }
  }

  #next(): Promise<Uint8Array> {
    return this.puppet.message(this.#read++);
  }
}

/** A hello signed for this handshake, of whatever it claims. */
async function helloOf(
  handshakeHash: Uint8Array,
  signer: Signer,
  claims: { readonly key?: string; readonly networkId?: string } = {},
): Promise<Uint8Array> {
  const hello = encodeCbor(
    new Map([
      [0, hexToBytes(claims.networkId ?? network.id)],
      [1, hexToBytes(claims.key ?? signer.publicKey)],
    ]),
  );
  return joinSigned(hello, await signer.sign(taggedHash(DOMAIN.handshake, handshakeHash, hello)));
}

/** Of many, the one that is above any other in these tests: so it is the responder's. */
const HIGHEST: Ephemeral = Array.from({ length: 512 }, (_unused, index) =>
  createEphemeral(sha256(Uint8Array.of(index, index >> 8, 1))),
).reduce((one, other) => (bytesToHex(one.publicKey) > bytesToHex(other.publicKey) ? one : other));

type Shaken = Awaited<ReturnType<typeof shakeHands>>;

/** Both ends of a finished handshake, and all that went over the wire between them, by who said it. */
interface Meeting {
  readonly here: Channel;
  readonly there: Channel;
  readonly wire: { readonly alice: Uint8Array[]; readonly bob: Uint8Array[] };
  /** Everything that is said from now on goes through these, and arrives as what they return. */
  readonly tamper: { toBob: (frame: Uint8Array) => readonly Uint8Array[] };
}

async function meet(): Promise<Meeting> {
  const [toAlice, toBob] = [createMemoryConnectionPair(), createMemoryConnectionPair()];
  const shaken = [
    shake({ connection: toAlice.left, signer: alice, account: record }),
    shake({ connection: toBob.right, signer: bob }),
  ] as const;
  const wire: Meeting["wire"] = { alice: [], bob: [] };
  const tamper: Meeting["tamper"] = { toBob: (frame) => [frame] };
  toAlice.right.start({
    onMessage: (message) => {
      wire.alice.push(message);
      for (const frame of tamper.toBob(message)) toBob.left.send(frame);
    },
    onClose: (reason) => toBob.left.close(reason === "closed-there" ? "closed-here" : reason),
  });
  toBob.left.start({
    onMessage: (message) => {
      wire.bob.push(message);
      toAlice.right.send(message);
    },
    onClose: (reason) => toAlice.right.close(reason === "closed-there" ? "closed-here" : reason),
  });
  const [here, there] = await Promise.all(shaken);
  return { here: orThrow(here), there: orThrow(there), wire, tamper };
}

/** What a channel hears until it closes, and why it closed. */
function listen(channel: Channel): { readonly heard: Uint8Array[]; readonly closed: Promise<CloseReason> } {
  const heard: Uint8Array[] = [];
  const closed = new Promise<CloseReason>((resolve) =>
    channel.start({ onMessage: (message) => heard.push(message), onClose: resolve }),
  );
  return { heard, closed };
}

/** A message of the size, different at every place. */
function messageOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_unused, index) => (index * 7 + (index >> 8)) & 0xff);
}

describe("the handshake", () => {
  it("[PEER1] both sides know each other's key, and what vouches for it, before anything else is said", async () => {
    const { left, right }: MemoryConnectionPair = createMemoryConnectionPair();
    const clock = new StillClock();
    const [there, here] = await Promise.all([
      shake({ connection: left, signer: alice, clock, account: record }),
      shake({ connection: right, signer: bob, clock }),
    ]);
    expect([summary(there), summary(here)]).toEqual([`proven ${bob.publicKey}`, `proven ${alice.publicKey}`]);
    expect(here.ok && here.value.peer.account?.control).toEqual(record.control);
    expect(clock.waiting).toBe(0);
  });

  it("[PEER1] what a peer says right after its hello is kept until the listener is there", async () => {
    const { here, there } = await meet();
    here.send(Uint8Array.of(1));
    here.send(Uint8Array.of(2));
    const heard = await new Promise<number[]>((resolve) => {
      const messages: number[] = [];
      there.start({
        onMessage: ([first = 0]) => {
          messages.push(first);
          if (messages.length === 2) resolve(messages);
        },
        onClose: () => undefined,
      });
    });
    expect(heard).toEqual([1, 2]);
  });

  it("[PEER1] more than may wait for a listener ends the connection", async () => {
    const { here, there } = await meet();
    const { closed } = listen(here);
    for (let count = 0; count <= 1024; count++) here.send(Uint8Array.of(1));
    expect(await closed).toBe("protocol-error");
    const { heard } = listen(there);
    expect(heard.length).toBe(1024);
  });

  it("[PEER1] a device of another network is refused, and both sides name both networks", async () => {
    const { left, right } = createMemoryConnectionPair();
    const [there, here] = await Promise.all([
      shake({ connection: left, signer: alice }),
      shake({ connection: right, signer: bob, networkId: elsewhere.id }),
    ]);
    const refusal = (found: string, expected: string): Shaken => ({
      ok: false,
      error: { type: "wrong-network", found, expected },
    });
    expect([there, here]).toEqual([refusal(elsewhere.id, network.id), refusal(network.id, elsewhere.id)]);
  });

  it("[PEER1] a device that meets itself says so", async () => {
    const { left, right } = createMemoryConnectionPair();
    const results = await Promise.all([
      shake({ connection: left, signer: alice }),
      shake({ connection: right, signer: alice }),
    ]);
    expect(results.map(summary)).toEqual(["connected-to-self", "connected-to-self"]);
  });

  it("[PEER1] a signer may take its time: the two know each other when both have said who they are", async () => {
    const { left, right } = createMemoryConnectionPair();
    const unlocked = Promise.withResolvers<void>();
    const slow: Signer = {
      publicKey: alice.publicKey,
      sign: async (hash) => {
        await unlocked.promise;
        return alice.sign(hash);
      },
    };
    const bobSaid = Promise.withResolvers<void>();
    const heard: Connection = {
      description: left.description,
      send: (message) => left.send(message),
      close: (reason) => left.close(reason),
      start: (handlers) => {
        const onMessage = (message: Uint8Array): void => {
          handlers.onMessage(message);
          // His hello, which comes after his opening.
          if (message.length > OPENING_BYTES) bobSaid.resolve();
        };
        left.start({ ...handlers, onMessage });
      },
    };
    let known = 0;
    const shaken = [shake({ connection: heard, signer: slow }), shake({ connection: right, signer: bob })];
    for (const side of shaken) void side.then(() => known++);
    await bobSaid.promise;
    expect(known).toBe(0);
    unlocked.resolve();
    expect((await Promise.all(shaken)).map(summary)).toEqual([`proven ${bob.publicKey}`, `proven ${alice.publicKey}`]);
  });

  it("[PEER1] half a handshake holds a connection for ten seconds and no longer", async () => {
    const howFar: Readonly<Record<string, (forger: Forger) => Promise<unknown>>> = {
      silent: (forger) => forger.puppet.message(0),
      "keys agreed on": (forger) => forger.agree(),
      "half a hello": async (forger) => {
        await forger.agree();
        const [first] = sealMessage(forger.session.send, messageOf(100_000));
        forger.raw(first as Uint8Array);
      },
    };
    for (const [name, go] of Object.entries(howFar)) {
      const { left, right } = createMemoryConnectionPair();
      const forger = new Forger(right);
      const clock = new StillClock();
      const shaken = shake({ connection: left, signer: alice, clock });
      await go(forger);
      clock.pass(9_999);
      expect(clock.waiting, name).toBe(1);
      clock.pass(1);
      expect(summary(await shaken), name).toBe("handshake-timeout");
      expect(clock.waiting, name).toBe(0);
    }
  });

  it("[PEER1] garbage, a hello beyond its bound and a connection that goes away end with their own errors", async () => {
    const outcome = async (act: (end: MemoryConnectionPair, forger: Forger) => unknown): Promise<string> => {
      const end = createMemoryConnectionPair();
      const forger = new Forger(end.right);
      const shaken = shake({ connection: end.left, signer: alice });
      await forger.puppet.message(0);
      await act(end, forger);
      return summary(await shaken);
    };
    const inside =
      (message: Uint8Array) =>
      async (_end: MemoryConnectionPair, forger: Forger): Promise<void> =>
        (await forger.agree()).say(message);
    expect(await outcome(({ right }) => right.send(Uint8Array.of(255)))).toBe("malformed");
    expect(await outcome(({ right }) => right.send(new Uint8Array(200_000)))).toBe("too-large");
    expect(await outcome(({ right }) => right.send(encodeCbor(new Map([[0, 2]]))))).toBe("schema-mismatch");
    expect(await outcome(({ right }) => right.send(encodeCbor(new Map([[0, "two"]]))))).toBe("schema-mismatch");
    expect(await outcome(inside(Uint8Array.of(255)))).toBe("malformed");
    expect(await outcome(inside(messageOf(200_000)))).toBe("too-large");
    const unfinished = async (_end: MemoryConnectionPair, forger: Forger): Promise<void> => {
      const { session } = await forger.agree();
      const frames = [...sealMessage(session.send, messageOf(200_000))];
      // The last one, that says what it is, never comes.
      for (const frame of frames.slice(0, -1)) forger.raw(frame as Uint8Array);
    };
    expect(await outcome(unfinished)).toBe("too-large");
    expect(await outcome(inside(joinSigned(encodeCbor(new Map()), new Uint8Array(64))))).toBe("schema-mismatch");
    expect(await outcome(({ right }) => right.close("closed-here"))).toBe("connection-closed");
    expect(await outcome(({ cut }) => cut())).toBe("connection-closed");
  });
});

describe("the opening", () => {
  /** What version 1 knew: its first message was the hello itself, read by exactly this. */
  const helloOfVersion1 = body<{ version: number; network: string; nonce: string; key: string }>({
    version: field(0, integer()),
    network: field(1, hexBytes<string>(32)),
    nonce: field(2, hexBytes<string>(32)),
    key: field(3, hexBytes<string>(32)),
  });

  it("[NOI2] a device of version 1 reads the version in ours, and we read it in what it says", async () => {
    const { left, right } = createMemoryConnectionPair();
    const puppet = new Puppet(right);
    const shaken = shake({ connection: left, signer: alice });
    const read = orThrow(decodeWith(helloOfVersion1, await puppet.message(0), 1024));
    expect(read.version).toBe(2);
    const thirtyTwo = new Uint8Array(32).fill(9);
    const values: readonly CborValue[] = [1, thirtyTwo, thirtyTwo, thirtyTwo, [new Uint8Array(900), []]];
    right.send(encodeCbor(new Map(values.map((value, key) => [key, value]))));
    expect(await shaken).toEqual({ ok: false, error: { type: "protocol-version", found: 1, expected: 2 } });
  });

  it("[NOI2] a later version is told by the first field, whatever the rest is", async () => {
    for (const later of [
      new Map<number, CborValue>([[0, 3]]),
      new Map<number, CborValue>([
        [0, 3],
        [1, "unheard of"],
      ]),
    ]) {
      const { left, right } = createMemoryConnectionPair();
      const shaken = shake({ connection: left, signer: alice });
      right.send(encodeCbor(later));
      expect(await shaken).toEqual({ ok: false, error: { type: "protocol-version", found: 3, expected: 2 } });
    }
  });

  it("[NOI2] names nobody: all but its key is the same for everyone, and another is refused", async () => {
    const openings = await Promise.all(
      [alice, bob].map(async (signer) => {
        const { left, right } = createMemoryConnectionPair();
        const puppet = new Puppet(right);
        void shake({ connection: left, signer, account: record });
        return puppet.message(0);
      }),
    );
    const [first, second] = openings.map((opening) => orThrow(decodeOpening(opening)));
    expect(first).not.toEqual(second);
    expect(openings).toEqual([first, second].map((key) => encodeOpening(key as Uint8Array)));
    const { left, right } = createMemoryConnectionPair();
    const shaken = shake({ connection: left, signer: alice });
    const [opening] = openings as [Uint8Array];
    right.send(opening.with(opening.length - 1, 1));
    expect(summary(await shaken)).toBe("schema-mismatch");
  });

  it("[NOI1] a key with which every secret shares the same is refused, whoever has the lower one", async () => {
    // RFC 7748 §6.1 and the u-coordinates of small order: 0, 1 and p - 1, of which the last is above most keys.
    const ofSmallOrder = ["00".repeat(32), `01${"00".repeat(31)}`, `ec${"ff".repeat(30)}7f`];
    for (const publicKey of ofSmallOrder) {
      const { left, right } = createMemoryConnectionPair();
      const shaken = shake({ connection: left, signer: alice });
      right.send(encodeOpening(hexToBytes(publicKey)));
      right.send(new Uint8Array(16));
      expect(summary(await shaken), publicKey).toBe("encryption-failed");
    }
  });

  it("[NOI1] an answer that was not made with the key it names is refused, and so is one that carries more", async () => {
    for (const rest of [new Uint8Array(16), new Uint8Array(0), new Uint8Array(17)]) {
      const { left, right } = createMemoryConnectionPair();
      const shaken = shake({ connection: left, signer: alice });
      right.send(encodeOpening(HIGHEST.publicKey));
      right.send(rest);
      expect(summary(await shaken)).toBe("encryption-failed");
    }
    const { left, right } = createMemoryConnectionPair();
    const puppet = new Puppet(right);
    const shaken = shake({ connection: left, signer: alice });
    const options = { prologue: PROLOGUE, ephemeral: HIGHEST, payload: Uint8Array.of(1) };
    const { answer } = orThrow(respond(options, orThrow(decodeOpening(await puppet.message(0)))));
    right.send(encodeOpening(HIGHEST.publicKey));
    right.send(answer.subarray(32));
    expect(summary(await shaken)).toBe("encryption-failed");
  });

  it("[NOI1] an opening that comes back is our own", async () => {
    const { left, right } = createMemoryConnectionPair();
    const puppet = new Puppet(right);
    const shaken = shake({ connection: left, signer: alice });
    right.send(await puppet.message(0));
    expect(summary(await shaken)).toBe("connected-to-self");
  });
});

describe("the proof", () => {
  it("[PEER2] a recorded handshake is worth nothing on another connection", async () => {
    const { wire } = await meet();
    const { left, right } = createMemoryConnectionPair();
    const shaken = shake({ connection: left, signer: alice });
    for (const message of wire.bob) right.send(message);
    expect(summary(await shaken)).toBe("encryption-failed");
  });

  it("[PEER2] nor is a hello, told to mallory and said again by her in another handshake", async () => {
    const toBob = createMemoryConnectionPair();
    void shake({ connection: toBob.right, signer: bob });
    const stolen = await (await new Forger(toBob.left).agree()).hear();
    const { left, right } = createMemoryConnectionPair();
    const shaken = shake({ connection: left, signer: alice });
    (await new Forger(right).agree()).say(stolen);
    expect(summary(await shaken)).toBe("proof-invalid");
  });

  it("[PEER2] somebody in between, with a handshake of their own on each side, can pass on neither hello", async () => {
    const [toAlice, toBob] = [createMemoryConnectionPair(), createMemoryConnectionPair()];
    const shaken = [
      shake({ connection: toAlice.left, signer: alice, account: record }),
      shake({ connection: toBob.right, signer: bob }),
    ];
    const [near, far] = await Promise.all([new Forger(toAlice.right).agree(), new Forger(toBob.left).agree()]);
    far.say(await near.hear());
    near.say(await far.hear());
    expect((await Promise.all(shaken)).map(summary)).toEqual(["proof-invalid", "proof-invalid"]);
  });

  it("[PEER2] a hello cannot be mirrored back", async () => {
    const { left, right } = createMemoryConnectionPair();
    const shaken = shake({ connection: left, signer: alice });
    const forger = await new Forger(right).agree();
    forger.say(await forger.hear());
    // It holds, and it is alice's own.
    expect(summary(await shaken)).toBe("connected-to-self");
  });

  it("[PEER2] a key that is claimed and not held, and another network than was signed, prove nothing", async () => {
    const mallory = namedSigner("mallory/phone");
    const say = async (make: (handshakeHash: Uint8Array) => Promise<Uint8Array>): Promise<string> => {
      const { left, right } = createMemoryConnectionPair();
      const shaken = shake({ connection: left, signer: alice });
      const forger = await new Forger(right).agree();
      forger.say(await make(forger.session.handshakeHash));
      return summary(await shaken);
    };
    expect(await say((hash) => helloOf(hash, mallory))).toBe(`proven ${mallory.publicKey}`);
    expect(await say((hash) => helloOf(hash, mallory, { key: bob.publicKey }))).toBe("proof-invalid");
    expect(await say((hash) => helloOf(hash, mallory, { networkId: elsewhere.id }))).toBe("wrong-network");
    expect(await say((hash) => helloOf(sha256(hash), mallory))).toBe("proof-invalid");
  });

  it("[PEER2] a signer that fails ends the handshake", async () => {
    const { left, right } = createMemoryConnectionPair();
    const locked: Signer = { publicKey: alice.publicKey, sign: () => Promise.reject(new TypeError("locked")) };
    const [there, here] = await Promise.all([
      shake({ connection: left, signer: locked }),
      shake({ connection: right, signer: bob }),
    ]);
    expect([summary(there), summary(here)]).toEqual(["proof-invalid", "connection-closed"]);
  });
});

describe("what goes over the wire", () => {
  it("[NOI1] shows neither who speaks, nor what vouches for them, nor what is said", async () => {
    const { here, wire } = await meet();
    here.send(messageOf(300));
    const seen = Buffer.concat([...wire.alice, ...wire.bob]);
    const secrets = [
      ...[alice.publicKey, bob.publicKey, network.id, person.account, person.session].map(hexToBytes),
      record.inception,
      ...record.control,
      messageOf(300),
    ];
    // Sixteen bytes of each, so that no part of it stands there either.
    expect(secrets.map((secret) => seen.indexOf(secret.subarray(0, 16)))).toEqual(secrets.map(() => -1));
  });

  it("[NOI1] is never the same twice, whoever meets whom", async () => {
    const [first, second] = [await meet(), await meet()];
    const said = [first, second].map(({ here, wire }) => {
      here.send(Uint8Array.of(1, 2, 3));
      return [...wire.alice, ...wire.bob].map(bytesToHex);
    });
    expect(new Set(said.flat()).size).toBe(said.flat().length);
  });

  it("[NOI3] messages of every length arrive as they were, none longer than a frame on the wire", async () => {
    const { here, there, tamper } = await meet();
    const sizes = [0, 1, 65_517, 65_518, 65_519, 2 * 65_518, 2 * 65_518 + 1, MESSAGE_BYTES_MAX];
    let longest = 0;
    tamper.toBob = (frame) => {
      longest = Math.max(longest, frame.length);
      return [frame];
    };
    const { heard, closed } = listen(there);
    for (const size of sizes) here.send(messageOf(size));
    here.close("closed-here");
    expect(await closed).toBe("closed-there");
    expect(heard.map(({ length }) => length)).toEqual(sizes);
    expect(heard.every((message) => equalBytes(message, messageOf(message.length)))).toBe(true);
    expect(longest).toBe(65_535);
  });

  it("[NOI3] a message beyond the bound ends the connection at either end", async () => {
    const { here } = await meet();
    const { closed } = listen(here);
    here.send(new Uint8Array(MESSAGE_BYTES_MAX + 1));
    expect(await closed).toBe("too-large");

    const { left, right } = createMemoryConnectionPair();
    const shaken = shake({ connection: left, signer: alice });
    const forger = await new Forger(right).agree();
    forger.say(await helloOf(forger.session.handshakeHash, bob));
    const hearing = listen(orThrow(await shaken));
    forger.say(new Uint8Array(MESSAGE_BYTES_MAX + 1));
    expect(await hearing.closed).toBe("too-large");
    expect(hearing.heard).toEqual([]);
  });

  it("[NOI3] what was altered, cut, lengthened, repeated, reordered or left out ends the connection, and nothing of it is heard", async () => {
    const held: Uint8Array[] = [];
    const tricks: Readonly<Record<string, (frame: Uint8Array) => readonly Uint8Array[]>> = {
      "one bit": (frame) => [frame.with(3, (frame[3] ?? 0) ^ 1)],
      "the tag": (frame) => [frame.with(frame.length - 1, (frame.at(-1) ?? 0) ^ 0x80)],
      "cut short": (frame) => [frame.subarray(0, -1)],
      lengthened: (frame) => [concatBytes(frame, Uint8Array.of(0))],
      emptied: () => [new Uint8Array()],
      "beyond a frame": () => [new Uint8Array(65_536)],
      twice: (frame) => [frame, frame],
      reordered: (frame) => (held.push(frame) === 2 ? held.splice(0).toReversed() : []),
      "one left out": (frame) => (held.push(frame) === 1 ? [] : [frame]),
      "two halves": (frame) => [frame.subarray(0, 10), frame.subarray(10)],
    };
    for (const [name, trick] of Object.entries(tricks)) {
      held.length = 0;
      const { here, there, tamper } = await meet();
      const { heard, closed } = listen(there);
      tamper.toBob = trick;
      here.send(Uint8Array.of(1));
      here.send(Uint8Array.of(2));
      expect(await closed, name).toBe("protocol-error");
      expect(heard.map(bytesToHex), name).toEqual(name === "twice" ? ["01"] : []);
    }
  });

  it("[NOI3] a message in parts ends only where it was ended", async () => {
    for (const parts of [
      { name: "a part that more follow is short", frames: [Uint8Array.of(0, 7)] },
      { name: "an empty part that more follow", frames: [Uint8Array.of(0)] },
      { name: "no mark", frames: [new Uint8Array()] },
      { name: "another mark", frames: [Uint8Array.of(2, 7)] },
      { name: "more than a frame", frames: [new Uint8Array(65_520).fill(1)] },
    ]) {
      const { left, right } = createMemoryConnectionPair();
      const shaken = shake({ connection: left, signer: alice });
      const forger = await new Forger(right).agree();
      forger.say(await helloOf(forger.session.handshakeHash, bob));
      const { heard, closed } = listen(orThrow(await shaken));
      for (const frame of parts.frames) right.send(forger.session.send.seal(frame) as Uint8Array);
      expect(await closed, parts.name).toBe("protocol-error");
      expect(heard, parts.name).toEqual([]);
    }
  });

  it("[NOI3] the last of the nonces is used once, and none after it", () => {
    const key = sha256(Uint8Array.of(1));
    const [sender, receiver] = [new CipherState(key, 0xffff_ffff), new CipherState(key, 0xffff_ffff)];
    const sealed = sender.seal(Uint8Array.of(5)) as Uint8Array;
    expect(receiver.open(sealed)).toEqual(Uint8Array.of(5));
    expect([sender.seal(Uint8Array.of(5)), receiver.open(sealed)]).toEqual([undefined, undefined]);
    expect([...sealMessage(sender, Uint8Array.of(5))]).toEqual([undefined]);
  });
});
