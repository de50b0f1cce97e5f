import { describe, expect, it } from "vitest";
import { SEND_UNLIMITED, STAKE_MANAGE, type AccountId } from "@amigos/core";
import { ami, type Person } from "@amigos/core/testing";
import { kill, revoke, signOrdered } from "../../test/support/control.ts";
import { DAY, at, TestLedger, present } from "../../test/support/ledger.ts";
import { float, pay, penOf, release, stake, unstake } from "../../test/support/operations.ts";
import { accountOf, merkleRows } from "../index.ts";
import { holdingsOf } from "./holdings.ts";

describe("holdings", () => {
  it("[STA3] are what is available, in floats, staked and unbonding", async () => {
    const { ledger, alice, bob } = await aliceSpreadsHerMoney();
    const held = holdingsOf(present(accountOf(ledger.state, alice.account)), ledger.network).map(
      ({ amount }) => amount,
    );
    expect(held.toSorted((a, b) => Number(a - b))).toEqual([500n, 1000n, 2500n, 5000n]);
    expect(holdingsOf(present(accountOf(ledger.state, bob.account)), ledger.network)).toEqual([ami(10)]);
  });

  it("[STA3] are what is available and in floats on a network without assets to stake", async () => {
    const { ledger, alice } = await aliceSpreadsHerMoney();
    const bare = { ...ledger.network, genesis: { ...ledger.network.genesis, assets: [] } };
    const held = holdingsOf(present(accountOf(ledger.state, alice.account)), bare).map(({ amount }) => amount);
    expect(held).toEqual([2500n, 1000n]);
  });

  it("[STA3] add up to the genesis whatever ends: a session, a generation, a term, a wait", async () => {
    const { ledger, alice, bob } = await aliceSpreadsHerMoney();
    const sum = (state = ledger.state) =>
      [...merkleRows(state.accounts)]
        .flatMap(([, account]) => holdingsOf(account, ledger.network))
        .reduce((total, { amount }) => total + amount, 0n);
    expect(sum()).toBe(10000n);
    const { network } = ledger;
    for (const operation of [revoke(alice.session), kill(1)]) {
      const control = [await signOrdered(alice, operation, { network })];
      expect(sum(ledger.look([], { control }).state)).toBe(10000n);
    }
    const time = at(40 * DAY);
    const onward = await penOf(ledger, bob)(pay(alice, ami(1)), { time });
    expect(sum(ledger.look([onward], { time }).state)).toBe(10000n);
  });
});

/** 25.00 available, 10.00 set aside, 50.00 staked, 5.00 unbonding, 10.00 paid to bob. */
async function aliceSpreadsHerMoney(): Promise<{
  readonly ledger: TestLedger;
  readonly alice: Person;
  readonly bob: Person;
}> {
  const ledger = new TestLedger();
  const permissions = [SEND_UNLIMITED, STAKE_MANAGE];
  const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
  const write = penOf(ledger, alice);
  const vera = { account: "ab".repeat(32) as AccountId };
  await ledger.settle([
    await write(float(ami(25))),
    await write(release(ami(5))),
    await write(pay(bob, ami(10))),
    await write(stake(vera, ami(55))),
    await write(unstake(vera, ami(5))),
  ]);
  return { ledger, alice, bob };
}
