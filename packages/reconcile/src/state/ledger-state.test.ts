import { amount, createNetwork, limits, type Allocation } from "@amigos/core";
import { AMI, ami, createPerson, createTestNetwork, founderOf, signPayment } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { HOUR, at, TestLedger } from "../../test/support/ledger.ts";
import { merkleRows } from "../merkle/merkle-map.ts";
import { accountOf, balanceOf, createGenesisState, sessionOf, stateRoot, supplyOf } from "./ledger-state.ts";

function networkWith(allocations: readonly Allocation[]) {
  return createNetwork({ ...createTestNetwork().genesis, allocations });
}

describe("the ledger's state", () => {
  it("[STA1] never changes: a call makes a new one", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const before = ledger.state;
    const root = stateRoot(before);
    const payment = await signPayment(alice, { network, to: bob.account, money: ami(1) });
    await ledger.settle([payment], { time: at(HOUR) });
    expect([before.height, before.time, stateRoot(before)]).toEqual([0, at(0), root]);
    expect(balanceOf(before, alice.account, AMI)).toBe(10000n);
    expect(sessionOf(before, alice.account, alice.session)).toBeUndefined();
    const unheardOf = sessionOf(before, bob.account, bob.session);
    expect([balanceOf(before, bob.account, AMI), unheardOf], "nobody has heard of bob").toEqual([0n, undefined]);
    expect([ledger.state.height, ledger.state.time]).toEqual([1, at(HOUR)]);
    expect(sessionOf(ledger.state, alice.account, alice.session)).toMatchObject({
      nextSequence: 1,
      head: payment.link,
    });
  });

  it("[STA2] begins with what the genesis allocates, added up, and nothing else", async () => {
    const alice = founderOf("alice");
    const network = networkWith([
      { founder: alice, ...ami(1) },
      { founder: alice, ...ami(2) },
      { founder: founderOf("bob"), ...ami(0) },
    ]);
    const state = createGenesisState(network);
    const person = await createPerson("alice", { network });
    expect([...merkleRows(state.accounts)].map(([id]) => id)).toEqual([person.account]);
    expect(balanceOf(state, person.account, AMI)).toBe(300n);
    expect(accountOf(state, person.account)?.keys).toBeUndefined();
    expect([state.height, state.time, state.checkpoint]).toEqual([0, network.genesis.time, network.id]);
    expect([...supplyOf(network)]).toEqual([[AMI, 300n]]);
  });

  it("[STA3] nothing that anyone can sign makes a balance overflow", async () => {
    const network = networkWith([{ founder: founderOf("alice"), asset: AMI, amount: amount(limits.AMOUNT_MAX) }]);
    const ledger = new TestLedger({ network });
    const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
    const all = { asset: AMI, amount: amount(limits.AMOUNT_MAX) };
    const there = await signPayment(alice, { network, to: bob.account, money: all });
    const again = await signPayment(alice, { network, to: bob.account, money: all, after: there });
    await ledger.settle([there, again]);
    expect([balanceOf(ledger.state, alice.account, AMI), balanceOf(ledger.state, bob.account, AMI)]).toEqual([
      0n,
      limits.AMOUNT_MAX,
    ]);
  });
});
