import { describe, expect, it } from "vitest";
import type { VerifiedEntry } from "@amigos/core";
import { ami, signPayment, type Person } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("dependency-missing", () => {
  it("[DEP1] waits until a dependency is decided, in this call or an earlier one", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob, carol] = [await ledger.join("alice"), await ledger.join("bob"), await ledger.join("carol")];
    const toBob = await signPayment(alice, { network, to: bob.account, money: ami(5) });
    const onward = await signPayment(bob, { network, to: carol.account, money: ami(5), dependencies: [toBob.id] });
    const more = await signPayment(bob, {
      network,
      to: carol.account,
      money: ami(1),
      dependencies: [toBob.id, onward.id],
      after: onward,
    });
    expect(onlyFailure(ledger.look([onward]))).toEqual({ code: "dependency-missing", dependency: toBob.id });
    expect(await ledger.settle([onward, toBob])).toEqual(["bob#0→carol 5.00 accepted", "alice#0→bob 5.00 accepted"]);
    expect(await ledger.settle([more])).toEqual(["bob#1→carol 1.00 rejected insufficient-funds"]);
  });

  it("[DEP1] orders without judging: a rejected dependency counts as decided", async () => {
    const ledger = new TestLedger({ holders: ["bob"] });
    const { network } = ledger;
    const [alice, bob, carol] = [await ledger.join("alice"), await ledger.join("bob"), await ledger.join("carol")];
    const empty = await signPayment(alice, { network, to: bob.account, money: ami(5) });
    const onward = await signPayment(bob, { network, to: carol.account, money: ami(5), dependencies: [empty.id] });
    expect(await ledger.settle([onward, empty])).toEqual([
      "bob#0→carol 5.00 accepted",
      "alice#0→bob 5.00 rejected insufficient-funds",
    ]);
  });

  it("[DEP1] follows a chain over five accounts, whatever the priorities", async () => {
    const ledger = new TestLedger({ holders: ["alice"] });
    const { network } = ledger;
    const people: Person[] = [];
    for (const name of ["alice", "bob", "carol", "dave", "erin", "frank"]) people.push(await ledger.join(name));
    const hops: VerifiedEntry[] = [];
    for (const [index, from] of people.slice(0, -1).entries()) {
      const to = people[index + 1] ?? from;
      const dependencies = hops.slice(-1).map(({ id }) => id);
      hops.push(
        await signPayment(from, { network, to: to.account, money: ami(100), ...(index === 0 ? {} : { dependencies }) }),
      );
    }
    expect(await ledger.settle(hops.toReversed())).toEqual([
      "erin#0→frank 100.00 accepted",
      "dave#0→erin 100.00 accepted",
      "carol#0→dave 100.00 accepted",
      "bob#0→carol 100.00 accepted",
      "alice#0→bob 100.00 accepted",
    ]);
  });
});
