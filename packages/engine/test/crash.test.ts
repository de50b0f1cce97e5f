/**
 * What a crash may cost: nothing that was acknowledged, and never two entries for one sequence (spec [DEV1]). The store
 * stops for good after its n-th write, for every n that an entry and what follows it need; then the device starts again
 * on what the disk holds.
 */
import { describe, expect, it } from "vitest";
import type { AccountId, EntryId } from "@amigos/core";
import { StoreError, type EntryView, type Wallet } from "@amigos/engine";
import { createWorld, fresh, openDevice, openHub, openStore, pair, settle, until } from "./devices.ts";
import { dyingAfter } from "@amigos/engine/testing";

/** `"0: 100"`: what this device signed, with its place. */
function placesOf({ view }: Wallet): readonly string[] {
  return [...view.payments.filter(({ direction }) => direction === "out"), ...view.floats].map(
    ({ sequence, amount }) => `${sequence}: ${amount}`,
  );
}

function idsOf({ view }: Wallet): EntryId[] {
  return [...view.payments, ...view.floats].map(({ id }) => id);
}

const WAYS: Readonly<Record<string, (wallet: Wallet, to: AccountId, money: string) => Promise<EntryView>>> = {
  pays: (wallet, to, money) => wallet.pay(to, money),
  "sets aside": (wallet, _to, money) => wallet.setAside(money),
};

describe("a device that stops after its n-th write", () => {
  for (const [way, write] of Object.entries(WAYS))
    for (let writes = 0; writes <= 5; writes++) {
      it(`[DEV1] n = ${writes}, and ${way}: what was acknowledged stays, and no sequence is signed twice`, async () => {
        const { network, people } = await createWorld(["alice", "bob"]);
        const bob = people.bob.grant.inception.id;
        const name = fresh("alice");
        await (await openDevice(people.alice, network, await openStore(name), [])).close();

        const acknowledged: string[] = [];
        const dying = await openDevice(people.alice, network, dyingAfter(await openStore(name), writes), []);
        for (const money of ["1.00 AMI", "2.00 AMI"]) {
          const entry = await write(dying, bob, money).catch((error: unknown) => error);
          if (entry instanceof Error) break;
          acknowledged.push(placesOf(dying)[0] ?? "");
        }
        const seen = idsOf(dying);
        await dying.close();

        const again = await openDevice(people.alice, network, await openStore(name), []);
        await write(again, bob, "3.00 AMI");
        expect(placesOf(again)).toEqual(expect.arrayContaining(acknowledged));
        expect(idsOf(again)).toEqual(expect.arrayContaining(seen));
        const sequences = placesOf(again).map((place) => place.split(":")[0]);
        expect(new Set(sequences).size).toBe(sequences.length);
        expect(again.view.session.status).toBe("unregistered");
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
