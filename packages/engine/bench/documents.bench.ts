/** What it costs to put an entry into its document where tens of thousands are in documents already, as on a hub. */
import "@automerge/automerge";
import { systemClock } from "@amigos/adapters/runtime";
import type { Network, SessionId, VerifiedEntry } from "@amigos/core";
import { ami, createPerson, createTestNetwork, signPayment, type Person } from "@amigos/core/testing";
import { fixed, type BenchCase } from "../../../scripts/bench/bench-case.ts";
import { createReplicator, type Replicator } from "../src/replication/replicator.ts";

const HELD = 60_000;
const ADDED = 2000;
/** Of one log. */
const LOG = 40;
/** Of which the first warms up, and of the others the least counts: what is added is added once, and cannot be repeated. */
const REFERENCE_ROUNDS = 5;

const cases: readonly BenchCase[] = [
  {
    id: "engine.documents-many",
    what: `an entry enters its document where ${HELD.toLocaleString("en-US")} entries are in documents; the reference is where there are none`,
    unit: "µs an entry",
    bar: 2,
    prepare: async () => {
      const network = createTestNetwork(["alice", "bob"]);
      const alice = await createPerson("alice", { network });
      const log = await signLog(network, alice, await createPerson("bob", { network }));
      const alone: number[] = [];
      for (let round = 0; round < REFERENCE_ROUNDS; round++) {
        const fresh = replicatorOf(network);
        alone.push(publish(fresh, logsLike(log, ADDED)));
        await fresh.close();
      }
      const hub = replicatorOf(network);
      publish(hub, logsLike(log, HELD));
      return {
        ours: () => publish(hub, logsLike(log, ADDED)),
        reference: fixed(Math.min(...alone.slice(1))),
        close: () => hub.close(),
      };
    },
  },
];

export default cases;

function replicatorOf(network: Network): Replicator {
  return createReplicator({
    network,
    peerId: "hub",
    mayAccess: () => true,
    hasEntry: () => false,
    hasLogTo: () => false,
    clock: systemClock,
    isOver: () => false,
    admitEntries: () => Promise.resolve([]),
    admitItems: () => Promise.resolve([]),
    onRefused: () => undefined,
  });
}

async function signLog(network: Network, from: Person, to: Person): Promise<readonly VerifiedEntry[]> {
  const log: VerifiedEntry[] = [];
  while (log.length < LOG) {
    const after = log.at(-1);
    const money = ami(1);
    log.push(await signPayment(from, { network, to: to.account, money, ...(after === undefined ? {} : { after }) }));
  }
  return log;
}

let sessions = 0;

/** The same log under as many sessions as make so many entries: documents do not look into what they carry. */
function logsLike(log: readonly VerifiedEntry[], count: number): readonly VerifiedEntry[] {
  const entries: VerifiedEntry[] = [];
  while (entries.length < count) {
    const session = (++sessions).toString(16).padStart(64, "0") as SessionId;
    for (const verified of log) entries.push({ ...verified, entry: { ...verified.entry, session } });
  }
  return entries;
}

/** In microseconds of processor time an entry: the sides are measured apart, and the machine may have other work by then. */
function publish(replicator: Replicator, entries: readonly VerifiedEntry[]): number {
  const start = process.cpuUsage();
  replicator.publishEntries(entries);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / entries.length;
}
