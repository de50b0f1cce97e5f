import { describe, expect, it } from "vitest";
import { assetCode, READ_ALL, SEND_LIMIT_DAILY, SEND_LIMIT_TX, SEND_UNLIMITED, type Permission } from "@amigos/core";
import { AMI, ami, signPayment } from "@amigos/core/testing";
import { onlyFailure, TestLedger } from "../../test/support/ledger.ts";

const euros = { asset: assetCode("EUR"), amount: ami(10).amount };

describe("permission-missing", () => {
  it.each<[string, readonly Permission[], unknown]>([
    ["nothing", [], { code: "permission-missing", asset: AMI }],
    ["reading", [READ_ALL], { code: "permission-missing", asset: AMI }],
    [
      "limits for another asset",
      [SEND_LIMIT_TX(euros), SEND_LIMIT_DAILY(euros)],
      { code: "permission-missing", asset: AMI },
    ],
    ["a limit per transaction", [SEND_LIMIT_TX(ami(1))], undefined],
    ["a limit per day", [SEND_LIMIT_DAILY(ami(1))], undefined],
    ["no limit", [SEND_UNLIMITED], undefined],
  ])("[PERM3] a session with %s", async (_name, permissions, failure) => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
    const payment = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    expect(onlyFailure(ledger.look([payment]))).toEqual(failure);
  });
});
