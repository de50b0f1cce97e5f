/** A ledger of many payers for benches: a hub that settled their payments, and replicas that begin with nothing. */
import "@automerge/automerge";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { MemoryDisk, openMemoryStore } from "@amigos/adapters/store-memory";
import { encodeBundle, timeMs, type Height, type Network, type VerifiedEntry } from "@amigos/core";
import {
  ami,
  createPerson,
  createTestNetwork,
  namedSigner,
  signPayment,
  START,
  type Person,
} from "@amigos/core/testing";
import { Replica, type Clock, type Link, type Store } from "@amigos/engine";
import { fastSigner } from "./fast-signer.ts";

/** Below what one session may leave undecided. */
const ROUND = 200;

/** Persons of tests live at the beginning of 2026, and their sessions expire. */
const clock: Clock = {
  now: () => timeMs(START + Math.floor(performance.now())),
  after: (delayMs, action) => systemClock.after(delayMs, action),
};

export interface Ledger {
  readonly network: Network;
  readonly people: readonly Person[];
  readonly hub: Replica;
  readonly entries: readonly VerifiedEntry[];
}

/** So many people, everyone with one session, and what the hub settled of theirs: in turns, each paying the next. */
export async function settledLedger({
  people: count,
  payments,
  links = [],
  store,
}: {
  readonly people: number;
  readonly payments: number;
  readonly links?: readonly Link[];
  readonly store?: Store;
}): Promise<Ledger> {
  const names = Array.from({ length: count }, (_unused, index) => `payer ${index}`);
  const network = createTestNetwork(names, ami(1_000_000));
  const people = await Promise.all(
    names.map(async (name) => ({ ...(await createPerson(name, { network })), signer: fastSigner(`${name}/phone`) })),
  );
  const hub = await Replica.open({
    network,
    store: store ?? (await emptyStore("hub")),
    links,
    clock,
    random: systemRandom,
    signer: namedSigner("authority"),
    isProvisional: false,
  });
  const entries: VerifiedEntry[] = [];
  const last = new Map<Person, VerifiedEntry>();
  for (let done = 0; done < payments;) {
    const each = Math.min(ROUND, Math.ceil((payments - done) / count));
    for (const [index, person] of people.entries()) {
      const round: VerifiedEntry[] = [];
      const to = people[(index + 1) % count] ?? person;
      for (let place = 0; place < each && done < payments; place++, done++) {
        const after = last.get(person);
        const entry = await signPayment(person, {
          network,
          to: to.account,
          money: ami(1),
          ...(after === undefined ? {} : { after }),
        });
        last.set(person, entry);
        round.push(entry);
      }
      entries.push(...round);
      const taken = await hub.ingest(
        encodeBundle({
          version: 1,
          network: network.tag,
          accounts: [{ inception: person.inception.bytes, control: [person.grant.bytes] }],
          entries: round.map(({ bytes }) => bytes),
        }),
      );
      if (!taken.ok) throw new RangeError(JSON.stringify(taken.error));
    }
    await hub.settle(timeMs(START + done), namedSigner("authority"));
  }
  if (hub.undecided.size > 0) throw new RangeError(`${hub.undecided.size} entries are not settled`);
  return { network, people, hub, entries };
}

/** A person's device that has nothing but what vouches for itself. */
export async function freshReplica(
  { network }: Ledger,
  person: Person,
  store: Store,
  links: readonly Link[],
): Promise<Replica> {
  const replica = await Replica.load({
    network,
    store,
    links,
    clock,
    random: systemRandom,
    signer: person.signer,
    account: person.account,
    session: person.session,
    isProvisional: true,
  });
  await replica.introduce({ inceptions: [person.inception], control: [person.grant] });
  return replica;
}

/** The same that has signed an entry already: it follows its ledger from the genesis on, and starts from no state. */
export async function replayingReplica(...given: Parameters<typeof freshReplica>): Promise<Replica> {
  const [ledger, person] = given;
  const replica = await freshReplica(...given);
  const first = ledger.entries.find(({ entry }) => entry.session === person.session);
  if (first === undefined) throw new RangeError(`${person.name} signed nothing`);
  const taken = await replica.ingest(replica.bundle([first]));
  if (!taken.ok) throw new RangeError(JSON.stringify(taken.error));
  return replica;
}

/** The same that was given every record by hand. */
export async function followingReplica(...given: Parameters<typeof freshReplica>): Promise<Replica> {
  const [{ hub }] = given;
  const replica = await freshReplica(...given);
  for (let height = 1; height <= hub.settled.height; height++) {
    const record = (await hub.archive.recordBytes(height as Height)) ?? new Uint8Array();
    const applied = await replica.applyCheckpoint(record);
    if (!applied.ok) throw new RangeError(applied.error.type);
  }
  return replica;
}

export interface Door {
  readonly link: Link;
  /** Lets whoever comes by this link in. */
  readonly open: (link: Link) => Promise<void>;
}

/** A link by which any number of others come to a replica, one after the other. */
export function createDoor(): Door {
  let letIn: Parameters<Link["start"]>[0] = () => undefined;
  return {
    link: {
      name: "door",
      start: (onConnection) => {
        letIn = onConnection;
        return Promise.resolve();
      },
      stop: () => Promise.resolve(),
    },
    open: (link) => link.start((connection) => letIn(connection)),
  };
}

let counter = 0;

/** A store in memory that nothing was written to. */
export function emptyStore(name: string): Promise<Store> {
  return openMemoryStore({ name: `${name} ${++counter}`, disk: new MemoryDisk() });
}

/** Resolves when a replica has settled up to a height. */
export function settledAt(replica: Replica, height: number): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (replica.settled.height < height) return;
      stop();
      resolve();
    };
    const stop = replica.subscribe(look);
    look();
  });
}
