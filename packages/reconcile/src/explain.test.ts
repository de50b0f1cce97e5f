import { describe, expect, it } from "vitest";
import { ami, signPayment } from "@amigos/core/testing";
import { TestLedger } from "../test/support/ledger.ts";
import { sentences } from "../test/support/sentences.ts";
import { explain } from "./explain.ts";
import { LADDER } from "./rules/index.ts";

describe("explain", () => {
  it("[VER3] gives a key and values: the code, its reason where there is one, and the numbers", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    const toSelf = await signPayment(alice, { network, to: alice.account, money: ami(1), after: first });
    const tooMuch = await signPayment(alice, { network, to: bob.account, money: ami(500), after: toSelf });
    const { verdicts, control } = ledger.look([first, toSelf, tooMuch]);
    const explained = [first, toSelf, tooMuch].map(({ id }) =>
      verdicts.filter(({ entry }) => entry === id).map(explain),
    );
    expect(explained.flat()).toEqual([
      { key: "accepted", values: {} },
      { key: "amount-invalid-to-self", values: { amount: 100n } },
      { key: "insufficient-funds", values: { asset: "AMI", asked: 50000n, left: 9900n } },
    ]);
    expect(control.map(explain)[0]).toEqual({ key: "accepted", values: {} });
  });

  it("[VER3] has a key for every code of the ladder", () => {
    const keys = Object.keys(sentences);
    const isSaid = (code: string): boolean => keys.some((key) => key === code || key.startsWith(`${code}-`));
    expect(LADDER.map(({ code }) => code).filter((code) => !isSaid(code))).toEqual([]);
  });
});
