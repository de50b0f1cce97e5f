import { describe, expect, it } from "vitest";
import { assetCode, IMPORT_EXECUTE, SEND_LIMIT_DAILY, SEND_UNLIMITED, type SessionTerms } from "@amigos/core";
import { AMI, ami, genesisReference } from "@amigos/core/testing";
import { revoke, signOrdered } from "../../test/support/control.ts";
import { at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { execute, float, pay, penOf, release } from "../../test/support/operations.ts";
import { sessionOf } from "../index.ts";
import { lots } from "../order/priority.ts";

async function aliceWith(terms: Partial<SessionTerms> = { offlineLimits: [ami(50)] }) {
  const ledger = new TestLedger();
  const permissions = [SEND_UNLIMITED, IMPORT_EXECUTE];
  const [alice, bob] = [await ledger.join("alice", { permissions, terms }), await ledger.join("bob")];
  const outstanding = () =>
    sessionOf(ledger.state, alice.account, alice.session)?.outstanding.map(
      ({ height, amount }) => `${height}: ${amount}`,
    );
  return { ledger, alice, bob, write: penOf(ledger, alice), outstanding };
}

describe("limit-offline", () => {
  it("[LIM6] rejects one cent more than may be outstanding, and not all that may", async () => {
    const { ledger, bob, write } = await aliceWith();
    const first = await write(pay(bob, ami(30)));
    await ledger.settle([first]);
    const above = await write(pay(bob, ami(20, 1)), { onto: first });
    const failure = { code: "limit-offline", asset: AMI, limit: 5000n, used: 3000n, asked: 2001n, left: 2000n };
    expect(onlyFailure(ledger.look([above]))).toEqual(failure);
    expect(onlyFailure(ledger.look([await write(pay(bob, ami(20)), { onto: first })]))).toBeUndefined();
  });

  it("[LIM6] counts what is accepted in the same call, and no rejected entry", async () => {
    const { ledger, bob, write } = await aliceWith();
    const log = [
      await write(pay(bob, ami(30))),
      await write(pay(bob, ami(30))),
      await write(pay(bob, ami(20))),
      await write(pay(bob, ami(0, 1))),
    ];
    expect(await ledger.settle(log)).toEqual([
      "alice#0→bob 30.00 accepted",
      "alice#1→bob 30.00 rejected limit-offline",
      "alice#2→bob 20.00 accepted",
      "alice#3→bob 0.01 rejected limit-offline",
    ]);
  });

  it("[LIM6] a signer makes room by naming a checkpoint that settled its spends, and by nothing else", async () => {
    const { ledger, bob, write, outstanding } = await aliceWith();
    const [first, second] = [await write(pay(bob, ami(30))), await write(pay(bob, ami(10)))];
    await ledger.settle([first]);
    const seen = ledger.reference;
    await ledger.settle([second]);
    expect(outstanding()).toEqual(["1: 3000", "2: 1000"]);
    const sayTo = async (cents: number, checkpoint = genesisReference(ledger.network)) =>
      onlyFailure(ledger.look([await write(pay(bob, ami(0, cents)), { onto: second, checkpoint })]));
    expect(await sayTo(1001)).toMatchObject({ used: 4000n, left: 1000n });
    expect(await sayTo(1000)).toBeUndefined();
    expect(await sayTo(4001, seen), "the first is known to be settled").toMatchObject({ used: 1000n, left: 4000n });
    expect(await sayTo(4000, seen)).toBeUndefined();
    expect(await sayTo(5001, ledger.reference)).toMatchObject({ used: 0n, left: 5000n });
    expect(await sayTo(5000, ledger.reference)).toBeUndefined();
  });

  it("[LIM6] is about spends of the asset that it names: fees count, setting aside does not", async () => {
    const { ledger, bob, write, outstanding } = await aliceWith({
      offlineLimits: [ami(50), { asset: assetCode("EUR"), amount: ami(0).amount }],
    });
    const log = [await write(float(ami(60))), await write(execute(bob, ami(40))), await write(release(ami(5)))];
    await ledger.settle(log);
    expect(outstanding()).toEqual(["1: 4000"]);
    expect(onlyFailure(ledger.look([await write(execute(bob, ami(10, 1)))]))).toMatchObject({ code: "limit-offline" });
    const other = await aliceWith({ offlineLimits: [{ asset: assetCode("EUR"), amount: ami(0).amount }] });
    await other.ledger.settle([await other.write(pay(other.bob, ami(99)))]);
    expect(other.outstanding(), "no limit on what was spent").toEqual([]);
  });

  it("[LIM7] rows that no later entry can ask about are dropped when the call closes", async () => {
    const { ledger, bob, write, outstanding } = await aliceWith();
    await ledger.settle([await write(pay(bob, ami(10)))]);
    const seen = ledger.reference;
    await ledger.settle([await write(pay(bob, ami(10)))]);
    await ledger.settle([await write(pay(bob, ami(10)), { checkpoint: seen })]);
    expect(outstanding()).toEqual(["2: 1000", "3: 1000"]);
  });

  it("[LIM8] a late branch may not go back to a checkpoint that its session has left behind", async () => {
    const { ledger, bob, write } = await aliceWith();
    const first = await write(pay(bob, ami(10)));
    await ledger.settle([first]);
    const second = await write(pay(bob, ami(10)), { checkpoint: ledger.reference });
    await ledger.settle([second]);
    const back = await write(pay(bob, ami(0, 1)), { onto: first, checkpoint: genesisReference(ledger.network) });
    expect(onlyFailure(ledger.look([back]))).toEqual({
      code: "limit-offline",
      asset: AMI,
      limit: 5000n,
      used: 5000n,
      asked: 1n,
      left: 0n,
    });
    const branch = await write(pay(bob, ami(40)), { onto: first, checkpoint: second.entry.checkpoint });
    expect(onlyFailure(ledger.look([branch])), "one that names the same").toBeUndefined();
  });

  it("[LIM8] asks for the checkpoint that the session had reached when the call began, revoked in it or not", async () => {
    const { ledger, alice, bob, write } = await aliceWith();
    await ledger.settle([]);
    const first = await write(pay(bob, ami(10)), { checkpoint: ledger.reference });
    const back = { onto: null, checkpoint: genesisReference(ledger.network) };
    const lotOf = lots(ledger.state.checkpoint);
    let branch = await write(pay(bob, ami(40)), back);
    // Judged after the first, which takes the session to the newer checkpoint.
    for (let ms = 1; lotOf(branch.id) < lotOf(first.id); ms++)
      branch = await write(pay(bob, ami(40)), { ...back, time: at(ms) });
    const revocation = await signOrdered(alice, revoke(alice.session, 5), { network: ledger.network });
    for (const control of [[], [revocation]]) {
      const { verdicts } = ledger.look([first, branch], { control, time: branch.entry.time });
      expect(verdicts.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted"]);
    }
  });

  it("[LIM6] comes after limit-per-day and before insufficient-funds", async () => {
    const ledger = new TestLedger({ holders: [] });
    const permissions = [SEND_LIMIT_DAILY(ami(10))];
    const [alice, bob] = [
      await ledger.join("alice", { permissions, terms: { offlineLimits: [ami(5)] } }),
      await ledger.join("bob"),
    ];
    const sayTo = async (whole: number) => onlyFailure(ledger.look([await penOf(ledger, alice)(pay(bob, ami(whole)))]));
    expect(await sayTo(11)).toMatchObject({ code: "limit-per-day" });
    expect(await sayTo(10)).toMatchObject({ code: "limit-offline" });
    expect(await sayTo(5)).toMatchObject({ code: "insufficient-funds" });
  });
});
