/**
 * People of one circle whose phones meet at random and lose what they say: real replicas over links in memory, and what
 * happens by chance follows from a seed.
 */
import "@automerge/automerge";
import { createMemoryLinkPair, type MemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { decodeBundle, encodeBundle, timeMs, type Network, type VerifiedEntry } from "@amigos/core";
import { ami, createPerson, createTestNetwork, signPayment, START, type Person } from "@amigos/core/testing";
import { Replica, type Clock, type Link } from "@amigos/engine";
import { fastSigner } from "./fast-signer.ts";
import { emptyStore } from "./ledger.ts";

/** In how many lots everybody signs, so that there is something under way when connections are lost. */
const LOTS = 2;
/** Until phones that lost each other meet again, at most. */
const APART_MS_MAX = 40;
/** Messages of one side that make a connection. One that is not made carries no entry, and only takes time. */
const HANDSHAKE_MESSAGES = 3;
/** A village that has not agreed by then does not. */
const PATIENCE_MS = 1_200_000;

/** Persons of tests live at the beginning of 2026, and their sessions expire. */
const clock: Clock = {
  now: () => timeMs(START + Math.floor(performance.now())),
  after: (delayMs, action) => systemClock.after(delayMs, action),
};

export interface VillageOptions {
  /** An even number. */
  readonly people: number;
  readonly entriesEach: number;
  /** Pairs of phones that are in reach of each other. */
  readonly links: number;
  /** One message in so many is lost, with its connection. */
  readonly lossOneIn: number;
  readonly seed: number;
}

export interface Village {
  /** Lets everybody sign in two halves, joins these, and waits for all to have all. How often an entry came to who had not signed it. */
  readonly received: () => Promise<number>;
  readonly close: () => Promise<void>;
}

interface Way {
  readonly pair: MemoryLinkPair;
  readonly ends: readonly [number, number];
}

export async function createVillage({ people, entriesEach, links, lossOneIn, seed }: VillageOptions): Promise<Village> {
  const chance = chanceOf(seed);
  const names = Array.from({ length: people }, (_unused, index) => `villager ${index}`);
  const network = createTestNetwork(names, ami(1_000_000));
  const persons = await Promise.all(
    names.map(async (name) => ({ ...(await createPerson(name, { network })), signer: fastSigner(`${name}/phone`) })),
  );
  let isOver = false;
  const ways = meshOf(people, links, chance).map((ends): Way => {
    const pair = createMemoryLinkPair({ schedule: (action) => void setImmediate(action) });
    pair.unplug();
    return { pair, ends };
  });
  const lossy = ({ pair }: Way, link: Link): Link => ({
    name: link.name,
    stop: () => link.stop(),
    start: (onConnection) =>
      link.start((connection) => {
        let isLost = false;
        let sent = 0;
        onConnection({
          description: connection.description,
          start: (listeners) => connection.start(listeners),
          close: (reason) => connection.close(reason),
          send: (message) => {
            if (isLost) return;
            if (isOver || ++sent <= HANDSHAKE_MESSAGES || chance(lossOneIn) !== 0) return connection.send(message);
            // It is the connection's last, and does not arrive. Those before it do.
            isLost = true;
            setImmediate(() => {
              pair.unplug();
              setTimeout(() => isOver || pair.plug(), 1 + chance(APART_MS_MAX));
            });
          },
        });
      }),
  });
  let byBundles = 0;
  const replicas: Replica[] = [];
  for (const [index, person] of persons.entries()) {
    const replica = await Replica.load({
      network,
      store: await emptyStore(person.name),
      links: ways.flatMap((way) => [
        ...(way.ends[0] === index ? [lossy(way, way.pair.left)] : []),
        ...(way.ends[1] === index ? [lossy(way, way.pair.right)] : []),
      ]),
      clock,
      random: systemRandom,
      signer: person.signer,
      account: person.account,
      session: person.session,
      circle: persons.map(({ account }) => account),
      isProvisional: false,
    });
    await replica.introduce({ inceptions: [person.inception], control: [person.grant] });
    const ingest = replica.ingest.bind(replica);
    replica.ingest = (bytes, from) => {
      const bundle = decodeBundle(bytes, network.tag);
      if (from !== undefined && bundle.ok) byBundles += bundle.value.entries.length;
      return ingest(bytes, from);
    };
    replicas.push(replica);
  }
  const logs = await Promise.all(
    persons.map((person, index) => signLog(network, person, persons[(index + 1) % people] ?? person, entriesEach)),
  );
  const half = people / 2;
  const isAcross = ({ ends }: Way): boolean => ends[0] < half !== ends[1] < half;
  const allHave = (count: number): Promise<void> =>
    until(() => replicas.every(({ undecided }) => undecided.size === count));

  return {
    received: async () => {
      for (const way of ways) if (!isAcross(way)) way.pair.plug();
      for (const replica of replicas) await replica.connect();
      for (let lot = 0; lot < LOTS; lot++)
        for (const [index, replica] of replicas.entries())
          await take(replica, network, persons[index], logs[index]?.slice(share(lot), share(lot + 1)) ?? []);
      await allHave(half * entriesEach);
      for (const way of ways) if (isAcross(way)) way.pair.plug();
      await allHave(people * entriesEach);
      for (const { session } of persons) {
        const heads = new Set(
          replicas.map((replica) => replica.documentHeads({ kind: "log", session, epoch: 0 }).join()),
        );
        if (heads.size !== 1 || heads.has("")) throw new RangeError("the documents of a log differ");
      }
      const byDocuments = replicas.reduce((sum, { counts }) => sum + counts.entriesByDocuments, 0);
      return (byBundles + byDocuments) / (people * (people - 1) * entriesEach);
    },
    close: async () => {
      isOver = true;
      for (const { pair } of ways) pair.unplug();
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };

  function share(lot: number): number {
    return Math.floor((lot * entriesEach) / LOTS);
  }
}

/** Two rings, one for each half, and whatever else there is between any two. */
function meshOf(
  people: number,
  links: number,
  chance: (below: number) => number,
): readonly (readonly [number, number])[] {
  const half = people / 2;
  const pairs = new Map<string, readonly [number, number]>();
  const join = (a: number, b: number): void => {
    const ends = [Math.min(a, b), Math.max(a, b)] as const;
    if (a !== b) pairs.set(ends.join(), ends);
  };
  for (let index = 0; index < half; index++) {
    join(index, (index + 1) % half);
    join(half + index, half + ((index + 1) % half));
  }
  while (pairs.size < links) join(chance(people), chance(people));
  return [...pairs.values()];
}

async function signLog(network: Network, from: Person, to: Person, count: number): Promise<readonly VerifiedEntry[]> {
  const log: VerifiedEntry[] = [];
  while (log.length < count) {
    const after = log.at(-1);
    const money = ami(1);
    log.push(await signPayment(from, { network, to: to.account, money, ...(after === undefined ? {} : { after }) }));
  }
  return log;
}

async function take(
  replica: Replica,
  network: Network,
  person: Person | undefined,
  entries: readonly VerifiedEntry[],
): Promise<void> {
  if (person === undefined) return;
  const accounts = [{ inception: person.inception.bytes, control: [person.grant.bytes] }];
  const bundle = encodeBundle({
    version: 1,
    network: network.tag,
    accounts,
    entries: entries.map(({ bytes }) => bytes),
  });
  const taken = await replica.ingest(bundle);
  if (!taken.ok) throw new RangeError(JSON.stringify(taken.error));
}

async function until(isTrue: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > end) throw new RangeError("not everybody has everything");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whole numbers below a bound, from a seed (mulberry32). */
function chanceOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
