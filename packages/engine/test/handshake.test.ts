/** The handshake over connections in memory, with mallory at the other end wherever she can be. */
import { createMemoryConnectionPair, type MemoryConnectionPair } from "@amigos/adapters/link-memory";
import {
  bytesToHex,
  decodeCbor,
  encodeCbor,
  orThrow,
  sha256,
  type CborValue,
  type NetworkId,
  type Signer,
  type TimeMs,
} from "@amigos/core";
import { createPerson, createTestNetwork, namedSigner } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { shakeHands, type Channel, type HandshakeError } from "../src/peer/handshake.ts";
import type { CloseReason, Connection } from "../src/ports/link.ts";
import type { Clock, Random } from "../src/ports/runtime.ts";

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

function field(message: Uint8Array, key: number): CborValue | undefined {
  return (orThrow(decodeCbor(message)) as ReadonlyMap<number, CborValue>).get(key);
}

function changed(message: Uint8Array, key: number, value: CborValue): Uint8Array {
  return encodeCbor(new Map(orThrow(decodeCbor(message)) as ReadonlyMap<number, CborValue>).set(key, value));
}

/** A hello and a proof that bob once sent to alice, as mallory recorded them. */
async function recordBob(): Promise<{ readonly hello: Uint8Array; readonly proof: Uint8Array }> {
  const toAlice = createMemoryConnectionPair();
  const toBob = createMemoryConnectionPair();
  const [near, far] = [new Puppet(toAlice.right), new Puppet(toBob.left)];
  void shake({ connection: toAlice.left, signer: alice });
  void shake({ connection: toBob.right, signer: bob });
  toBob.left.send(await near.message(0));
  toAlice.right.send(await far.message(0));
  return { hello: await far.message(0), proof: await far.message(1) };
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

  it("[PEER1] what a peer says right after its proof is kept until the listener is there", async () => {
    const { left, right } = createMemoryConnectionPair();
    const [there, here] = (await Promise.all([
      shake({ connection: left, signer: alice }),
      shake({ connection: right, signer: bob }),
    ])) as unknown as readonly { readonly value: Channel }[];
    there?.value.send(Uint8Array.of(1));
    there?.value.send(Uint8Array.of(2));
    const heard = await new Promise<number[]>((resolve) => {
      const messages: number[] = [];
      here?.value.start({
        onMessage: ([first = 0]) => {
          messages.push(first);
          if (messages.length === 2) resolve(messages);
        },
        onClose: () => undefined,
      });
    });
    expect(heard).toEqual([1, 2]);
  });

  it("[PEER1] a device of another network is refused by both sides, with both networks named", async () => {
    const { left, right } = createMemoryConnectionPair();
    const [there, here] = await Promise.all([
      shake({ connection: left, signer: alice }),
      shake({ connection: right, signer: bob, networkId: elsewhere.id }),
    ]);
    const refusal: HandshakeError = { type: "wrong-network", found: elsewhere.id, expected: network.id };
    expect([there, here]).toContainEqual({ ok: false, error: refusal });
    expect(there.ok || here.ok).toBe(false);
  });

  it("[PEER1] another version of the protocol is refused with both numbers", async () => {
    const { left, right } = createMemoryConnectionPair();
    const puppet = new Puppet(right);
    const shaken = shake({ connection: left, signer: alice });
    right.send(changed(await puppet.message(0), 0, 2));
    expect(await shaken).toEqual({ ok: false, error: { type: "protocol-version", found: 2, expected: 1 } });
  });

  it("[PEER1] a device that meets itself says so", async () => {
    const { left, right } = createMemoryConnectionPair();
    const results = await Promise.all([
      shake({ connection: left, signer: alice }),
      shake({ connection: right, signer: alice }),
    ]);
    expect(results.map(summary)).toContain("connected-to-self");
    expect(results.some(({ ok }) => ok)).toBe(false);
  });

  it("[PEER1] half a handshake holds a connection for ten seconds and no longer", async () => {
    for (const howFar of ["silent", "hello only"]) {
      const { left, right } = createMemoryConnectionPair();
      const puppet = new Puppet(right);
      const clock = new StillClock();
      const shaken = shake({ connection: left, signer: alice, clock });
      const hello = await puppet.message(0);
      if (howFar === "hello only") {
        right.send(changed(hello, 3, sha256(Uint8Array.of(1))));
        await puppet.message(1);
      }
      clock.pass(9_999);
      expect(clock.waiting).toBe(1);
      clock.pass(1);
      expect(summary(await shaken), howFar).toBe("handshake-timeout");
    }
  });

  it("[PEER1] garbage, a hello beyond its bound and a connection that goes away end with their own errors", async () => {
    const outcome = async (act: (end: MemoryConnectionPair) => void): Promise<string> => {
      const end = createMemoryConnectionPair();
      const puppet = new Puppet(end.right);
      const shaken = shake({ connection: end.left, signer: alice });
      await puppet.message(0);
      act(end);
      return summary(await shaken);
    };
    expect(await outcome(({ right }) => right.send(Uint8Array.of(255)))).toBe("malformed");
    expect(await outcome(({ right }) => right.send(new Uint8Array(200_000)))).toBe("too-large");
    expect(await outcome(({ right }) => right.send(encodeCbor(new Map([[0, 1]]))))).toBe("schema-mismatch");
    expect(await outcome(({ right }) => right.close("closed-here"))).toBe("connection-closed");
    expect(await outcome(({ cut }) => cut())).toBe("connection-closed");
  });
});

describe("the proof", () => {
  it("[PEER2] a recorded proof is worth nothing on another connection", async () => {
    const { hello, proof } = await recordBob();
    const { left, right } = createMemoryConnectionPair();
    const puppet = new Puppet(right);
    const shaken = shake({ connection: left, signer: alice });
    await puppet.message(0);
    right.send(hello);
    await puppet.message(1);
    right.send(proof);
    expect(summary(await shaken)).toBe("proof-invalid");
  });

  it("[PEER2] a proof cannot be mirrored back", async () => {
    const { left, right } = createMemoryConnectionPair();
    const puppet = new Puppet(right);
    const shaken = shake({ connection: left, signer: alice });
    // Mallory claims bob's key with alice's own hello, and sends alice's proof back as if it were bob's.
    right.send(changed(await puppet.message(0), 3, Uint8Array.from(Buffer.from(bob.publicKey, "hex"))));
    right.send(await puppet.message(1));
    expect(summary(await shaken)).toBe("proof-invalid");
  });

  it("[PEER2] somebody in between who changes a hello breaks the proofs of both", async () => {
    const toAlice = createMemoryConnectionPair();
    const toBob = createMemoryConnectionPair();
    const [near, far] = [new Puppet(toAlice.right), new Puppet(toBob.left)];
    const shaken = [
      shake({ connection: toAlice.left, signer: alice, account: record }),
      shake({ connection: toBob.right, signer: bob }),
    ];
    const hello = await near.message(0);
    const stripped = new Map(orThrow(decodeCbor(hello)) as ReadonlyMap<number, CborValue>);
    stripped.delete(4);
    toBob.left.send(encodeCbor(stripped));
    toAlice.right.send(await far.message(0));
    toBob.left.send(await near.message(1));
    toAlice.right.send(await far.message(1));
    expect((await Promise.all(shaken)).map(summary)).toEqual(["proof-invalid", "proof-invalid"]);
  });

  it("[PEER2] every handshake has a nonce of its own, and names the key that proves itself", async () => {
    const { left, right } = createMemoryConnectionPair();
    const puppet = new Puppet(right);
    void shake({ connection: left, signer: alice });
    const hello = await puppet.message(0);
    const again = createMemoryConnectionPair();
    const other = new Puppet(again.right);
    void shake({ connection: again.left, signer: alice });
    expect(field(hello, 2)).not.toEqual(field(await other.message(0), 2));
    expect(bytesToHex(field(hello, 3) as Uint8Array)).toBe(alice.publicKey);
  });

  it("[PEER2] a signer that fails ends the handshake", async () => {
    const { left, right } = createMemoryConnectionPair();
    const locked: Signer = { publicKey: alice.publicKey, sign: () => Promise.reject(new TypeError("locked")) };
    const [there] = await Promise.all([
      shake({ connection: left, signer: locked }),
      shake({ connection: right, signer: bob }),
    ]);
    expect(summary(there)).toBe("proof-invalid");
  });
});
