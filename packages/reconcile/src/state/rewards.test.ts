import { describe, expect, it } from "vitest";
import { IMPORT_EXECUTE, SEND_UNLIMITED, STAKE_MANAGE, type AccountId, type Operation } from "@amigos/core";
import { AMI, ami, createTestNetwork, type Person } from "@amigos/core/testing";
import { TestLedger, present } from "../../test/support/ledger.ts";
import { execute, pay, penOf, stake, unstake, type Pen } from "../../test/support/operations.ts";
import { accountOf, balanceOf, holdingsOf, merkleRows } from "../index.ts";

const SCALE = 2n ** 64n;

/** Each of these people may stake and pay into the pool; what they hold is in cents, `each` from the start. */
async function stakers(names: readonly string[], each = ami(100)) {
  const ledger = new TestLedger({ network: createTestNetwork(names, each) });
  const pool = { account: ledger.network.id as string as AccountId };
  const people = new Map<string, { readonly person: Person; readonly write: Pen }>();
  for (const name of names) {
    const person = await ledger.join(name, { permissions: [SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE] });
    people.set(name, { person, write: penOf(ledger, person) });
  }
  ledger.name(
    { ...present(people.get(names[0] as string)).person, account: pool.account, session: "" as never },
    "pool",
  );
  /** All of them in one checkpoint: `["alice", pay(…)]`. */
  const settle = async (...rows: readonly (readonly [string, Operation])[]) => {
    const entries = [];
    for (const [name, operation] of rows) entries.push(await present(people.get(name)).write(operation));
    return ledger.settle(entries);
  };
  const person = (name: string): Person => present(people.get(name)).person;
  const has = (name: string) => balanceOf(ledger.state, person(name).account, AMI);
  const state = () => accountOf(ledger.state, pool.account)?.pool;
  const inPool = () => balanceOf(ledger.state, pool.account, AMI);
  /** Of everything that everybody has, in cents. */
  const sum = () =>
    [...merkleRows(ledger.state.accounts)]
      .flatMap(([, account]) => holdingsOf(account, ledger.network))
      .reduce((total, { amount }) => total + amount, 0n);
  return { ledger, pool, settle, person, has, state, inPool, sum };
}

const cents = (amount: number) => ami(0, amount);

describe("sharing out the pool", () => {
  it("[RWD1] nothing happens while nothing is staked, or nothing is fresh", async () => {
    const { settle, pool, person, state, inPool } = await stakers(["alice", "vera"]);
    await settle(["alice", pay(pool, cents(100))]);
    expect([state(), inPool()]).toEqual([undefined, 100n]);
    await settle(["vera", stake(person("vera"), cents(10))]);
    expect(state(), "what was there before is shared with whoever stakes first").toEqual({
      total: 10n,
      perUnit: 10n * SCALE,
      owed: 100n,
    });
    await settle();
    expect(state()).toEqual({ total: 10n, perUnit: 10n * SCALE, owed: 100n });
  });

  it("[RWD1] what comes is shared by all that is staked after the call, in proportion, whoever pays it in and how", async () => {
    const { settle, pool, person, state } = await stakers(["alice", "vera", "wanda"]);
    await settle(["vera", stake(person("vera"), cents(30))], ["alice", execute(pool, cents(40))]);
    expect(state()).toEqual({ total: 30n, perUnit: (40n * SCALE) / 30n, owed: 40n });
    const before = present(state()).perUnit;
    await settle(["wanda", stake(person("vera"), cents(10))], ["alice", pay(pool, cents(40))]);
    expect(state()).toEqual({ total: 40n, perUnit: before + SCALE, owed: 80n });
  });

  it("[RWD1] rises rounded down and owes rounded up: never more than there is", async () => {
    const everything = ami(1_000_000_000);
    const { settle, pool, person, state, inPool } = await stakers(["alice", "vera"], everything);
    await settle(["vera", stake(person("vera"), cents(3))], ["alice", pay(pool, cents(1))]);
    const perUnit = SCALE / 3n;
    expect(state(), "a third each, rounded down, and the sum rounded up").toEqual({ total: 3n, perUnit, owed: 1n });
    expect(inPool()).toBe(1n);
  });

  it("[RWD1] only money of the staked asset, in the account of the network's id", async () => {
    const { settle, person, state } = await stakers(["alice", "vera"]);
    await settle(["vera", stake(person("vera"), cents(3))], ["alice", pay(person("vera"), cents(50))]);
    expect(state()).toEqual({ total: 3n, perUnit: 0n, owed: 0n });
  });
});

describe("what a staker is owed", () => {
  it("[RWD2] is paid when the account is brought up to date, and once", async () => {
    const { settle, pool, person, has, state, inPool, sum } = await stakers(["alice", "vera"]);
    await settle(["vera", stake(person("vera"), ami(40))], ["alice", pay(pool, ami(10))]);
    expect([has("vera"), inPool()]).toEqual([6000n, 1000n]);
    await settle(["vera", pay(person("alice"), cents(1))]);
    expect([has("vera"), inPool(), state()?.owed]).toEqual([6999n, 0n, 0n]);
    await settle(["vera", pay(person("alice"), cents(1))]);
    expect([has("vera"), inPool(), sum()]).toEqual([6998n, 0n, 20000n]);
  });

  it("[RWD2] can be spent by the very entry that brings the account up to date", async () => {
    const { settle, pool, person, has } = await stakers(["alice", "vera"]);
    await settle(["vera", stake(person("vera"), ami(80))], ["alice", pay(pool, ami(10))]);
    expect(await settle(["vera", pay(person("alice"), ami(30))])).toEqual(["vera#1→alice 30.00 accepted"]);
    expect(has("vera")).toBe(0n);
  });

  it("[RWD2] is nothing of what came before one staked, and a share of what comes in the same call", async () => {
    const { settle, pool, person, has } = await stakers(["alice", "vera", "wanda"]);
    await settle(["vera", stake(person("vera"), ami(40))]);
    await settle(["alice", pay(pool, ami(10))]);
    await settle(["wanda", stake(person("vera"), ami(40))], ["alice", pay(pool, ami(20))]);
    await settle(["vera", pay(person("alice"), cents(1))], ["wanda", pay(person("alice"), cents(1))]);
    expect([has("vera"), has("wanda")]).toEqual([6000n + 2000n - 1n, 6000n + 1000n - 1n]);
  });

  it("[RWD2] more stakes are paid for from then on, and those there are up to then", async () => {
    const { settle, pool, person, has } = await stakers(["alice", "vera", "wanda"]);
    await settle(["vera", stake(person("vera"), ami(20))], ["wanda", stake(person("wanda"), ami(20))]);
    await settle(["alice", pay(pool, ami(10))]);
    await settle(["vera", stake(person("wanda"), ami(40))]);
    expect(has("vera"), "5.00 came with it").toBe(4500n);
    await settle(["alice", pay(pool, ami(10))]);
    await settle(["vera", pay(person("alice"), cents(1))], ["wanda", pay(person("alice"), cents(1))]);
    expect([has("vera"), has("wanda")]).toEqual([4500n + 750n - 1n, 8000n + 500n + 250n - 1n]);
  });

  it("[RWD2] leaving keeps what is due so far and earns nothing of the call's own, or later", async () => {
    const { settle, pool, person, has, state } = await stakers(["alice", "vera", "wanda"]);
    await settle(["vera", stake(person("vera"), ami(40))], ["wanda", stake(person("wanda"), ami(40))]);
    await settle(["alice", pay(pool, ami(10))]);
    await settle(["vera", unstake(person("vera"), ami(40))], ["alice", pay(pool, ami(10))]);
    expect([has("vera"), state()?.total]).toEqual([6500n, 4000n]);
    await settle(["vera", pay(person("alice"), cents(1))], ["wanda", pay(person("alice"), cents(1))]);
    expect([has("vera"), has("wanda")]).toEqual([6499n, 6000n + 500n + 1000n - 1n]);
    await settle(["vera", stake(person("vera"), ami(50))]);
    expect(has("vera"), "and begins anew").toBe(1499n);
  });

  it("[RWD2] rounds down, so that the pool is never short and the dust stays in it", async () => {
    const { settle, pool, person, has, state, inPool, sum } = await stakers(["alice", "vera", "wanda", "xena"]);
    const three = ["vera", "wanda", "xena"] as const;
    await settle(...three.map((name) => [name, stake(person(name), cents(1))] as const), [
      "alice",
      pay(pool, cents(100)),
    ]);
    await settle(...three.map((name) => [name, pay(person("alice"), cents(1))] as const));
    expect(three.map((name) => has(name))).toEqual([9999n + 33n - 1n, 9999n + 33n - 1n, 9999n + 33n - 1n]);
    expect([inPool(), state()?.owed, sum()]).toEqual([1n, 1n, 40000n]);
  });

  it("[RWD2] [STA3] never makes or loses a cent, over many uneven rounds", async () => {
    const names = ["alice", "vera", "wanda", "xena"] as const;
    const { settle, pool, person, state, inPool, sum } = await stakers(names);
    const amounts = [1, 7, 13, 97, 101, 333, 997];
    for (let round = 0; round < 12; round++) {
      const amount = (offset: number) => cents(amounts[(round * 3 + offset) % amounts.length] as number);
      await settle(
        ["alice", pay(pool, amount(0))],
        ["vera", stake(person("wanda"), amount(1))],
        ["wanda", round % 3 === 2 ? unstake(person("vera"), amount(2)) : stake(person("vera"), amount(2))],
        ["xena", round % 2 === 0 ? stake(person("xena"), amount(3)) : execute(pool, amount(4))],
      );
      expect(sum()).toBe(40000n);
      expect(present(state()).owed <= inPool(), "the pool is never short").toBe(true);
    }
  });
});
