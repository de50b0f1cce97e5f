import { describe, expect, it } from "vitest";
import { SEND_UNLIMITED, sequence, STAKE_MANAGE, type Amount, type Link } from "@amigos/core";
import { ami, signOperation, signPayment } from "@amigos/core/testing";
import { TestLedger } from "../../test/support/ledger.ts";
import { merkleRows, merkleSet } from "../merkle/merkle-map.ts";
import type { AccountState, Pool } from "./account-state.ts";
import { findDisagreement } from "./agreement.ts";
import { decodeLedgerState, encodeLedgerState } from "./encode-state.ts";
import type { SessionState } from "./session-state.ts";

/** Alice stakes behind bob, who has attested what carol signed; something was paid into the pool. */
async function stakedLedger() {
  const ledger = new TestLedger({ holders: ["alice", "carol"] });
  const { network } = ledger;
  const alice = await ledger.join("alice", { permissions: [SEND_UNLIMITED, STAKE_MANAGE] });
  const [bob, carol] = [await ledger.join("bob"), await ledger.join("carol")];
  const stake = { type: "stake", validator: bob.account, ...ami(10) } as const;
  const first = await signOperation(alice, stake, { network });
  await ledger.settle([first]);
  const pool = network.id as string as typeof bob.account;
  const { account, session } = carol;
  const attest = { type: "attest", account, session, sequence: sequence(3), head: "ab".repeat(32) as Link } as const;
  const paid = await signPayment(alice, { network, to: pool, money: ami(1), after: first });
  await ledger.settle([paid, await signOperation(bob, attest, { network })]);
  const { state } = ledger;
  const rows = [...merkleRows(state.accounts)].map(([, row]) => row);
  const changed = (id: string, change: (row: AccountState) => Partial<AccountState>): readonly AccountState[] =>
    rows.map((row) => (row.id === id ? { ...row, ...change(row) } : row));
  return { network, state, rows, changed, alice, bob, carol, pool };
}

describe("rows of one state", () => {
  it("[STA5] agree about stakes, the pool, rewards and witnesses, in every ledger", async () => {
    const { network, state, rows, alice, bob, carol, pool, changed } = await stakedLedger();
    expect(findDisagreement(rows, network)).toBeUndefined();
    const amount = (value: bigint): Amount => value as Amount;
    const poolOf = (change: Partial<Pool>) => changed(pool, (row) => ({ pool: { ...(row.pool as Pool), ...change } }));
    const nobody = new Map([["cd".repeat(32) as typeof bob.account, amount(1000n)]]);
    const strangers = (row: AccountState): ReadonlyMap<SessionState["id"], SessionState> =>
      new Map(
        [...row.sessions].map(([id, session]) => [
          id,
          { ...session, attested: session.attested.map((kept) => ({ ...kept, session: carol.session })) },
        ]),
      );
    const disagreements = [
      changed(bob.account, () => ({ weight: amount(999n) })),
      changed(alice.account, () => ({ weight: amount(1n) })),
      changed(alice.account, () => ({ stakes: nobody })),
      changed(bob.account, (row) => ({ pool: row.pool ?? { total: amount(0n), perUnit: 0n, owed: amount(0n) } })),
      poolOf({ total: amount(1n) }),
      poolOf({ owed: amount(101n) }),
      changed(alice.account, () => ({ rewardedTo: 2n ** 200n })),
      changed(bob.account, () => ({ rewardedTo: 1n })),
      changed(carol.account, (row) => ({ sessions: strangers(row) })),
    ].map((some) => findDisagreement(some, network));
    expect(disagreements).toEqual([
      "the weight of an account to be what is staked behind it",
      "the weight of an account to be what is staked behind it",
      "the weight of an account to be what is staked behind it",
      "a pool of the network alone",
      "the pool's total to be what is staked",
      "the pool to hold what it owes",
      "rewards to be paid up to what the pool has shared out",
      "rewards to be paid up to what the pool has shared out",
      "attestations by known sessions",
    ]);
    const [heavier] = changed(bob.account, () => ({ weight: amount(999n) })).filter(({ id }) => id === bob.account);
    const accounts = merkleSet(state.accounts, bob.account, heavier as AccountState);
    expect(decodeLedgerState(encodeLedgerState({ ...state, accounts }), network)).toMatchObject({
      error: { type: "schema-mismatch", path: ".accounts" },
    });
  });
});
