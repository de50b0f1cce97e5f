/**
 * Catching up: a replica that has nothing meets one that has 10,000 settled entries of 20 sessions, and follows the ledger by
 * verifying and judging all of them. The references do the same with as many records, of which they verify what they verify:
 * Jazz a signature for each stretch of a session, automerge-repo none.
 */
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import type { BenchCase } from "../../../scripts/bench/bench-case.ts";
import { loadPeer, type PeerModule } from "../../../scripts/bench/peers.ts";
import { createDoor, emptyStore, replayingReplica, settledAt, settledLedger, type Ledger } from "./support/ledger.ts";

const SESSIONS = 20;
const ENTRIES = 10_000;

/** Made once, for both cases. */
let ledger: Promise<{ readonly ledger: Ledger; readonly door: ReturnType<typeof createDoor> }> | undefined;

const cases: readonly BenchCase[] = [
  {
    id: "engine.catch-up-jazz",
    what: "10,000 settled entries of 20 sessions reach a fresh replica over a memory link, verified and judged; the reference is Jazz with 10,000 trusted transactions of 20 sessions",
    unit: "ms",
    bar: 1.2,
    prepare: () => sides("cojson"),
  },
  {
    id: "engine.catch-up-automerge",
    what: "the same; the reference is automerge-repo with 10,000 unsigned changes of 20 documents",
    unit: "ms",
    bar: 0.5,
    prepare: () => sides("automerge"),
  },
];

export default cases;

async function sides(name: PeerModule): Promise<Awaited<ReturnType<BenchCase["prepare"]>>> {
  const peer = await loadPeer(name, { records: ENTRIES, sessions: SESSIONS });
  ledger ??= open();
  const { ledger: settled, door } = await ledger;
  return { ours: () => catchUp(settled, door), reference: () => peer.catchUp() };
}

async function open(): Promise<{ readonly ledger: Ledger; readonly door: ReturnType<typeof createDoor> }> {
  const door = createDoor();
  return { door, ledger: await settledLedger({ people: SESSIONS, payments: ENTRIES, links: [door.link] }) };
}

/** How long it takes from the connection to the newest checkpoint, in milliseconds. */
async function catchUp(settled: Ledger, door: ReturnType<typeof createDoor>): Promise<number> {
  const [person] = settled.people;
  if (person === undefined) throw new RangeError("nobody is there");
  const { left, right } = createMemoryLinkPair();
  await door.open(left);
  const replica = await replayingReplica(settled, person, await emptyStore("fresh"), [right]);
  const start = performance.now();
  await replica.connect();
  await settledAt(replica, settled.hub.settled.height);
  const elapsed = performance.now() - start;
  await replica.close();
  await left.stop();
  return elapsed;
}
