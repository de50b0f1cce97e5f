import { describe, expect, it } from "vitest";
import { assetCode, createNetwork, STAKE_MANAGE, type VerifiedEntry } from "@amigos/core";
import { ami, createTestNetwork, type Person } from "@amigos/core/testing";
import { DAY, at, onlyFailure, TestLedger, present } from "../../test/support/ledger.ts";
import { float, penOf, stake, unstake, type Pen } from "../../test/support/operations.ts";

const EUR = assetCode("EUR");
const euros = { asset: EUR, amount: ami(1).amount };

async function aliceStakes() {
  const { genesis } = createTestNetwork(["alice"]);
  const network = createNetwork({ ...genesis, assets: [...genesis.assets, { code: EUR, decimals: 2 }] });
  const ledger = new TestLedger({ network });
  const terms = { permissions: [STAKE_MANAGE, { type: "SEND_UNLIMITED" } as const], expiry: at(365 * DAY) };
  const [alice, vera] = [await ledger.join("alice", terms), await ledger.join("vera")];
  const write = penOf(ledger, alice);
  let last: VerifiedEntry | null = null;
  const settle = async (operation: Parameters<Pen>[0], time = at(0)) => {
    last = await write(operation, { onto: last, time });
    return ledger.settle([last], { time });
  };
  const sayTo = async (operation: Parameters<Pen>[0], time = at(0)) =>
    onlyFailure(ledger.look([await write(operation, { onto: last, time })], { time }));
  const validators = Array.from({ length: 17 }, (_unused, index) => ({
    account: index.toString(16).padStart(64, "e") as Person["account"],
  }));
  return { ledger, alice, vera, settle, sayTo, validators };
}

describe("stake-rules", () => {
  it("[STK1] only the first asset of the genesis is staked, whatever else is wrong", async () => {
    const { sayTo, vera } = await aliceStakes();
    const failure = { code: "stake-rules", reason: "other-asset", asked: 100n, left: 0n };
    expect(await sayTo(stake(vera, euros))).toEqual(failure);
    expect(await sayTo(unstake(vera, euros))).toEqual(failure);
  });

  it("[STK1] nobody takes back one cent more than is staked behind that validator, and all may be", async () => {
    const { settle, sayTo, vera, validators } = await aliceStakes();
    await settle(stake(vera, ami(10)));
    const failure = { code: "stake-rules", reason: "not-staked", asked: 1001n, left: 1000n };
    expect(await sayTo(unstake(vera, ami(10, 1)))).toEqual(failure);
    expect(await sayTo(unstake(vera, ami(10)))).toBeUndefined();
    expect(await sayTo(unstake(present(validators[0]), ami(1)))).toMatchObject({ reason: "not-staked", left: 0n });
  });

  it("[STK1] an account stakes behind 16 others at most, and more behind those", async () => {
    const { settle, sayTo, validators } = await aliceStakes();
    for (const validator of validators.slice(0, 16)) await settle(stake(validator, ami(1)));
    expect(await sayTo(stake(present(validators[16]), ami(1)))).toEqual({
      code: "stake-rules",
      reason: "too-many-validators",
      asked: 100n,
      left: 0n,
    });
    expect(await sayTo(stake(present(validators[15]), ami(1)))).toBeUndefined();
    await settle(unstake(present(validators[3]), ami(1)));
    expect(await sayTo(stake(present(validators[16]), ami(1))), "a place is free").toBeUndefined();
  });

  it("[STK1] 16 withdrawals wait at the same time at most, those due together being one", async () => {
    const { ledger, settle, sayTo, vera } = await aliceStakes();
    await settle(stake(vera, ami(20)));
    const start = ledger.state.time;
    for (let count = 1; count <= 16; count++) await settle(unstake(vera, ami(0, 10)), at(count));
    expect(start).toBe(at(0));
    expect(await sayTo(unstake(vera, ami(0, 10)), at(16)), "due with the last one").toBeUndefined();
    const failure = { code: "stake-rules", reason: "too-many-unbonding", asked: 10n, left: 0n };
    expect(await sayTo(unstake(vera, ami(0, 10)), at(17))).toEqual(failure);
    expect(await sayTo(unstake(vera, ami(50)), at(17)), "what is not staked is said before").toMatchObject({
      reason: "not-staked",
    });
    const { unbondingMs } = ledger.network.genesis.parameters;
    expect(await sayTo(unstake(vera, ami(0, 10)), at(unbondingMs)), "none is due yet").toEqual(failure);
    expect(await sayTo(unstake(vera, ami(0, 10)), at(1 + unbondingMs)), "the first is due").toBeUndefined();
  });

  it("[STK1] comes after amount-invalid and before insufficient-funds", async () => {
    const { settle, sayTo, vera, validators } = await aliceStakes();
    expect(await sayTo(unstake(vera, ami(0)))).toMatchObject({ code: "amount-invalid" });
    expect(await sayTo(stake(vera, ami(101)))).toMatchObject({ code: "insufficient-funds", left: 10000n });
    for (const validator of validators.slice(0, 16)) await settle(stake(validator, ami(1)));
    expect(await sayTo(stake(vera, ami(101)))).toMatchObject({ code: "stake-rules" });
    await settle(float(ami(84)));
    expect(await sayTo(stake(present(validators[0]), ami(0, 1))), "a float is not for staking").toMatchObject({
      code: "insufficient-funds",
      left: 0n,
    });
  });
});
