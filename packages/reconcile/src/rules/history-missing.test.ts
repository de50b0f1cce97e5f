import { describe, expect, it } from "vitest";
import { ami, signPayment } from "@amigos/core/testing";
import { NO_HISTORY, reconcile } from "../index.ts";
import { HOUR, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";

describe("history-missing", () => {
  it("[HIS2] says that it cannot know, when the settled entry or checkpoint is not kept", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    await ledger.settle([first], { time: at(HOUR) });
    const old = ledger.reference;
    await ledger.settle([], { time: at(2 * HOUR) });
    const second = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(1),
      after: first,
      time: at(HOUR),
      checkpoint: old,
    });
    const judge = (entry: typeof first) =>
      onlyFailure(
        reconcile({
          state: ledger.state,
          inceptions: [],
          control: [],
          entries: [entry],
          history: NO_HISTORY,
          time: at(2 * HOUR),
        }),
      );
    expect(judge(first)).toEqual({ code: "history-missing", reason: "settled-entry", height: 0, sequence: 0 });
    expect(judge(second)).toEqual({ code: "history-missing", reason: "checkpoint", height: 1, sequence: 1 });
    expect(await ledger.settle([first, second])).toEqual([
      "alice#0→bob 1.00 ignored duplicate",
      "alice#1→bob 1.00 accepted",
    ]);
  });
});
