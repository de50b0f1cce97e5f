/**
 * What a crash may cost: nothing that was acknowledged, and never two entries for one sequence (spec [DEV1]). The store
 * stops for good after its n-th write, for every n that a payment and its settlement need; then the device starts again
 * on what the disk holds.
 */
import { describe, expect, it } from "vitest";
import { StoreError, type Store, type Wallet } from "@amigos/engine";
import { createWorld, fresh, openDevice, openHub, openStore, pair, settle, until } from "./devices.ts";

/** A store whose power goes out: the write after the n-th, and everything from then on, fails. */
function dyingAfter(store: Store, writes: number): Store {
  let left = writes;
  return {
    ...store,
    name: store.name,
    isPersistent: store.isPersistent,
    get: (key) => store.get(key),
    list: (prefix) => store.list(prefix),
    close: () => store.close(),
    write: (batch) => {
      if (left <= 0) return Promise.reject(new StoreError("store-failed", "the power went out"));
      left--;
      return store.write(batch);
    },
  };
}

function placesOf(wallet: Wallet): readonly string[] {
  return wallet.view.payments
    .filter(({ direction }) => direction === "out")
    .map(({ sequence, amount }) => `${sequence}: ${amount}`);
}

describe("a device that stops after its n-th write", () => {
  for (let writes = 0; writes <= 5; writes++) {
    it(`[DEV1] n = ${writes}: acknowledged payments stay, and no sequence is signed twice`, async () => {
      const { network, people } = await createWorld(["alice", "bob"]);
      const bob = people.bob.grant.inception.id;
      const name = fresh("alice");
      await (await openDevice(people.alice, network, await openStore(name), [])).close();

      const acknowledged: string[] = [];
      const dying = await openDevice(people.alice, network, dyingAfter(await openStore(name), writes), []);
      for (const amount of ["1.00 AMI", "2.00 AMI"]) {
        const payment = await dying.pay(bob, amount).catch((error: unknown) => error);
        if (payment instanceof Error) break;
        acknowledged.push(placesOf(dying)[0] ?? "");
      }
      const seen = dying.view.payments.map(({ id }) => id);
      await dying.close();

      const again = await openDevice(people.alice, network, await openStore(name), []);
      await again.pay(bob, "3.00 AMI");
      expect(placesOf(again)).toEqual(expect.arrayContaining(acknowledged));
      expect(again.view.payments.map(({ id }) => id)).toEqual(expect.arrayContaining(seen));
      const sequences = again.view.payments.map(({ sequence }) => sequence);
      expect(new Set(sequences).size).toBe(sequences.length);
      expect(again.view.conflicts).toEqual([]);
      await again.close();
    });
  }

  it("[DEV1] a place that was reserved gets the very entry it was reserved for", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const bob = people.bob.grant.inception.id;
    const name = fresh("alice");
    await (await openDevice(people.alice, network, await openStore(name), [])).close();
    const dying = await openDevice(people.alice, network, dyingAfter(await openStore(name), 1), []);
    await expect(dying.pay(bob, "7.00 AMI")).rejects.toBeInstanceOf(StoreError);
    await dying.close();

    const again = await openDevice(people.alice, network, await openStore(name), []);

    expect(placesOf(again)).toEqual(["0: 700"]);
    await again.close();
  });

  it("a full disk refuses a payment and everything before it stays", async () => {
    const { network, people } = await createWorld(["alice", "bob"]);
    const [link, name] = [pair("hub", "alice"), fresh("alice")];
    const hub = await openHub(network, fresh("hub"), [link.left]);
    const alice = await openDevice(people.alice, network, dyingAfter(await openStore(name), 5), [link.right]);
    await alice.pay(people.bob.grant.inception.id, "1.00 AMI");
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    await until("alice follows", () => alice.view.ledger.height === 1);
    await expect(alice.pay(people.bob.grant.inception.id, "2.00 AMI")).rejects.toBeInstanceOf(StoreError);
    expect(placesOf(alice)).toEqual(["0: 100"]);
    await Promise.all([alice.close(), hub.close()]);
  });
});
