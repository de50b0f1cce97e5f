/** An archive that is replayed from the genesis on: what an honest hub kept holds, and no row of it can be changed unseen. */
import { beforeAll, describe, expect, it } from "vitest";
import { orThrow, timeMs, type Network } from "@amigos/core";
import { ami, createTestNetwork } from "@amigos/core/testing";
import { verifyArchive, type ArchiveReport, type Store } from "@amigos/engine";
import { createGenesisState, decodeLedgerState, encodeLedgerState, stateRoot } from "@amigos/reconcile";
import { createWorld, fresh, openDevice, openHub, openStore, settle } from "./devices.ts";

/** More than there are between two snapshots. */
const CHECKPOINTS = 34;

let network: Network;
let rows: ReadonlyMap<string, Uint8Array>;
let newest: { readonly height: number; readonly checkpoint: string; readonly stateRoot: string };

beforeAll(async () => {
  const world = await createWorld(["alice", "bob"]);
  ({ network } = world);
  const { alice, bob } = world.people;
  const name = fresh("kept");
  const hub = await openHub(network, name, []);
  const [payer, payee] = [
    await openDevice(alice, network, await openStore(fresh("alice")), []),
    await openDevice(bob, network, await openStore(fresh("bob")), []),
  ];
  for (let height = 1; height <= CHECKPOINTS; height += 1) {
    const { id } = await payer.pay(payee.account, ami(1));
    orThrow(await hub.ingest(payer.handover(id)));
    await settle(hub);
  }
  newest = {
    height: hub.settled.height,
    checkpoint: hub.settled.checkpoint,
    stateRoot: stateRoot(hub.settled),
  };
  await Promise.all([payer.close(), payee.close(), hub.close()]);
  const kept = await openStore(name);
  rows = new Map((await kept.list("")).map(({ key, value }) => [key, value]));
  await kept.close();
});

/** The store as the hub left it, but for these rows. */
async function changed(change: Readonly<Record<string, Uint8Array | undefined>>): Promise<Store> {
  const store = await openStore(fresh("changed"));
  const all = new Map<string, Uint8Array | undefined>([...rows, ...Object.entries(change)]);
  await store.write([...all].flatMap(([key, value]) => (value === undefined ? [] : [{ type: "put", key, value }])));
  return store;
}

async function verify(change: Readonly<Record<string, Uint8Array | undefined>> = {}): Promise<ArchiveReport> {
  const store = await changed(change);
  const before = await store.list("");
  const report = await verifyArchive({ store, network });
  expect(await store.list(""), "nothing is changed by it").toEqual(before);
  await store.close();
  return report;
}

function keyOf(prefix: string, index: number): string {
  const keys = [...rows.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  const key = keys[index];
  if (key === undefined) throw new RangeError(`no row ${index} of ${prefix}`);
  return key;
}

function bent(key: string): Uint8Array {
  const row = Uint8Array.from(rows.get(key) ?? []);
  row[row.length - 1] = (row.at(-1) ?? 0) ^ 1;
  return row;
}

describe("verifying an archive", () => {
  it("[CHP6] comes to the roots that the hub came to, and says how far it is", async () => {
    const store = await changed({});
    const heights: number[] = [];
    const report = await verifyArchive({ store, network, onCheckpoint: (height) => heights.push(height) });
    expect(report).toEqual({ ...newest, entries: CHECKPOINTS, fault: undefined });
    expect(heights).toEqual(Array.from({ length: CHECKPOINTS }, (_unused, index) => index + 1));
  });

  it("[CHP6] finds a record that was changed, exchanged or is missing, and what held before it", async () => {
    const [seventh, eighth] = [keyOf("checkpoint/", 6), keyOf("checkpoint/", 7)];
    expect(await verify({ [seventh]: bent(seventh) })).toMatchObject({
      height: 6,
      entries: 6,
      fault: { type: "replay-failed", height: 7 },
    });
    expect((await verify({ [seventh]: rows.get(eighth) })).fault).toMatchObject({
      type: "replay-failed",
      height: 7,
      error: { type: "checkpoint-not-next" },
    });
    expect((await verify({ [seventh]: Uint8Array.of(0x80) })).fault).toEqual({ type: "record-unreadable", height: 7 });
    expect((await verify({ [seventh]: undefined })).fault).toEqual({ type: "record-missing", height: 7 });
  });

  it("[CHP6] finds a row about the past that says something else, or cannot be read", async () => {
    for (const prefix of ["header/", "ids/", "places/"]) {
      const [one, other] = [keyOf(prefix, 0), keyOf(prefix, 1)];
      for (const [what, row, type] of [
        ["exchanged", rows.get(other), "row-differs"],
        ["damaged", Uint8Array.of(0xff), "row-damaged"],
        ["missing", undefined, prefix === "header/" ? "row-damaged" : "row-differs"],
      ] as const)
        expect((await verify({ [one]: row })).fault, `${prefix} ${what}`).toMatchObject({ type });
    }
    expect((await verify({ "header/x": Uint8Array.of(0) })).fault, "a stray row").toBeUndefined();
    const newestHeader = keyOf("header/", CHECKPOINTS - 1);
    expect((await verify({ [newestHeader]: undefined })).fault).toMatchObject({
      type: "row-damaged",
      height: CHECKPOINTS,
    });
  });

  it("[CHP6] finds a snapshot that is not the state of its height", async () => {
    expect([...rows.keys()]).toContain("snapshot");
    expect(await verify({ snapshot: bent("snapshot") })).toMatchObject({
      ...newest,
      fault: { type: "snapshot-differs" },
    });
    expect((await verify({ snapshot: undefined })).fault).toBeUndefined();
    const kept = orThrow(decodeLedgerState(rows.get("snapshot") ?? Uint8Array.of(), network));
    const later = encodeLedgerState({ ...kept, time: timeMs(kept.time + 1_000_000_000) });
    const elsewhere = encodeLedgerState({ ...kept, checkpoint: "ab".repeat(32) as typeof kept.checkpoint });
    for (const snapshot of [later, elsewhere, Uint8Array.of(0x80)])
      expect((await verify({ snapshot })).fault).toMatchObject({ type: "snapshot-differs" });
    const genesis = encodeLedgerState(createGenesisState(network));
    expect((await verify({ snapshot: genesis })).fault, "one from before anything was settled").toBeUndefined();
  });

  it("begins at the genesis where nothing was settled yet, and refuses another network's", async () => {
    const name = fresh("stopped");
    await (await openHub(network, name, [])).close();
    const stopped = await openStore(name);
    expect(await verifyArchive({ store: stopped, network })).toMatchObject({ height: 0, entries: 0, fault: undefined });
    const empty = await openStore(fresh("empty"));
    expect((await verifyArchive({ store: empty, network })).fault).toEqual({ type: "journal-missing" });
    const elsewhere = createTestNetwork([], undefined, "elsewhere");
    await expect(verifyArchive({ store: await changed({}), network: elsewhere })).rejects.toMatchObject({
      detail: { type: "journal-of-another-network" },
    });
  });
});
