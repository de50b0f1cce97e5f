import {
  decodeCbor,
  encodeCbor,
  orThrow,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  READ_ALL,
  type CborValue,
} from "@amigos/core";
import { ami, signPayment } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { DAY, at, TestLedger } from "../../test/support/ledger.ts";
import type { AccountState } from "./account-state.ts";
import { decodeAccount, encodeAccount } from "./encode-account.ts";
import { accountOf } from "./ledger-state.ts";

async function aliceInUse(): Promise<AccountState> {
  const ledger = new TestLedger();
  const { network } = ledger;
  const permissions = [READ_ALL, SEND_LIMIT_TX(ami(20)), SEND_LIMIT_DAILY(ami(50)), SEND_UNLIMITED];
  const [alice, bob] = [await ledger.join("alice", { permissions }), await ledger.join("bob")];
  const first = await signPayment(alice, { network, to: bob.account, money: ami(5), time: at(DAY) });
  const forks = [
    await signPayment(alice, { network, to: bob.account, money: ami(6), after: first }),
    await signPayment(alice, { network, to: bob.account, money: ami(7), after: first }),
  ];
  await ledger.settle([first, ...forks], { time: at(DAY) });
  return accountOf(ledger.state, alice.account) as AccountState;
}

type Row = Map<number, CborValue>;

describe("rows of the state", () => {
  it("[STA4] are a map of the fields that the spec lists", async () => {
    const account = await aliceInUse();
    const row = orThrow(decodeCbor(encodeAccount(account))) as Row;
    expect([...row.keys()]).toEqual([0, 1, 2, 3, 4, 5]);
    const [session] = row.get(5) as readonly Row[];
    expect([...(session?.keys() ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    const day = Math.floor(at(DAY) / DAY);
    expect([row.get(4), session?.get(11), session?.get(12), session?.get(13)]).toEqual([
      [["AMI", 8200]],
      day,
      [[day, "AMI", 1800]],
      1,
    ]);
  });

  it("[STA4] decode to what was encoded", async () => {
    const account = await aliceInUse();
    expect(orThrow(decodeAccount(encodeAccount(account)))).toEqual(account);
  });

  it("[STA4] have one encoding: rows of zero, twice or out of order are refused", async () => {
    const row = orThrow(decodeCbor(encodeAccount(await aliceInUse()))) as Row;
    const withBalances = (balances: CborValue): Uint8Array => encodeCbor(new Map(row).set(4, balances));
    const [session] = row.get(5) as readonly [Row];
    expect(
      decodeAccount(
        withBalances([
          ["AMI", 5],
          ["EUR", 5],
        ]),
      ).ok,
    ).toBe(true);
    expect(
      decodeAccount(
        withBalances([
          ["EUR", 5],
          ["AMI", 5],
        ]),
      ).ok,
    ).toBe(false);
    expect(
      decodeAccount(
        withBalances([
          ["AMI", 5],
          ["AMI", 5],
        ]),
      ).ok,
    ).toBe(false);
    expect(decodeAccount(withBalances([["AMI", 0]])).ok).toBe(false);
    expect(decodeAccount(encodeCbor(new Map(row).set(5, [session, session]))).ok).toBe(false);
    expect(decodeAccount(encodeCbor(new Map(row).set(9, 1))).ok).toBe(false);
  });
});
