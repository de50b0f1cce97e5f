/** A guardian who agrees to other keys of an account than before, or wants to (spec [DEV14], [RCV3]). */
import { describe, expect, it } from "vitest";
import { keyDigest, signRecoveryRequest, timeMs, type EntryId } from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import { systemClock } from "@amigos/adapters/runtime";
import type { Store } from "@amigos/engine";
import { accountOf } from "@amigos/reconcile";
import { until } from "./devices.ts";
import { refusalOf, saidAt, stage, twoOfThree } from "./recovery-stage.ts";

const device = namedSigner("alice/device");

/** Bob and carol with clocks that stand still until a second passes, and requests for one master key and one next key or another. */
async function askedAgain() {
  const all = await stage(twoOfThree);
  const { network, people, wallets, hub, open } = all;
  const account = people.alice.account.id;
  const began = systemClock.now();
  let seconds = 0;
  const now = () => timeMs(began + 1000 * seconds);
  const stores = new Map<string, Store>();
  for (const name of ["bob", "carol"] as const) {
    await wallets[name].close();
    const noteStore = (store: Store): Store => {
      stores.set(name, store);
      return store;
    };
    await open(name, noteStore, { ...systemClock, now });
    await until("it follows", () => wallets[name].view.ledger.height === hub.settled.height);
  }
  const request = async (next: string): Promise<Uint8Array> => {
    const nextKeyDigest = keyDigest(namedSigner(next).publicKey);
    const keys = { masterKey: device.publicKey, nextKeyDigest };
    return (await signRecoveryRequest({ version: 1, network: network.tag, account, ...keys, time: began }, device))
      .bytes;
  };
  return {
    ...{ all, account, request },
    pass: () => ++seconds,
    /** When bob agreed to other keys than these, by the seconds that had passed. */
    agreedBefore: (asked: Uint8Array) =>
      wallets.bob.recovery
        .review(asked)
        .agreedBefore.map(({ time = timeMs(0) }) => (time - began) / 1000)
        .toSorted((a, b) => a - b),
    timesOfBob: async () => (await stores.get("bob")?.list("agreed/"))?.length,
    recoveries: () => accountOf(hub.settled, account)?.recoveries ?? [],
  };
}

describe("a guardian who is asked for other keys", () => {
  it("[DEV14] also for the same master key with another next one, agrees to both", async () => {
    const { all, request, pass, agreedBefore, recoveries } = await askedAgain();
    const { bob, carol } = all.wallets;
    const [first, second, third] = [await request("first"), await request("second"), await request("third")];
    const said = await bob.recovery.approve(first);
    await carol.recovery.approve(second);
    await until("bob has heard", () => bob.recovery.review(second).approvals.length === 1);
    pass();
    expect(await bob.recovery.approve(second)).not.toEqual(said);
    expect(agreedBefore(third)).toEqual([0, 1]);
    await until("the hub has all", () => saidAt(all.hub) === 3);
    await all.settle();
    expect(
      recoveries()
        .map(({ approvals }) => approvals.length)
        .toSorted((a, b) => a - b),
    ).toEqual([1, 2]);
    await all.close();
  });

  it("[DEV14] is told when he agreed first, not when he wanted to again", async () => {
    const { all, request, pass, agreedBefore } = await askedAgain();
    const [first, second] = [await request("first"), await request("second")];
    await all.wallets.bob.recovery.approve(first);
    await until("the hub has it", () => saidAt(all.hub) === 1);
    await all.settle();
    pass();
    expect(await refusalOf(() => all.wallets.bob.recovery.approve(first))).toBe("duplicate");
    expect(agreedBefore(second)).toEqual([0]);
    await all.close();
  });

  it("[DEV14] is told when he agreed to what is vetoed, until that is settled", async () => {
    const { all, request, pass, agreedBefore } = await askedAgain();
    const { alice, bob } = all.wallets;
    const [first, second, third] = [await request("first"), await request("second"), await request("third")];
    await bob.recovery.approve(first);
    await until("the hub has it", () => saidAt(all.hub) === 1);
    await all.settle();
    await alice.recovery.veto(alice.view.recovery.underWay[0]?.start as EntryId);
    await until("bob has heard", () => bob.recovery.review(first).approvals.length === 0);
    pass();
    await bob.recovery.approve(second);
    expect(agreedBefore(third)).toEqual([0, 1]);
    await until("the hub has both", () => saidAt(all.hub) === 2);
    await all.settle();
    expect(agreedBefore(third)).toEqual([1]);
    await all.close();
  });

  it("[DEV14] keeps no time of what was refused", async () => {
    const { all, request, timesOfBob } = await askedAgain();
    for (const next of ["first", "second", "third", "fourth"])
      await all.wallets.bob.recovery.approve(await request(next));
    const fifth = await request("fifth");
    expect(await refusalOf(() => all.wallets.bob.recovery.approve(fifth))).toBe("recovery-pending");
    expect(await timesOfBob()).toBe(4);
    await all.close();
  });

  it("[DEV14] and agreed apart from another one, comes together with him for the newer keys, and for the older no more", async () => {
    const { all, request, pass, recoveries, agreedBefore } = await askedAgain();
    const { wallets, links, hub } = all;
    const [lost, next, third] = [await request("lost"), await request("next"), await request("third")];
    for (const name of ["bob", "carol"] as const) {
      links[name].unplug();
      await until("away", () => wallets[name].view.connections.length === 0);
      await wallets[name].recovery.approve(lost);
    }
    pass();
    for (const name of ["bob", "carol"] as const) await wallets[name].recovery.approve(next);
    for (const name of ["bob", "carol"] as const) links[name].plug();
    await until("one has joined the other", () => saidAt(hub) === 5);
    for (const name of ["bob", "carol"] as const)
      await until("both have heard", () => wallets[name].recovery.review(lost).approvals.length === 2);
    for (let checkpoint = 0; checkpoint < 2; checkpoint++) await all.settle();
    expect(agreedBefore(third)).toEqual([0, 1]);
    const seen = recoveries().map(({ nextKeyDigest, approvals }) => [
      nextKeyDigest === keyDigest(namedSigner("next").publicKey) ? "next" : "lost",
      approvals.length,
    ]);
    expect(seen.map(String).toSorted()).toEqual(["lost,1", "lost,1", "next,1", "next,2"]);
    await all.close();
  });
});
