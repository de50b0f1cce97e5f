/**
 * A journal of version 2, as the software of then left it: alice's wallet with three checkpoints, in which payments of hers and
 * of bob's were accepted, one was rejected, and she signed twice for one place; and a payment that is not settled.
 */
import { readFileSync } from "node:fs";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { hexToBytes, type Height, type Sequence } from "@amigos/core";
import { ami, createPerson, createTestNetwork } from "@amigos/core/testing";
import { Replica, StoreError, verifyArchive, type Store } from "@amigos/engine";
import { expect, it } from "vitest";
import { fresh, openStore } from "./devices.ts";

const rows = JSON.parse(readFileSync(new URL("./journals/version-2.json", import.meta.url), "utf8")) as Record<
  string,
  string
>;

const network = createTestNetwork(["alice", "bob"], ami(100));

async function storeOfVersion2(
  name: string,
  change: Readonly<Record<string, Uint8Array | undefined>> = {},
): Promise<Store> {
  const store = await openStore(name);
  const kept = Object.entries(rows).map(([key, hex]) => [key, hexToBytes(hex)] as const);
  const all = new Map<string, Uint8Array | undefined>([...kept, ...Object.entries(change)]);
  await store.write([...all].flatMap(([key, value]) => (value === undefined ? [] : [{ type: "put", key, value }])));
  return store;
}

async function openAlice(store: Store): Promise<Replica> {
  const alice = await createPerson("alice", { network });
  return Replica.load({
    network,
    store,
    links: [],
    clock: systemClock,
    random: systemRandom,
    signer: alice.signer,
    account: alice.account,
    session: alice.session,
    isProvisional: true,
  });
}

/** Without what is written when a store is closed. */
async function keysOf(store: Store): Promise<readonly string[]> {
  return (await store.list("")).map(({ key }) => key).filter((key) => key !== "snapshot");
}

const kinds = (keys: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(keys, (key) => key.split("/")[0] ?? "")].map(([kind, ofKind]) => [kind, ofKind.length]),
  );

it("a journal of version 2 is opened as one of version 3, and nothing of it is lost", async () => {
  const name = fresh("version 2");
  const replica = await openAlice(await storeOfVersion2(name));
  const [alice, bob] = [await createPerson("alice", { network }), await createPerson("bob", { network })];
  expect([replica.settled.height, replica.undecided.size, replica.evidence.length]).toEqual([3, 1, 1]);
  const at = (session: typeof alice.session, sequence: number) =>
    replica.archive.entriesAt(session, sequence as Sequence, 3 as Height);
  const decided = [
    ...(await at(alice.session, 0)),
    ...(await at(alice.session, 1)),
    ...(await at(alice.session, 2)),
    ...(await at(bob.session, 0)),
    ...(await at(bob.session, 1)),
  ];
  const settlements = await Promise.all(decided.map(({ id }) => replica.archive.settlement(id)));
  expect(settlements.map((settlement) => `${settlement?.height} ${settlement?.verdict.outcome}`)).toEqual([
    "1 accepted",
    "1 rejected",
    "3 accepted",
    "3 accepted",
    "2 accepted",
    "2 rejected",
  ]);
  await replica.close();
  const store = await openStore(name);
  expect(kinds(await keysOf(store))).toEqual({
    checkpoint: 3,
    control: 2,
    evidence: 1,
    header: 3,
    ids: 6,
    inception: 2,
    meta: 2,
    payment: 5,
    places: 2,
    undecided: 1,
    verdict: 2,
  });
  expect(await verifyArchive({ store, network })).toMatchObject({ height: 3, entries: 6, fault: undefined });
  await store.close();
});

it("comes to the same rows when it was interrupted after any of its writes", async () => {
  const whole = await storeOfVersion2(fresh("whole"));
  const replica = await openAlice(whole);
  const expected = await whole.list("");
  await replica.close();
  for (let writes = 0; ; writes++) {
    const name = fresh("interrupted");
    const store = await storeOfVersion2(name);
    let left = writes;
    const stopping: Store = {
      name: store.name,
      isPersistent: false,
      get: (key) => store.get(key),
      list: (prefix) => store.list(prefix),
      write: async (batch) => {
        if (left-- === 0) throw new StoreError("store-failed", "the device stopped");
        await store.write(batch);
      },
      close: () => store.close(),
    };
    const stopped = await openAlice(stopping).then(
      () => false,
      (error: unknown) => error instanceof StoreError,
    );
    if (stopped) await openAlice(store);
    expect(await store.list(""), `after ${writes} writes`).toEqual(expected);
    await store.close();
    if (!stopped) break;
  }
});

it("refuses one that is damaged or another network's, and leaves it as it was", async () => {
  for (const [key, value] of [
    ["checkpoint/0000000000000002", Uint8Array.of(0x80)],
    ["checkpoint/0000000000000002", undefined],
    ["header/0000000000000001", Uint8Array.of(0x80)],
    [Object.keys(rows).find((row) => row.startsWith("settled/")) ?? "", Uint8Array.of(0x80)],
  ] as const) {
    const store = await storeOfVersion2(fresh("damaged"), { [key]: value });
    await expect(openAlice(store), key).rejects.toMatchObject({ type: "store-damaged" });
    expect(await store.get("meta/version")).toEqual(Uint8Array.of(2));
    await store.close();
  }
  const other = await storeOfVersion2(fresh("elsewhere"), { "meta/network": Uint8Array.of(0) });
  await expect(openAlice(other)).rejects.toMatchObject({ detail: { type: "journal-of-another-network" } });
  const unopened = await storeOfVersion2(fresh("unopened"));
  await expect(verifyArchive({ store: unopened, network })).rejects.toThrow("open it once with this software");
  const later = await storeOfVersion2(fresh("later"), { "meta/version": Uint8Array.of(9) });
  await expect(openAlice(later)).rejects.toMatchObject({ detail: { type: "journal-of-another-version", found: 9 } });
});
