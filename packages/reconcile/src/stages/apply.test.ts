import { describe, expect, it } from "vitest";
import {
  assetCode,
  IMPORT_EXECUTE,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  type AccountId,
  type SessionTerms,
} from "@amigos/core";
import { AMI, ami, createPerson, type Person } from "@amigos/core/testing";
import { grant, onDevice, revoke, signOrdered } from "../../test/support/control.ts";
import { DAY, TestLedger } from "../../test/support/ledger.ts";
import { attest, execute, float, pay, penOf, release, stake, unstake } from "../../test/support/operations.ts";
import { accountOf, balanceOf, sessionOf, type LedgerState } from "../index.ts";
import { lots } from "../order/priority.ts";

async function aliceAndBob(terms: Partial<SessionTerms> = {}) {
  const ledger = new TestLedger();
  const permissions = [SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE];
  const [alice, bob] = [await ledger.join("alice", { permissions, terms }), await ledger.join("bob")];
  const has = (account: AccountId = alice.account, state: LedgerState = ledger.state) =>
    Number(balanceOf(state, account, AMI)) / 100;
  /** What alice's phone has set aside. */
  const floats = () => Number(sessionOf(ledger.state, alice.account, alice.session)?.float.get(AMI) ?? 0n) / 100;
  return { ledger, alice, bob, write: penOf(ledger, alice), has, floats };
}

/** Settles nothing until what `a` signs would go first by its lot: every checkpoint draws them anew. */
async function untilLuckier(ledger: TestLedger, a: Person, b: Person): Promise<void> {
  const isLuckier = (): boolean => {
    const lotOf = lots(ledger.state.checkpoint);
    return lotOf(a.session) < lotOf(b.session);
  };
  while (!isLuckier()) await ledger.settle([]);
}

describe("what an accepted entry moves", () => {
  it("[MOV1] a spend uses up the float first, and what that lacks comes from the balance", async () => {
    const { ledger, bob, write, has, floats } = await aliceAndBob();
    await ledger.settle([await write(float(ami(30)))]);
    expect([has(), floats()]).toEqual([70, 30]);
    await ledger.settle([await write(pay(bob, ami(10)))]);
    expect([has(), floats(), has(bob.account)]).toEqual([70, 20, 10]);
    await ledger.settle([await write(pay(bob, ami(25)))]);
    expect([has(), floats(), has(bob.account)]).toEqual([65, 0, 35]);
    await ledger.settle([await write(float(ami(5))), await write(pay(bob, ami(65)))]);
    expect([has(), floats(), has(bob.account)]).toEqual([0, 0, 100]);
  });

  it("[MOV1] reaches an account that nobody has registered, by a payment or a fee", async () => {
    const { ledger, write, has } = await aliceAndBob();
    const stranger = await createPerson("stranger", { network: ledger.network });
    const translator = { account: "ab".repeat(32) as AccountId };
    await ledger.settle([await write(pay(stranger, ami(5))), await write(execute(translator, ami(0, 7)))]);
    expect([has(stranger.account), has(translator.account), has()]).toEqual([5, 0.07, 94.93]);
    expect(accountOf(ledger.state, translator.account)?.keys).toBeUndefined();
  });

  it("[MOV1] a fee of nothing moves nothing and uses up no limit, one to the payer's own account only its float", async () => {
    const { ledger, alice, bob, write, has, floats } = await aliceAndBob({
      permissions: [SEND_LIMIT_DAILY(ami(50)), IMPORT_EXECUTE],
      offlineLimits: [ami(50)],
    });
    await ledger.settle([await write(execute(bob, ami(0)))]);
    const session = () => sessionOf(ledger.state, alice.account, alice.session);
    expect([session()?.spentByDay.size, session()?.outstanding.length, has(bob.account)]).toEqual([0, 0, 0]);
    await ledger.settle([await write(float(ami(10))), await write(execute(alice, ami(4)))]);
    expect([has(), floats()]).toEqual([94, 6]);
    expect(session()?.outstanding).toMatchObject([{ amount: 400n }]);
  });

  it("[LIM5] [MOV1] counts by day only what has a daily limit of its asset", async () => {
    const EUR = assetCode("EUR");
    const permissions = [SEND_LIMIT_TX(ami(90)), SEND_LIMIT_DAILY({ asset: EUR, amount: ami(1).amount })];
    const { ledger, alice, bob, write } = await aliceAndBob({ permissions });
    await ledger.settle([await write(pay(bob, ami(10)))]);
    expect(sessionOf(ledger.state, alice.account, alice.session)?.spentByDay.size).toBe(0);
  });

  it("[MOV2] setting aside and giving back move between the balance and the session's float", async () => {
    const { ledger, alice, write, has, floats } = await aliceAndBob();
    expect(await ledger.settle([await write(float(ami(100))), await write(release(ami(40)))])).toEqual([
      "alice#0 floats 100.00 accepted",
      "alice#1 releases 40.00 accepted",
    ]);
    expect([has(), floats()]).toEqual([40, 60]);
    await ledger.settle([await write(release(ami(60)))]);
    expect([has(), floats()]).toEqual([100, 0]);
    expect(sessionOf(ledger.state, alice.account, alice.session)?.float.size, "no row of zero").toBe(0);
  });

  it("[MOV2] a session that is revoked has no float: what it sets aside stays in the balance", async () => {
    const { ledger, alice, write, has, floats } = await aliceAndBob();
    const revocation = await signOrdered(alice, revoke(alice.session, 5), { network: ledger.network });
    const log = [await write(float(ami(30))), await write(release(ami(1)))];
    expect(await ledger.settle(log, { control: [revocation] })).toEqual([
      "alice#0 floats 30.00 accepted",
      "alice#1 releases 1.00 rejected float-exceeded",
    ]);
    expect([has(), floats()]).toEqual([100, 0]);
  });

  it("[MOV3] staking puts value behind a validator, and taking it back lets it wait", async () => {
    const { ledger, alice, bob, write, has } = await aliceAndBob();
    const account = () => accountOf(ledger.state, alice.account);
    await ledger.settle([await write(stake(bob, ami(30))), await write(stake(bob, ami(10)))]);
    expect([has(), account()?.stakes.get(bob.account), accountOf(ledger.state, bob.account)?.weight]).toEqual([
      60,
      4000n,
      4000n,
    ]);
    const { unbondingMs } = ledger.network.genesis.parameters;
    const due = ledger.state.time + unbondingMs;
    await ledger.settle([await write(unstake(bob, ami(5))), await write(unstake(bob, ami(15)))]);
    expect([has(), account()?.stakes.get(bob.account), account()?.unbonding]).toEqual([
      60,
      2000n,
      [{ due, amount: 2000n }],
    ]);
    const later = (ledger.state.time + DAY) as typeof ledger.state.time;
    await ledger.settle([await write(unstake(bob, ami(20)))], { time: later });
    expect(account()).toMatchObject({ stakes: new Map(), unbonding: [{ due }, { due: due + DAY, amount: 2000n }] });
    expect(accountOf(ledger.state, bob.account)?.weight).toBe(0n);
  });

  it("[MOV3] an account may stake behind itself", async () => {
    const { ledger, alice, write, has } = await aliceAndBob();
    await ledger.settle([await write(stake(alice, ami(30)))]);
    expect([has(), accountOf(ledger.state, alice.account)?.weight]).toEqual([70, 3000n]);
  });

  it("[MOV4] an attestation moves nothing", async () => {
    const { ledger, alice, bob, write, has } = await aliceAndBob();
    const bobs = await penOf(ledger, bob)(pay(alice, ami(1)));
    expect(await ledger.settle([await write(attest(bobs))])).toEqual(["alice#0 attests bob#0 accepted"]);
    expect([has(), has(bob.account)]).toEqual([100, 0]);
    expect(sessionOf(ledger.state, alice.account, alice.session)?.head).toBeTypeOf("string");
  });

  it("[ORD2] what a float covers goes before what it does not, whatever the lots", async () => {
    for (const cents of [0, 1]) {
      const { ledger, alice, bob, write } = await aliceAndBob();
      const carol = await ledger.join("carol");
      await ledger.settle([await write(float(ami(50)))]);
      await untilLuckier(ledger, bob, alice);
      // bob has nothing, so his luckier payment fails unless alice's goes first.
      const [onward, toBob] = [await penOf(ledger, bob)(pay(carol, ami(50))), await write(pay(bob, ami(50, cents)))];
      expect(await ledger.settle([onward, toBob])).toEqual(
        cents === 0
          ? ["bob#0→carol 50.00 accepted", "alice#1→bob 50.00 accepted"]
          : ["bob#0→carol 50.00 rejected insufficient-funds", "alice#1→bob 50.01 accepted"],
      );
    }
  });

  it("[ORD2] what a float covered when the call began goes first, even if a revocation gives it back", async () => {
    for (const cents of [0, 1]) {
      const { ledger, alice, bob, write } = await aliceAndBob();
      const { network } = ledger;
      const opener = await signOrdered(alice, grant(alice, "tablet"), { network });
      const tablet = onDevice(alice, opener);
      ledger.name(tablet, "tablet");
      await ledger.settle([await write(float(ami(60)))], { control: [opener] });
      const revocation = await signOrdered(alice, revoke(alice.session, 5), { network, after: opener });
      await untilLuckier(ledger, tablet, alice);
      const rival = await penOf(ledger, tablet)(pay(bob, ami(100)));
      const onPhone = await write(pay(bob, ami(60, cents)));
      expect(await ledger.settle([rival, onPhone], { control: [revocation] })).toEqual(
        cents === 0
          ? ["tablet#0→bob 100.00 rejected insufficient-funds", "alice#1→bob 60.00 accepted"]
          : ["tablet#0→bob 100.00 accepted", "alice#1→bob 60.01 rejected insufficient-funds"],
      );
    }
  });
});
