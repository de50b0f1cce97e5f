import { describe, expect, it } from "vitest";
import { signEntry } from "@amigos/core";
import { ami, createPerson, signPayment } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("session-unknown", () => {
  it("[SES2] waits for the grant", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const alice = await createPerson("alice", { network });
    const bob = await ledger.join("bob");
    const payment = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    await ledger.settle([], { inceptions: [alice.inception] });
    const failure = { code: "session-unknown", account: alice.account, session: alice.session };
    expect(onlyFailure(ledger.look([payment]))).toEqual(failure);
    const { verdicts } = ledger.look([payment], { control: [alice.grant] });
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["accepted"]);
  });

  it("[SES2] knows no session under another account than its own", async () => {
    const ledger = new TestLedger({ holders: ["alice", "mallory"] });
    const { network } = ledger;
    const [alice, mallory] = [await ledger.join("alice"), await ledger.join("mallory")];
    const honest = await signPayment(mallory, { network, to: alice.account, money: ami(1) });
    const forAlice = await signEntry({ ...honest.entry, account: alice.account }, mallory.signer);
    const failure = { code: "session-unknown", account: alice.account, session: mallory.session };
    expect(onlyFailure(ledger.look([forAlice]))).toEqual(failure);
  });
});
