import { describe, expect, it } from "vitest";
import { sequence, signEntry, type Link } from "@amigos/core";
import { ami, signPayment } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { signAfterVariant } from "../../test/support/variant.ts";

async function pair() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
  const second = await signPayment(alice, { network, to: bob.account, money: ami(2), after: first });
  return { ledger, network, alice, bob, first, second };
}

describe("previous-missing", () => {
  it("[LOG3] waits for the predecessor, and for no verdict of it", async () => {
    const { ledger, network, alice, bob, first, second } = await pair();
    expect(onlyFailure(ledger.look([second]))).toEqual({
      code: "previous-missing",
      previous: first.link,
      nextSequence: 0,
    });
    const tooMuch = await signPayment(alice, { network, to: bob.account, money: ami(500) });
    const after = await signPayment(alice, { network, to: bob.account, money: ami(3), after: tooMuch });
    expect(await ledger.settle([after, tooMuch])).toEqual([
      "alice#1→bob 3.00 accepted",
      "alice#0→bob 500.00 rejected insufficient-funds",
    ]);
  });

  it("[LOG3] never takes a wrong link, at the beginning, behind a settled head or at another place", async () => {
    const { ledger, alice, first, second } = await pair();
    const nowhere = "ab".repeat(32) as Link;
    const badStart = await signEntry({ ...first.entry, previous: nowhere }, alice.signer);
    expect(await ledger.settle([badStart])).toEqual(["alice#0→bob 1.00 deferred previous-missing"]);
    await ledger.settle([first]);
    const badNext = await signEntry({ ...second.entry, previous: nowhere }, alice.signer);
    const skipping = await signEntry({ ...second.entry, sequence: sequence(2) }, alice.signer);
    expect(await ledger.settle([badNext])).toEqual(["alice#1→bob 2.00 deferred previous-missing"]);
    expect(await ledger.settle([skipping])).toEqual(["alice#2→bob 2.00 deferred previous-missing"]);
    const toldNothing = await signEntry(
      { ...second.entry, sequence: sequence(3), previous: second.link },
      alice.signer,
    );
    expect(await ledger.settle([second, toldNothing]), "the right link at the wrong place").toEqual([
      "alice#1→bob 2.00 accepted",
      "alice#3→bob 2.00 deferred previous-missing",
    ]);
  });

  it("[LOG3] knows a predecessor by any signature on it that is given or settled", async () => {
    const { ledger, network, alice, bob, first } = await pair();
    const { variant, next } = await signAfterVariant(alice, first, { network, to: bob.account, money: ami(2) });
    await ledger.settle([first]);
    expect(await ledger.settle([next])).toEqual(["alice#1→bob 2.00 deferred previous-missing"]);
    expect(await ledger.settle([next, variant])).toEqual([
      "alice#1→bob 2.00 accepted",
      "alice#0→bob 1.00 ignored duplicate",
    ]);
    const late = await signPayment(alice, { network, to: bob.account, money: ami(3), after: variant });
    expect(await ledger.settle([late]), "that signature is settled by now").toEqual(["alice#1→bob 3.00 accepted"]);
  });
});
