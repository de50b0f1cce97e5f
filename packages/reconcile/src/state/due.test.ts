import { describe, expect, it } from "vitest";
import { SEND_UNLIMITED, STAKE_MANAGE, type TimeMs } from "@amigos/core";
import { AMI, ami } from "@amigos/core/testing";
import { grant, kill, onDevice, signOrdered } from "../../test/support/control.ts";
import { DAY, at, TestLedger, present } from "../../test/support/ledger.ts";
import { float, pay, penOf, stake, unstake } from "../../test/support/operations.ts";
import { accountOf, balanceOf, sessionOf } from "../index.ts";

async function alice(expiry: TimeMs = at(90 * DAY)) {
  const ledger = new TestLedger();
  const permissions = [SEND_UNLIMITED, STAKE_MANAGE];
  const [owner, bob] = [await ledger.join("alice", { permissions, expiry }), await ledger.join("bob")];
  const account = () => present(accountOf(ledger.state, owner.account));
  const has = () => Number(balanceOf(ledger.state, owner.account, AMI)) / 100;
  const { unbondingMs, expiryGraceMs } = ledger.network.genesis.parameters;
  return { ledger, owner, bob, write: penOf(ledger, owner), account, has, unbondingMs, expiryGraceMs };
}

describe("bringing an account up to date", () => {
  it("[MOV5] gives what has unbonded, from the millisecond on at which it is due", async () => {
    const { ledger, bob, write, account, has, unbondingMs } = await alice();
    await ledger.settle([await write(stake(bob, ami(100))), await write(unstake(bob, ami(60)))]);
    await ledger.settle([await write(unstake(bob, ami(40)))], { time: at(5) });
    const time = at(unbondingMs);
    const early = await write(pay(bob, ami(1)), { time: at(unbondingMs - 1) });
    await ledger.settle([early], { time: at(unbondingMs - 1) });
    expect([has(), account().unbonding.length], "rejected, and nothing was due").toEqual([0, 2]);
    expect(await ledger.settle([await write(pay(bob, ami(60)), { time })], { time })).toEqual([
      "alice#4→bob 60.00 accepted",
    ]);
    expect([has(), account().unbonding]).toEqual([0, [{ due: at(5 + unbondingMs), amount: 4000n }]]);
  });

  it("[MOV5] stays when the entry is rejected, and is undone when it is deferred or void", async () => {
    const { ledger, owner, bob, write, account, has, unbondingMs } = await alice();
    const [staked, unstaked] = [await write(stake(bob, ami(100))), await write(unstake(bob, ami(60)))];
    await ledger.settle([staked, unstaked]);
    const time = at(unbondingMs);
    const waits = await write(pay(bob, ami(1)), { time: at(unbondingMs + DAY) });
    await ledger.settle([waits], { time });
    expect([has(), account().unbonding.length], "deferred").toEqual([0, 1]);
    const killed = await signOrdered(owner, kill(1), { network: ledger.network });
    const { state, verdicts } = ledger.look([waits], { time, control: [killed] });
    expect(verdicts).toMatchObject([{ failure: { code: "session-killed" } }]);
    expect(balanceOf(state, owner.account, AMI), "void").toBe(0n);
    const rejected = await write(pay(bob, ami(500)), { onto: unstaked, time });
    expect(await ledger.settle([rejected], { time })).toEqual(["alice#2→bob 500.00 rejected insufficient-funds"]);
    expect([has(), account().unbonding.length], "rejected").toEqual([60, 0]);
  });

  it("[MOV5] gives back the float of a session that is over, after the grace and not before", async () => {
    const { ledger, owner, bob, write, has, expiryGraceMs } = await alice(at(DAY));
    const terms = { expiry: at(90 * DAY) };
    const opener = await signOrdered(owner, grant(owner, "tablet", terms), { network: ledger.network });
    const tablet = onDevice(owner, opener);
    const onTablet = penOf(ledger, tablet);
    await ledger.settle([await write(float(ami(70)))], { control: [opener] });
    const end = DAY + expiryGraceMs;
    await ledger.settle([await onTablet(pay(bob, ami(1)), { time: at(end) })], { time: at(end) });
    expect(has(), "the grace is not over").toBe(29);
    await ledger.settle([await onTablet(pay(bob, ami(99)), { time: at(end + 1) })], { time: at(end + 1) });
    expect(has(), "29.00 and the 70.00 were there to be spent").toBe(0);
    expect(sessionOf(ledger.state, owner.account, owner.session)?.float.size).toBe(0);
  });

  it("[MOV5] is for whoever's entry is judged, and nobody else", async () => {
    const { ledger, owner, bob, write, account, unbondingMs } = await alice();
    await ledger.settle([await write(pay(bob, ami(10))), await write(stake(bob, ami(50)))]);
    await ledger.settle([await write(unstake(bob, ami(50)))]);
    const time = at(unbondingMs + DAY);
    await ledger.settle([await penOf(ledger, bob)(pay(owner, ami(1)), { time })], { time });
    expect(account().unbonding.length, "being paid changes nothing").toBe(1);
  });
});
