/** The faucet on a disk that stops: whatever was written when it stopped, nobody is paid twice and nobody is forgotten. */
import { dyingAfter } from "@amigos/engine/testing";
import "@automerge/automerge";
import { describe, expect, it } from "vitest";
import { createMemoryKeyVault } from "@amigos/adapters/key-vault-memory";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { MemoryDisk, openMemoryStore } from "@amigos/adapters/store-memory";
import { isPayment, timeMs, type AccountId, type Network } from "@amigos/core";
import { Replica } from "@amigos/engine";
import { StoreError, type KeyVault, type Store } from "@amigos/engine/ports";
import { authoritySigner, createDemoNetwork, faucetAccount, type HubAccount } from "../data/demo-network.ts";
import { Faucet } from "./faucet.ts";

const alice = "a1".repeat(32) as AccountId;
const bob = "b0".repeat(32) as AccountId;

class TestHub {
  readonly #disk = new MemoryDisk();
  readonly #keys: KeyVault = createMemoryKeyVault();
  #network: Network | undefined;

  async open(
    wrap: (store: Store) => Store = (store) => store,
  ): Promise<{ readonly replica: Replica; readonly faucet: Faucet }> {
    this.#network ??= await createDemoNetwork({ keys: this.#keys, time: timeMs(systemClock.now() - 1_000) });
    const store = wrap(await openMemoryStore({ name: "hub", disk: this.#disk }));
    const signer = await authoritySigner(this.#keys);
    const replica = await Replica.open({
      network: this.#network,
      store,
      links: [],
      clock: systemClock,
      random: systemRandom,
      signer,
      isProvisional: false,
    });
    const account = (await faucetAccount(this.#network, this.#keys)) as HubAccount;
    if (replica.settled.height === 0) {
      await replica.introduce({ inceptions: [account.inception], control: [account.grant] });
      await replica.settle(systemClock.now(), signer);
    }
    return { replica, faucet: await Faucet.open({ replica, store, clock: systemClock, account }) };
  }
}

/** `"a1 100.00"` for each payment of the faucet's log. */
function paid({ replica }: { readonly replica: Replica }): readonly string[] {
  return replica.undecided
    .all()
    .filter(isPayment)
    .map(({ entry }) => `${entry.sequence} ${entry.operation.to.slice(0, 2)} ${entry.operation.amount}`);
}

describe("the faucet", () => {
  it("pays each account once", async () => {
    const hub = await new TestHub().open();
    expect(await hub.faucet.pay(alice)).toMatchObject({ type: "paid" });
    expect(await hub.faucet.pay(alice)).toEqual({ type: "already-paid" });
    const both = await Promise.all([hub.faucet.pay(bob), hub.faucet.pay(bob)]);
    expect(both.map(({ type }) => type)).toEqual(["paid", "already-paid"]);
    expect(paid(hub)).toEqual(["0 a1 10000", "1 b0 10000"]);
    await hub.replica.close();
  });

  it("says that it is busy instead of letting requests pile up", async () => {
    const hub = await new TestHub().open();
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, index) => hub.faucet.pay(index.toString(16).padStart(64, "0") as AccountId)),
    );
    const busy = replies.filter(({ type }) => type === "faucet-busy").length;
    expect(replies.length - busy).toBeGreaterThanOrEqual(32);
    expect(busy).toBeGreaterThan(0);
    expect(hub.replica.undecided.size).toBe(replies.length - busy);
    await hub.replica.close();
  });

  it("[DEV1] pays exactly once, at whichever write the disk stops", async () => {
    for (let writes = 0; writes <= 3; writes++) {
      const world = new TestHub();
      await (await world.open()).replica.close();
      const before = await world.open((store) => dyingAfter(store, writes));
      const reply = await before.faucet.pay(alice).catch((error: unknown) => error);
      await before.replica.close();

      const after = await world.open();
      const wasAcknowledged = !(reply instanceof StoreError);
      expect(paid(after).length, `durable after ${writes} writes`).toBeGreaterThanOrEqual(wasAcknowledged ? 1 : 0);
      await after.faucet.pay(alice);
      await after.faucet.pay(bob);
      expect(paid(after), `after ${writes} writes`).toEqual(["0 a1 10000", "1 b0 10000"]);
      await after.replica.close();
    }
  });
});
