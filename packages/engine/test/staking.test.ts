/** Money behind a validator: judged, reserved and signed as a payment is, and out of what can be spent until it comes back. */
import { describe, expect, it } from "vitest";
import { READ_ALL, SEND_LIMIT_DAILY, STAKE_MANAGE } from "@amigos/core";
import { ami } from "@amigos/core/testing";
import { WalletError } from "@amigos/engine";
import { createWorld, fresh, openDevice, openHub, openStore, pair, settle, until } from "./devices.ts";

describe("a stake", () => {
  it("[DEV1] [DEV3] is staked offline, settles, and comes back after the unbonding time", async () => {
    const { network, people } = await createWorld(["alice", "val"], [SEND_LIMIT_DAILY(ami(50)), STAKE_MANAGE]);
    const validator = people.val.grant.inception.id;
    const link = pair("hub", "alice");
    const hub = await openHub(network, fresh("hub"), [link.left]);
    link.unplug();
    const store = fresh("alice");
    const alice = await openDevice(people.alice, network, await openStore(store), [link.right]);

    const stake = await alice.stake(validator, "30.00 AMI");

    expect(stake).toMatchObject({ type: "stake", validator, finality: "signed", outcome: "accepted" });
    expect(alice.view.balances[0]).toMatchObject({ available: 7000n, pendingOut: 0n });
    expect(alice.view.staking).toMatchObject({ staked: [{ validator, amount: 3000n }], pending: [{ id: stake.id }] });
    link.plug();
    await until("the hub has it", () => hub.undecided.size === 1);
    await settle(hub);
    await alice.when((view) => view.staking.pending.length === 0 || undefined);
    await alice.unstake(validator, "10.00 AMI");
    expect(alice.view.balances[0]).toMatchObject({ available: 7000n });
    expect(alice.view.staking.staked).toEqual([{ validator, amount: 2000n }]);
    expect(alice.view.staking.unbonding).toMatchObject([{ amount: 1000n }]);
    await alice.close();
    const again = await openDevice(people.alice, network, await openStore(store), []);
    expect(again.view.staking.staked).toEqual([{ validator, amount: 2000n }]);
    await Promise.all([again.close(), hub.close()]);
  });

  it("is refused before signing: without the permission, or more than there is", async () => {
    const { network, people } = await createWorld(["alice"], [READ_ALL, STAKE_MANAGE]);
    const { network: other, people: others } = await createWorld(["bob"]);
    const alice = await openDevice(people.alice, network, await openStore(fresh("alice")), []);
    const bob = await openDevice(others.bob, other, await openStore(fresh("bob")), []);
    const codeOf = async (call: Promise<unknown>): Promise<unknown> => {
      const error: unknown = await call.catch((thrown: unknown) => thrown);
      return error instanceof WalletError && "failure" in error.detail
        ? [error.detail.type, error.detail.failure.code]
        : error;
    };
    expect(await codeOf(bob.stake(bob.account, "1.00 AMI"))).toEqual(["stake-refused", "permission-missing"]);
    expect(await codeOf(alice.stake(alice.account, "100.01 AMI"))).toEqual(["stake-refused", "insufficient-funds"]);
    expect(await codeOf(alice.unstake(alice.account, "1.00 AMI"))).toEqual(["stake-refused", "stake-rules"]);
    expect(alice.view.staking).toEqual({ staked: [], unbonding: [], pending: [] });
    await Promise.all([alice.close(), bob.close()]);
  });
});
