/**
 * What arrives while a disk writes is taken in together: in one write, in its order, each as if it came by itself.
 */
import { SteppedClock } from "@amigos/adapters/clock-stepped";
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import { systemClock } from "@amigos/adapters/runtime";
import { decodeBundle, encodeBundle, orThrow, type Network, type VerifiedEntry } from "@amigos/core";
import { bundleOf, createPerson, createTestNetwork, type Person } from "@amigos/core/testing";
import { StoreError, type Clock, type Replica, type Store, type StoreOperation } from "@amigos/engine";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { assertProperty } from "./assert-property.ts";
import { createWorld, fresh, openDevice, openHub, openHubOn, openStore, settle, until } from "./devices.ts";
import { dyingAfter, refusing } from "@amigos/engine/testing";
import { signLog } from "./replication/support/entries.ts";

const RUNS = Math.round(40 * Number(process.env["AMIGOS_RUNS_FACTOR"] ?? 1));
const network = createTestNetwork(["alice", "bob", "carol"]);
const [alice, bob, carol, stranger] = [
  await createPerson("alice", { network }),
  await createPerson("bob", { network }),
  await createPerson("carol", { network }),
  await createPerson("stranger", { network }),
];
const people = [alice, bob, carol];
const logs = {
  alice: await signLog(network, alice, bob, 4),
  bob: await signLog(network, bob, carol, 4),
  carol: await signLog(network, carol, alice, 4),
  stranger: await signLog(network, stranger, alice, 1),
};
const [first] = logs.alice;
const branch = await signLog(network, alice, carol, 2, first, "the same money");

/** Everybody's accounts are known, so that bundles need nothing that vouches. */
async function openKnowing(store: Store, clock?: Clock): Promise<Replica> {
  const hub = await openHubOn(network, store, [], clock);
  for (const { inception, grant } of people) await hub.introduce({ inceptions: [inception], control: [grant] });
  return hub;
}

/** The system's clock, but for turns: those are given by hand. */
function turnsByHand(): { readonly clock: Clock; readonly turns: SteppedClock } {
  const turns = new SteppedClock(systemClock.now());
  const after: Clock["after"] = (ms, action) => (ms === 0 ? turns : systemClock).after(ms, action);
  return { clock: { now: systemClock.now, after }, turns };
}

/** Whatever waits for no turn has happened: what examines is in microtasks, and a link here in one turn of the loop each. */
async function whatNeedsNoTurn(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** How many of them have been told at each turn that is waited for, and in the end. Gives those turns. */
async function toldAtTurns(turns: SteppedClock, told: readonly string[], count: number): Promise<readonly number[]> {
  const counts: number[] = [];
  for (;;) {
    await until("a turn is waited for, or all are told", () => turns.waitingCount > 0 || told.length === count);
    await whatNeedsNoTurn();
    counts.push(told.length);
    if (told.length === count) return counts;
    turns.pass(0);
  }
}

/** What came of each, as it is told. */
function toldOf(hub: Replica, bundles: readonly Uint8Array[]): readonly string[] {
  const told: string[] = [];
  for (const bundle of bundles) void summaryOf(hub.ingest(bundle)).then((report) => told.push(report));
  return told;
}

/** As much as is taken in together, of which nothing is kept; and one entry that is. */
async function idle(of: Network, ...entries: readonly VerifiedEntry[]): Promise<Uint8Array> {
  const { inception, grant } = await createPerson("nobody", { network: of });
  const accounts = Array.from({ length: 128 }, () => ({ inception: inception.bytes, control: [grant.bytes] }));
  return encodeBundle({ version: 1, network: of.tag, accounts, entries: entries.map(({ bytes }) => bytes) });
}

function bare(...entries: readonly (Pick<VerifiedEntry, "bytes"> | undefined)[]): Uint8Array {
  const bytes = entries.flatMap((entry) => entry?.bytes ?? []);
  return encodeBundle({ version: 1, network: network.tag, accounts: [], entries: bytes });
}

function vouched(person: Person, ...entries: readonly VerifiedEntry[]): Uint8Array {
  return bundleOf(network, person, entries);
}

/** With a signature that is none. */
function forged({ bytes }: VerifiedEntry): { readonly bytes: Uint8Array } {
  return { bytes: bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1) };
}

/** `"fresh 0 1, known 1"`: by sequence. */
async function summaryOf(report: ReturnType<Replica["ingest"]>): Promise<string> {
  try {
    const { ok, ...told } = await report;
    if (!ok) return "error" in told ? told.error.type : "";
    const { fresh: news, known } = "value" in told ? told.value : { fresh: [], known: 0 };
    return [`fresh ${news.map(({ entry }) => entry.sequence).join(" ")}`, known === 0 ? "" : `, known ${known}`].join(
      "",
    );
  } catch (error) {
    return (error as StoreError).type;
  }
}

function counting(store: Store, onWrite: () => void): Store {
  return refusing(store, () => {
    onWrite();
    return false;
  });
}

/** What is undecided and proven, in an order of its own. */
function contentOf({ undecided, evidence }: Replica): readonly string[] {
  return [
    ...undecided.all().map(({ link }) => link),
    ...evidence.map(({ a, b }) => `${a.link} beside ${b.link}`),
  ].toSorted();
}

it("[PEER16] what waits is written at once, and what is refused of it harms nothing beside it", async () => {
  let writes = 0;
  const hub = await openKnowing(counting(await openStore(fresh("hub")), () => writes++));
  const before = writes;
  const told = await Promise.all(
    [
      bare(logs.alice[0]),
      bare(forged(logs.alice[1] as VerifiedEntry)),
      bare(logs.bob[0], logs.bob[1]),
      bare(...logs.stranger),
      bare(logs.carol[3]),
      bare(logs.bob[1], logs.bob[2]),
      bare(logs.alice[1]),
    ].map((bundle) => summaryOf(hub.ingest(bundle))),
  );
  expect(told).toEqual([
    "fresh 0",
    "signature-invalid",
    "fresh 0 1",
    "session-unknown",
    "fresh 3",
    "fresh 2, known 1",
    "fresh 1",
  ]);
  expect(writes - before).toBe(1);
  await settle(hub);
  expect(
    hub.undecided.all().map(({ entry }) => entry.sequence),
    "what came too early waits",
  ).toEqual([3]);
  await hub.close();
});

it("[PEER16] [PEER5] a fork between others is proven, and what comes after it is taken in with that known", async () => {
  const hub = await openKnowing(await openStore(fresh("hub")));
  const told = await Promise.all(
    [bare(...logs.alice), bare(logs.bob[0]), bare(...branch), bare(logs.carol[0]), bare(logs.bob[1], branch[0])].map(
      (bundle) => summaryOf(hub.ingest(bundle)),
    ),
  );
  expect(told).toEqual(["fresh 0 1 2 3", "fresh 0", "fresh 1 2", "fresh 0", "fresh 1, known 1"]);
  expect(hub.evidence.map(({ sequence }) => sequence)).toEqual([1, 2]);
  await hub.close();
});

it("[PEER16] who waits behind what vouches for its session is taken in", async () => {
  const hub = await openHub(network, fresh("hub"), []);
  const told = [vouched(alice, ...logs.alice.slice(0, 1)), bare(...logs.alice.slice(1)), bare(logs.bob[0])];
  expect(await Promise.all(told.map((bundle) => summaryOf(hub.ingest(bundle))))).toEqual([
    "fresh 0",
    "fresh 1 2 3",
    "session-unknown",
  ]);
  await hub.close();
});

it("[PEER16] [PEER5] what the disk has no room for is known to nobody, and taken in when it comes again", async () => {
  let isFull = false;
  const name = fresh("hub");
  const hub = await openKnowing(refusing(await openStore(name), () => isFull));
  const bundles = [bare(logs.alice[0]), bare(forged(logs.alice[1] as VerifiedEntry)), bare(...logs.bob)];
  const heard: string[] = [];
  hub.subscribe(({ type }) => void heard.push(type));
  isFull = true;
  const refused = await Promise.all(bundles.map((bundle) => summaryOf(hub.ingest(bundle))));
  expect(refused).toEqual(["store-full", "signature-invalid", "store-full"]);
  expect([contentOf(hub), heard]).toEqual([[], []]);
  isFull = false;
  const taken = await Promise.all(bundles.map((bundle) => summaryOf(hub.ingest(bundle))));
  expect(taken).toEqual(["fresh 0", "signature-invalid", "fresh 0 1 2 3"]);
  const known = contentOf(hub);
  await hub.close();
  const again = await openHub(network, name, []);
  expect(contentOf(again)).toEqual(known);
  await again.close();
});

it("[PEER16] whatever is acknowledged is there after the power goes out at any write", async () => {
  const bundles = [...logs.alice, ...branch, ...logs.bob].map((entry) => bare(entry));
  const WRITES_OF_OPENING = 8;
  let isAllTaken = false;
  for (let writes = 0; !isAllTaken; writes++) {
    const name = fresh("hub");
    const disk = await openStore(name);
    const hub = await openKnowing(disk);
    await hub.close();
    const dying = dyingAfter(await openStore(name), writes);
    const opened = await openHubOn(network, dying, []).catch(() => undefined);
    if (opened === undefined) {
      await dying.close();
      continue;
    }
    const told = await Promise.all(bundles.map((bundle) => opened.ingest(bundle).catch(() => undefined)));
    isAllTaken = told.every((report) => report !== undefined);
    const acknowledged = told.flatMap((report) => (report?.ok === true ? report.value.fresh : []));
    await opened.close().catch(() => undefined);
    const again = await openHub(network, name, []);
    for (const { entry, link } of acknowledged) expect(again.undecided.has(entry.session, link)).toBe(true);
    await again.close();
    expect(writes).toBeLessThan(WRITES_OF_OPENING + bundles.length);
  }
});

it("[PEER16] [PEER5] what is small may fit still, also beside what does not", async () => {
  let room = Number.POSITIVE_INFINITY;
  const sizeOf = (batch: readonly StoreOperation[]): number =>
    batch.reduce((sum, operation) => sum + (operation.type === "put" ? operation.value.length : 0), 0);
  const hub = await openKnowing(refusing(await openStore(fresh("hub")), (_writes, batch) => sizeOf(batch) > room));
  room = (logs.bob[0]?.bytes.length ?? 0) + 1;
  const bundles = [bare(...logs.alice), bare(logs.bob[0])];
  expect(await Promise.all(bundles.map((bundle) => summaryOf(hub.ingest(bundle))))).toEqual(["store-full", "fresh 0"]);
  await hub.close();
});

it("[PEER16] what arrives while a write fails, or what else is in the group cannot be looked up, is taken in for itself", async () => {
  let onWrite: (() => boolean) | undefined;
  const hub = await openKnowing(refusing(await openStore(fresh("hub")), () => onWrite?.() ?? false));
  let late: Promise<string> | undefined;
  onWrite = () => {
    onWrite = undefined;
    late = summaryOf(hub.ingest(bare(logs.alice[1])));
    return true;
  };
  expect(await summaryOf(hub.ingest(bare(logs.alice[0])))).toBe("store-full");
  expect(await late).toBe("fresh 1");

  const get = hub.undecided.get.bind(hub.undecided);
  vi.spyOn(hub.undecided, "get").mockImplementation((session, link) => {
    if (link === logs.bob[0]?.link) throw new StoreError("store-failed", "no answer");
    return get(session, link);
  });
  onWrite = () => {
    onWrite = undefined;
    late = summaryOf(hub.ingest(bare(logs.alice[2])));
    return false;
  };
  const both = [bare(logs.bob[0]), bare(logs.alice[0])].map((bundle) => summaryOf(hub.ingest(bundle)));
  expect(await Promise.all(both)).toEqual(["store-failed", "fresh 0"]);
  expect(await late).toBe("fresh 2");
  await hub.close();
});

it("[PEER16] a defect after the write leaves nobody waiting", async () => {
  const hub = await openKnowing(await openStore(fresh("hub")));
  vi.spyOn(hub.access, "note").mockImplementation(() => {
    throw new TypeError("a defect");
  });
  await expect(hub.ingest(bare(logs.alice[0]))).rejects.toThrow("a defect");
  await hub.close();
});

it("[PEER16] after it was closed, what waited is told so", async () => {
  const hub = await openKnowing(await openStore(fresh("hub")));
  const bundles = logs.alice.map((entry) => bare(entry));
  const before = bundles.map((bundle) => summaryOf(hub.ingest(bundle)));
  const closed = hub.close();
  const after = summaryOf(hub.ingest(bare(logs.bob[0])));
  expect(await Promise.all([...before, after])).toEqual(["fresh 0", "fresh 1", "fresh 2", "fresh 3", "store-closed"]);
  await closed;
});

it("[PEER16] many that arrive at once are told the same, and come to the same, as one after the other", () => {
  const entry = fc.constantFrom(
    ...logs.alice,
    ...branch,
    ...logs.bob,
    ...logs.carol,
    ...logs.stranger,
    forged(logs.alice[2] as VerifiedEntry),
    forged(branch[0] as VerifiedEntry),
  );
  const bundle = fc.array(entry, { minLength: 1, maxLength: 3 }).map((entries) => bare(...entries));
  return assertProperty(
    fc.asyncProperty(fc.array(bundle, { minLength: 2, maxLength: 12 }), async (bundles) => {
      const [slow, fast] = [
        await openKnowing(await openStore(fresh("hub"))),
        await openKnowing(await openStore(fresh("hub"))),
      ];
      const one: string[] = [];
      for (const next of bundles) one.push(await summaryOf(slow.ingest(next)));
      const together = await Promise.all(bundles.map((next) => summaryOf(fast.ingest(next))));
      expect(together).toEqual(one);
      expect(contentOf(fast)).toEqual(contentOf(slow));
      await Promise.all([slow.close(), fast.close()]);
    }),
    RUNS,
  );
});

it("[PEER16] between bundles that bring nothing, each as much as is taken in together, others have their turn", async () => {
  const { network: ours, people: devices } = await createWorld(["phone"]);
  const link = createMemoryLinkPair({ schedule: setImmediate });
  const { clock, turns } = turnsByHand();
  const hub = await openHubOn(ours, await openStore(fresh("hub")), [link.left], clock);
  const phone = await openDevice(devices.phone, ours, await openStore(fresh("phone")), [link.right]);
  await until("the phone is let in", () => hub.peers.length === 1);
  await phone.sync();
  const told = toldOf(hub, Array<Uint8Array>(4).fill(await idle(ours)));
  await until("a turn is waited for", () => turns.waitingCount > 0);
  await phone.sync();
  expect(told, "the phone has synced before the second").toEqual(["fresh "]);
  expect(await toldAtTurns(turns, told, 4)).toEqual([1, 2, 3, 4]);
  expect(new Set(told)).toEqual(new Set(["fresh "]));
  await Promise.all([phone.close(), hub.close()]);
});

it("[PEER16] what the disk has no room for gives others their turn as well, together and one by one", async () => {
  let isFull = false;
  let writes = 0;
  const { clock, turns } = turnsByHand();
  const store = refusing(await openStore(fresh("hub")), () => {
    writes++;
    return isFull;
  });
  const hub = await openKnowing(store, clock);
  const long = await signLog(network, alice, bob, 200);
  isFull = true;
  const large = await Promise.all(long.slice(0, 4).map((entry) => idle(network, entry)));
  const told = toldOf(hub, large);
  expect(await toldAtTurns(turns, told, 4)).toEqual([1, 2, 3, 4]);
  expect(new Set(told)).toEqual(new Set(["store-full"]));

  // The last of those above counts still, so nothing of these is examined before a turn: all together, and then as many as 256 less those.
  const before = writes;
  const small = toldOf(
    hub,
    long.map((entry) => bare(entry)),
  );
  expect(await toldAtTurns(turns, small, 200)).toEqual([0, 56, 200]);
  expect([new Set(small), writes - before]).toEqual([new Set(["store-full"]), 201]);

  isFull = false;
  const again = toldOf(
    hub,
    [...long, ...long].map((entry) => bare(entry)),
  );
  await toldAtTurns(turns, again, 400);
  expect(again.filter((report) => report.startsWith("fresh") && !report.includes("known"))).toHaveLength(200);
  await hub.close();
});

it("[PEER16] whoever waits for a turn when it is closed is told so before links stop, and nobody waits for one after", async () => {
  const bundle = await idle(network);
  for (const isWaiting of [true, false]) {
    const { clock, turns } = turnsByHand();
    let told: readonly string[] = [];
    let toldBeforeStop: readonly string[] = [];
    const stop = async (): Promise<void> => {
      await whatNeedsNoTurn();
      toldBeforeStop = [...told];
    };
    const link = { name: "wire", start: async () => undefined, stop };
    const hub = await openHubOn(network, await openStore(fresh("hub")), [link], clock);
    told = toldOf(hub, Array<Uint8Array>(3).fill(bundle));
    if (isWaiting) await until("it waits for a turn", () => turns.waitingCount === 1);
    await hub.close();
    expect(toldBeforeStop).toEqual(["fresh ", "store-closed", "store-closed"]);
    expect(turns.waitingCount).toBe(0);
  }
});

it("[PEER16] more than is taken in at once comes in its order, with room for others in between", async () => {
  let writes = 0;
  const { clock } = turnsByHand();
  const hub = await openKnowing(
    counting(await openStore(fresh("hub")), () => writes++),
    clock,
  );
  const before = writes;
  const long = await signLog(network, alice, bob, 256);
  const more = await signLog(network, bob, carol, 200);
  const reports = [...long, ...more].map((next) => summaryOf(hub.ingest(bare(next))));
  const settled = settle(hub);
  expect(await Promise.all(reports)).toEqual([...long, ...more].map(({ entry }) => `fresh ${entry.sequence}`));
  await settled;
  expect(writes - before, "two groups and a checkpoint").toBe(3);
  expect(orThrow(decodeBundle(bare(...long), network.tag)).entries.length).toBe(256);
  await hub.close();
});
