import { describe, expect, it } from "vitest";
import { sequence, signEntry, type Link, type VerifiedEntry } from "@amigos/core";
import { AMI, ami, signPayment } from "@amigos/core/testing";
import { MINUTE, at, TestLedger } from "../../test/support/ledger.ts";
import { byText } from "../compare.ts";
import { balanceOf, freezeFork, sessionOf, singleBranch, type Reconciliation } from "../index.ts";

async function mallorysLog(options: ConstructorParameters<typeof TestLedger>[0] = {}) {
  const ledger = new TestLedger({ holders: ["mallory"], ...options });
  const { network } = ledger;
  const [mallory, bob, carol] = [await ledger.join("mallory"), await ledger.join("bob"), await ledger.join("carol")];
  const pay = (to: typeof bob, whole: number, after?: VerifiedEntry, offset = 0) =>
    signPayment(mallory, {
      network,
      to: to.account,
      money: ami(whole),
      time: at(offset),
      ...(after === undefined ? {} : { after }),
    });
  return { ledger, network, mallory, bob, carol, pay };
}

const frozenFrom = (
  ledger: TestLedger,
  { account, session }: { account: Parameters<typeof sessionOf>[1]; session: Parameters<typeof sessionOf>[2] },
) => sessionOf(ledger.state, account, session)?.frozenFrom;

/** The places that the proofs of a call are about. */
const forkedPlaces = (reconciliation: Reconciliation | undefined): readonly (number | undefined)[] | undefined =>
  reconciliation?.evidence.map((proof) => (proof.type === "equivocation" ? proof.sequence : undefined));

describe("equivocation", () => {
  it("[EQV1] two entries for one place freeze the session there, and the account's others live on", async () => {
    const { ledger, mallory, bob, carol, pay } = await mallorysLog();
    const first = await pay(bob, 10);
    const [toBob, toCarol] = [await pay(bob, 20, first), await pay(carol, 30, first)];
    await ledger.settle([first, toBob, toCarol]);
    expect(frozenFrom(ledger, mallory)).toBe(1);
    expect(forkedPlaces(ledger.newest.reconciliation)).toEqual([1]);
  });

  it("[EQV1] entries that are not ready count, those of an unknown session do not", async () => {
    const { ledger, mallory, bob, pay } = await mallorysLog();
    const first = await pay(bob, 10);
    const nowhere = await signEntry(
      { ...first.entry, sequence: sequence(5), previous: "ab".repeat(32) as Link },
      mallory.signer,
    );
    const elsewhere = await signEntry({ ...nowhere.entry, time: at(MINUTE) }, mallory.signer);
    const foreign = await signEntry({ ...first.entry, account: bob.account, time: at(MINUTE) }, mallory.signer);
    expect(await ledger.settle([first, foreign])).toEqual([
      "mallory#0→bob 10.00 accepted",
      "mallory#0→bob 10.00 deferred session-unknown",
    ]);
    expect(frozenFrom(ledger, mallory)).toBeUndefined();
    await ledger.settle([nowhere, elsewhere]);
    expect(frozenFrom(ledger, mallory)).toBe(5);
    const before = await pay(bob, 1, first);
    expect(await ledger.settle([before]), "what lies before the fork is untouched").toEqual([
      "mallory#1→bob 1.00 accepted",
    ]);
  });

  it("[EQV2] gives one proof per session, of its lowest fork, and a later one only if it is lower", async () => {
    const { ledger, bob, carol, pay } = await mallorysLog();
    const first = await pay(bob, 1);
    const [second, otherSecond] = [await pay(bob, 2, first), await pay(carol, 2, first)];
    const [third, otherThird] = [await pay(bob, 3, second), await pay(carol, 3, second)];
    await ledger.settle([first, second, third, otherThird]);
    await ledger.settle([otherSecond]);
    const late = await pay(carol, 4, otherSecond);
    await ledger.settle([late, await pay(carol, 1, first, MINUTE)]);
    expect(ledger.steps.map(({ reconciliation }) => forkedPlaces(reconciliation))).toEqual([[2], [1], []]);
  });

  it("[EQV2] the proof is of the two with the lowest ids, whatever order they came in", async () => {
    const { ledger, bob, pay } = await mallorysLog();
    const forks: VerifiedEntry[] = [];
    for (const whole of [1, 2, 3, 4, 5]) forks.push(await pay(bob, whole));
    const lowest = forks
      .map(({ id }) => id)
      .toSorted()
      .slice(0, 2);
    for (const given of [forks, forks.toReversed()]) {
      const [proof] = ledger.look(given).evidence;
      expect(new Set([proof?.a.id, proof?.b.id])).toEqual(new Set(lowest));
    }
  });

  it("[EQV2] the proofs of several sessions are in order of sessions", async () => {
    const names = ["mallory", "eve", "trudy", "oscar"];
    const ledger = new TestLedger({ holders: names });
    const { network } = ledger;
    const bob = await ledger.join("bob");
    const forks: VerifiedEntry[] = [];
    for (const name of names) {
      const cheat = await ledger.join(name);
      for (const whole of [1, 2]) forks.push(await signPayment(cheat, { network, to: bob.account, money: ami(whole) }));
    }
    for (const given of [forks, forks.toReversed()]) {
      const sessions = ledger.look(given).evidence.map(({ session }) => session);
      expect(sessions).toEqual(sessions.toSorted(byText((session) => session)));
      expect(sessions).toHaveLength(4);
    }
  });

  it("[EQV3] [ORD1] what waits for an entry that a fork leaves stranded is judged after it", async () => {
    const { ledger, network, mallory, bob, carol, pay } = await mallorysLog();
    const first = await pay(carol, 10);
    await ledger.settle([await pay(bob, 50)]);
    const stranded = [await pay(bob, 1, first), await pay(bob, 2, first)] as [VerifiedEntry, VerifiedEntry];
    const onward = await signPayment(bob, {
      network,
      to: carol.account,
      money: ami(5),
      dependencies: [stranded[0].id],
    });
    expect(await ledger.settle([onward, ...stranded])).toEqual([
      "bob#0→carol 5.00 accepted",
      "mallory#1→bob 1.00 rejected session-frozen",
      "mallory#1→bob 2.00 rejected session-frozen",
    ]);
    expect(frozenFrom(ledger, mallory)).toBe(1);
  });

  it("[EQV4] honours every branch by limits and funds, in order of priority", async () => {
    const { ledger, mallory, bob, carol, pay } = await mallorysLog();
    const [toBob, toCarol, bobAgain] = [
      await pay(bob, 60),
      await pay(carol, 60),
      await pay(bob, 30, await pay(bob, 60)),
    ];
    const lines = await ledger.settle([toBob, toCarol, bobAgain]);
    expect(lines.filter((line) => line.endsWith("accepted")).length, "one branch of 60, and the 30").toBe(2);
    const [left, bobs, carols] = [mallory, bob, carol].map(({ account }) => balanceOf(ledger.state, account, AMI));
    expect(left).toBe(1000n);
    expect(["9000 0", "3000 6000"]).toContain(`${bobs} ${carols}`);
  });

  it("[EQV4] what is settled stays; a late newcomer is judged once, in the call that proves the fork", async () => {
    const { ledger, mallory, bob, carol, pay } = await mallorysLog();
    const first = await pay(bob, 10);
    const second = await pay(bob, 20, first);
    await ledger.settle([first, second]);
    const [late, later] = [await pay(carol, 30), await pay(carol, 40)];
    const branch = await pay(carol, 5, late);
    expect(await ledger.settle([branch, late])).toEqual([
      "mallory#1→carol 5.00 accepted",
      "mallory#0→carol 30.00 accepted",
    ]);
    expect(frozenFrom(ledger, mallory)).toBe(0);
    expect(await ledger.settle([later, first])).toEqual([
      "mallory#0→carol 40.00 rejected session-frozen",
      "mallory#0→bob 10.00 ignored duplicate",
    ]);
    expect(balanceOf(ledger.state, bob.account, AMI)).toBe(3000n);
  });

  it("[EQV5] of several branches one survives, as a whole", async () => {
    const { ledger, bob, carol, pay } = await mallorysLog({ policy: singleBranch });
    const [toBob, toCarol] = [await pay(bob, 10), await pay(carol, 10)];
    const [bobNext, carolNext] = [await pay(bob, 1, toBob), await pay(carol, 1, toCarol)];
    const lines = await ledger.settle([toBob, bobNext, toCarol, carolNext]);
    const [first, , third] = lines;
    const survivor = first?.endsWith("accepted") ? "bob" : "carol";
    expect(lines).toEqual(
      ["bob", "carol"].flatMap((name) => {
        const outcome = name === survivor ? "accepted" : "rejected session-frozen";
        return [`mallory#0→${name} 10.00 ${outcome}`, `mallory#1→${name} 1.00 ${outcome}`];
      }),
    );
    expect(first?.endsWith("accepted"), "never both").not.toBe(third?.endsWith("accepted"));
  });

  it("[EQV5] a settled entry is the branch that survives", async () => {
    const { ledger, bob, carol, pay } = await mallorysLog({ policy: singleBranch });
    const settled = await pay(bob, 10);
    await ledger.settle([settled]);
    const late = await pay(carol, 10);
    expect(await ledger.settle([late, await pay(carol, 1, late), await pay(bob, 2, settled)])).toEqual([
      "mallory#0→carol 10.00 rejected session-frozen",
      "mallory#1→carol 1.00 rejected session-frozen",
      "mallory#1→bob 2.00 accepted",
    ]);
  });

  it("[EQV5] the branch that goes first survives even if its first entry is rejected on its merits", async () => {
    const { ledger, bob, pay } = await mallorysLog({ policy: singleBranch });
    const tooMuch = [await pay(bob, 500), await pay(bob, 501)];
    const lines = await ledger.settle(tooMuch);
    expect(lines.map((line) => line.replace(/^.* rejected /, "")).toSorted()).toEqual([
      "insufficient-funds",
      "session-frozen",
    ]);
  });

  it("[EQV6] nothing at or beyond the fork is honoured, what lies before it is", async () => {
    const { ledger, bob, carol, pay } = await mallorysLog({ policy: freezeFork });
    const first = await pay(bob, 5);
    const [toBob, toCarol] = [await pay(bob, 10, first), await pay(carol, 10, first)];
    expect(await ledger.settle([first, toBob, toCarol, await pay(bob, 1, toBob)])).toEqual([
      "mallory#0→bob 5.00 accepted",
      "mallory#1→bob 10.00 rejected session-frozen",
      "mallory#1→carol 10.00 rejected session-frozen",
      "mallory#2→bob 1.00 rejected session-frozen",
    ]);
  });
});
