/**
 * A hostile client that plays its moves against a real replica, a hub or a wallet, over a real handshake. Whatever they
 * are: nothing fails inside, every refusal has a type, the ledger stays one that the authority signed, and an honest peer
 * is served afterwards.
 */
import { createMemoryConnectionPair } from "@amigos/adapters/link-memory";
import { systemClock as clock, systemRandom as random } from "@amigos/adapters/runtime";
import { amount, limits, orThrow, sequence, timeMs, type Height, type Network, type VerifiedEntry } from "@amigos/core";
import {
  ami,
  bundleOf,
  createPerson,
  createTestNetwork,
  namedSigner,
  type Person,
  signPayment,
} from "@amigos/core/testing";
import { Replica, type Connection, type ReplicaEvent } from "@amigos/engine";
import { decodePeerMessage, encodePeerMessage, shakeHands, type Channel, type Identity } from "@amigos/engine/testing";
import { stateRoot } from "@amigos/reconcile";
import { fresh, openHub, openStore, settle, until } from "../devices.ts";
import { grants } from "../grants.ts";
import { bytesOf, type HonestMaterial } from "./honest-messages.ts";
import { movesOf, type Move } from "./moves.ts";

type VictimRole = "hub" | "wallet";

/** Moves between two looks whether the victim is done: below what may wait on a connection. */
const MOVES_AT_ONCE = 25;
const LOG_LENGTH = 6;
/** Keys that mallory has: each is kept out some dozens of faults later. */
const DEVICES = 32;
/** A code is kebab-case words; what a peer says that it refused begins with "there". */
const CODE = /^(?:there: .*|[a-z]+(?:-[a-z]+)*)$/s;
/** Codes that say that something failed in the victim. */
const FAILURES: ReadonlySet<string> = new Set(["defect-here", "journal-failed", "not-stored"]);

class Harmed extends Error {
  override readonly name = "Harmed";
}

interface Scene extends HonestMaterial {
  readonly alice: Person;
  /** Her devices, each with a key of its own. */
  readonly devices: readonly Identity[];
  /** State roots that the authority signed, the genesis' among them. */
  readonly roots: ReadonlySet<string>;
}

/** Everything that never changes from one run to the next, made once. */
let scene: Promise<Scene> | undefined;

async function makeScene(): Promise<Scene> {
  const network = createTestNetwork(["alice", "mallory"]);
  const expiry = timeMs(clock.now() + 86_400_000);
  const [alice, mallory] = [
    await createPerson("alice", { network, expiry }),
    await createPerson("mallory", { network, expiry }),
  ];
  const entries = await signLog(network, mallory, alice, LOG_LENGTH);
  const hub = await openHub(network, fresh("authority"), []);
  const roots = new Set([stateRoot(hub.settled)]);
  for (let from = 0; from < 4; from += 2) {
    orThrow(await hub.ingest(bundleOf(network, mallory, entries.slice(from, from + 2))));
    await settle(hub);
    roots.add(stateRoot(hub.settled));
  }
  const records: Uint8Array[] = [];
  for (let height = 1; height <= hub.settled.height; height++)
    records.push((await hub.archive.recordBytes(height as Height)) ?? new Uint8Array());
  const start = (await hub.encodeStart()) ?? new Uint8Array();
  await hub.close();
  const all = [mallory.grant, ...(await grants(mallory, DEVICES))];
  const devices = all.slice(1).map((_, index) => ({
    signer: namedSigner(`mallory/${index + 1}`),
    account: { inception: mallory.inception.bytes, control: all.slice(0, index + 2).map(({ bytes }) => bytes) },
  }));
  const odd = await signOdd(network, mallory, alice, entries);
  return { network, person: mallory, alice, entries, odd, records, start, devices, roots };
}

async function signOdd(
  network: Network,
  from: Person,
  { account: to }: Person,
  entries: readonly VerifiedEntry[],
): Promise<readonly VerifiedEntry[]> {
  const [first, second, third, , fifth] = entries;
  const last = entries.at(-1);
  if (first === undefined || second === undefined || third === undefined || fifth === undefined || last === undefined)
    throw new TypeError("her log is longer");
  const gap = { ...last, entry: { ...last.entry, sequence: sequence(last.entry.sequence + 400) } };
  const most = { ...ami(0), amount: amount(limits.AMOUNT_MAX) };
  const never = timeMs(limits.INTEGER_MAX);
  return Promise.all([
    signPayment(from, { network, to, money: ami(2), after: second }),
    signPayment(from, { network, to, money: ami(2), after: fifth }),
    signPayment(from, { network, to, money: ami(2) }),
    signPayment(from, { network, to, money: ami(1), after: gap }),
    signPayment(from, { network, to, money: most, after: last }),
    signPayment(from, { network, to: from.account, money: ami(1), after: last }),
    signPayment(from, { network, to, money: ami(1), after: last, time: never }),
    signPayment(from, { network, to, money: ami(1), after: last, time: timeMs(0) }),
    signPayment(from, { network, to, money: ami(1), after: last, dependencies: [first.id, third.id] }),
  ]);
}

/** Throws when a move harms the victim. */
async function playMoves(moves: readonly Move[], role: VictimRole): Promise<void> {
  scene ??= makeScene();
  const { alice, devices, roots, ...material } = await scene;
  const { network } = material;
  const victim = await Victim.open(network, role === "hub" ? undefined : alice);
  const failures: unknown[] = [];
  const note = (error: unknown): void => void failures.push(error);
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  try {
    let client: Client | undefined;
    let met = 0;
    for (const [index, move] of moves.entries()) {
      if (client === undefined || client.isClosed) client = await victim.meet(devices[met++]);
      client.channel.send(bytesOf(move, material));
      if (index % MOVES_AT_ONCE === 0) await client.flush();
    }
    await client?.flush();
    victim.mustBeUnharmed(roots);
    await victim.servesHonest(alice, role);
  } finally {
    await victim.close();
    process.off("unhandledRejection", note);
    process.off("uncaughtException", note);
  }
  const [failure] = failures;
  if (failure !== undefined) throw failure;
}

class Victim {
  readonly #replica: Replica;
  readonly #events: ReplicaEvent[] = [];
  readonly #network: Network;
  readonly #connect: (connection: Connection) => void;

  private constructor(replica: Replica, network: Network, connect: (connection: Connection) => void) {
    this.#replica = replica;
    this.#network = network;
    this.#connect = connect;
    replica.subscribe((event) => this.#events.push(event));
  }

  static async open(network: Network, as: Person | undefined): Promise<Victim> {
    let connect: ((connection: Connection) => void) | undefined;
    const link = {
      name: "wires",
      start: async (onConnection: (connection: Connection) => void) => void (connect = onConnection),
      stop: () => Promise.resolve(),
    };
    const replica = await Replica.open({
      network,
      store: await openStore(fresh("victim")),
      links: [link],
      clock,
      random,
      ...(as === undefined
        ? { signer: namedSigner("authority"), isProvisional: false }
        : { signer: as.signer, account: as.account, session: as.session, isProvisional: true }),
    });
    if (connect === undefined) throw new TypeError("the link was not started");
    return new Victim(replica, network, connect);
  }

  async meet(identity: Identity | undefined): Promise<Client> {
    if (identity === undefined) throw new TypeError("she has no more devices");
    const { left, right } = createMemoryConnectionPair({ schedule: setImmediate });
    this.#connect(left);
    const shaken = await shakeHands({ connection: right, network: this.#network.id, identity, clock, random });
    return new Client(orThrow(shaken));
  }

  /** Somebody pays, and it is taken in; a hub decides it, whatever else waits. */
  async servesHonest(to: Person, role: VictimRole): Promise<void> {
    const expiry = timeMs(clock.now() + 86_400_000);
    const honest = await createPerson("honest", { network: this.#network, expiry });
    const entries = await signLog(this.#network, honest, to, 1);
    const { fresh: taken } = orThrow(await this.#replica.ingest(bundleOf(this.#network, honest, entries)));
    if (taken.length !== 1) throw new Harmed("an honest payment was not taken in");
    if (role === "wallet") return;
    await settle(this.#replica);
    if (this.#replica.undecided.ofSession(honest.session).length > 0) throw new Harmed("an honest payment waits");
  }

  mustBeUnharmed(roots: ReadonlySet<string>): void {
    for (const event of this.#events) {
      if (event.type === "store-failed") throw new Harmed(`its store failed: ${event.error.message}`);
      if (event.type !== "refused") continue;
      if (!CODE.test(event.code) || FAILURES.has(event.code)) throw new Harmed(`${event.code}: ${event.detail}`);
    }
    const { settled } = this.#replica;
    if (!roots.has(stateRoot(settled))) throw new Harmed(`a ledger that nobody signed, at height ${settled.height}`);
  }

  async close(): Promise<void> {
    await this.#replica.close();
  }
}

class Client {
  readonly channel: Channel;
  isClosed = false;
  readonly #answers = new Set<number>();
  #flushes = 1_000_000;

  constructor(channel: Channel) {
    this.channel = channel;
    channel.start({
      onMessage: (bytes) => {
        const message = orThrow(decodePeerMessage(bytes));
        if (message.type === "flush-reply") this.#answers.add(message.nonce);
      },
      onClose: () => (this.isClosed = true),
    });
  }

  /** Resolves when the victim has dealt with what was said before, or has hung up. */
  async flush(): Promise<void> {
    const nonce = ++this.#flushes;
    this.channel.send(encodePeerMessage({ type: "flush-request", nonce }));
    await until("an answer", () => this.isClosed || this.#answers.has(nonce));
  }
}

async function signLog(network: Network, from: Person, to: Person, count: number): Promise<readonly VerifiedEntry[]> {
  const entries: VerifiedEntry[] = [];
  while (entries.length < count) {
    const after = entries.at(-1);
    const time = clock.now();
    const money = ami(1);
    entries.push(
      await signPayment(from, { network, to: to.account, money, time, ...(after === undefined ? {} : { after }) }),
    );
  }
  return entries;
}

export interface Harm {
  readonly moves: readonly Move[];
  readonly role: VictimRole;
  readonly message: string;
}

/** The harm that the moves of a seed do, cut down to as few as still do the same; `undefined` if they do none. */
export async function harmOf(seed: number, count: number): Promise<Harm | undefined> {
  const role = seed % 2 === 0 ? "hub" : "wallet";
  const harmBy = async (moves: readonly Move[]): Promise<string | undefined> => {
    try {
      await playMoves(moves, role);
      return undefined;
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  };
  let moves = movesOf(seed, count);
  const message = await harmBy(moves);
  if (message === undefined) return undefined;
  for (let size = Math.ceil(moves.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < moves.length;) {
      const shorter = moves.toSpliced(from, size);
      if ((await harmBy(shorter)) === message) moves = shorter;
      else from += size;
    }
  }
  return { moves, role, message };
}
