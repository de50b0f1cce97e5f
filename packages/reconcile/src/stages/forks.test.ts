import { describe, expect, it } from "vitest";
import { sequence, signEntry, type EntryId, type Link, type VerifiedEntry } from "@amigos/core";
import { AMI, ami, signPayment } from "@amigos/core/testing";
import { MINUTE, at, TestLedger } from "../../test/support/ledger.ts";
import { balanceOf, sessionOf } from "../index.ts";
import type { BranchEntry, ConflictPolicy } from "../policy.ts";
import { policies } from "../../test/support/policies.ts";

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

describe("equivocation", () => {
  it("[EQV1] two entries for one place freeze the session there, and the account's others live on", async () => {
    const { ledger, mallory, bob, carol, pay } = await mallorysLog();
    const first = await pay(bob, 10);
    const [toBob, toCarol] = [await pay(bob, 20, first), await pay(carol, 30, first)];
    await ledger.settle([first, toBob, toCarol]);
    expect(frozenFrom(ledger, mallory)).toBe(1);
    expect(ledger.steps.at(-1)?.reconciliation.evidence.map(({ sequence: place }) => place)).toEqual([1]);
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
    const places = ledger.steps.map(({ reconciliation }) =>
      reconciliation.evidence.map(({ sequence: place }) => place),
    );
    expect(places).toEqual([[2], [1], []]);
  });

  it("[EQV2] proves it with the two lowest ids, or with the lowest beside what is settled", async () => {
    const { ledger, bob, carol, mallory, pay } = await mallorysLog();
    const forks = [await pay(bob, 1), await pay(carol, 2), await pay(mallory, 3)];
    const idsOf = (entries: readonly VerifiedEntry[]) =>
      entries.map(({ id }) => id).toSorted((a, b) => (a < b ? -1 : 1));
    const proven = (entries: readonly VerifiedEntry[]) => ledger.look(entries).evidence.map(({ a, b }) => [a.id, b.id]);
    for (const order of [forks, forks.toReversed(), [...forks.slice(1), ...forks.slice(0, 1)]])
      expect(proven(order)).toEqual([idsOf(forks).slice(0, 2)]);
    const [settled, ...others] = forks as [VerifiedEntry, VerifiedEntry, VerifiedEntry];
    await ledger.settle([settled]);
    const lowest = others.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, 1);
    for (const order of [others, others.toReversed()]) expect(proven(order)).toEqual([idsOf([settled, ...lowest])]);
  });

  it("[EQV4] asks a policy about each newcomer when its turn comes, and tells it what is decided by then", async () => {
    const asked = new Map<EntryId, BranchEntry>();
    const policy: ConflictPolicy = {
      name: "nothing-from-five",
      honours: (branch) => {
        asked.set(branch.entry.id, branch);
        return branch.isPreviousHonoured && branch.entry.entry.operation.amount < 500n;
      },
    };
    const { ledger, network, mallory, bob, carol, pay } = await mallorysLog({ policy });
    const first = await pay(bob, 1);
    await ledger.settle([first, await pay(bob, 2, first)]);
    expect(asked.size, "no fork, no question").toBe(0);
    const [three, four, five] = [await pay(carol, 3, first), await pay(carol, 4, first), await pay(carol, 5, first)];
    const [afterThree, afterFive] = [await pay(bob, 1, three), await pay(bob, 1, five)];
    const unready = await pay(bob, 1, await pay(carol, 1, afterFive));
    const dependencies = [three.id, five.id];
    const onward = await signPayment(bob, { network, to: mallory.account, money: ami(1), dependencies });
    expect(await ledger.settle([onward, unready, afterFive, afterThree, five, four, three])).toEqual([
      "bob#0→mallory 1.00 accepted",
      "mallory#4→bob 1.00 rejected session-frozen",
      "mallory#2→bob 1.00 rejected session-frozen",
      "mallory#2→bob 1.00 accepted",
      "mallory#1→carol 5.00 rejected session-frozen",
      "mallory#1→carol 4.00 accepted",
      "mallory#1→carol 3.00 accepted",
    ]);
    const told = (entry: VerifiedEntry): BranchEntry => asked.get(entry.id) as BranchEntry;
    expect([...asked.values()].every(({ forkedFrom }) => forkedFrom === 1)).toBe(true);
    const decidedBefore = [three, four].map((entry) => told(entry).decidedAtPlace);
    expect(new Set(decidedBefore), "the settled one, and then one more").toEqual(new Set([1, 2]));
    expect([three, four, five, afterThree, afterFive].map((entry) => told(entry).isPreviousHonoured)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(told(afterThree).decidedAtPlace, "what is void takes no place").toBe(0);
    expect(asked.has(unready.id), "only what is ready is judged").toBe(false);
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
    expect(sessionOf(ledger.state, mallory.account, mallory.session), "a side branch moves no head").toMatchObject({
      frozenFrom: 0,
      nextSequence: 2,
      head: second.link,
    });
    expect(await ledger.settle([later, first])).toEqual([
      "mallory#0→carol 40.00 rejected session-frozen",
      "mallory#0→bob 10.00 ignored duplicate",
    ]);
    expect(balanceOf(ledger.state, bob.account, AMI)).toBe(3000n);
  });

  it("[EQV4] other policies fit the same seam", async () => {
    for (const [name, settled] of [
      ["single-branch", 1],
      ["freeze-fork", 0],
    ] as const) {
      const { ledger, bob, carol, pay } = await mallorysLog({ holders: ["mallory"], policy: policies[name] });
      const [toBob, toCarol] = [await pay(bob, 10), await pay(carol, 10)];
      const [bobNext, carolNext] = [await pay(bob, 1, toBob), await pay(carol, 1, toCarol)];
      const lines = await ledger.settle([toBob, toCarol, bobNext, carolNext]);
      expect(lines.filter((line) => line.endsWith("accepted")).length, name).toBe(2 * settled);
      expect(lines.filter((line) => line.endsWith("rejected session-frozen")).length, name).toBe(4 - 2 * settled);
    }
  });
});
