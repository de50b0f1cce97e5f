import { assetCode, decodeCbor, encodeCbor, orThrow, type Amount, type AssetCode, type CborValue } from "@amigos/core";
import { AMI, ami, createTestNetwork, signPayment } from "@amigos/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNetworkOfTwoAssets, TestLedger } from "../../test/support/ledger.ts";
import { merkleRows, merkleSet } from "../merkle/merkle-map.ts";
import type { AccountState } from "./account-state.ts";
import { decodeLedgerState, encodeLedgerState } from "./encode-state.ts";
import { createGenesisState, stateRoot } from "./ledger-state.ts";

async function settledLedger() {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  await ledger.settle([await signPayment(alice, { network, to: bob.account, money: ami(5) })]);
  return ledger;
}

describe("snapshots", () => {
  it("[STA5] resume where they were taken", async () => {
    const ledger = await settledLedger();
    const resumed = orThrow(decodeLedgerState(encodeLedgerState(ledger.state), ledger.network));
    expect([stateRoot(resumed), resumed.height, resumed.time, resumed.checkpoint]).toEqual([
      stateRoot(ledger.state),
      ledger.state.height,
      ledger.state.time,
      ledger.state.checkpoint,
    ]);
  });

  it("[STA5] refuse another network, rows out of order or missing, value out of nowhere, and a time before all time", async () => {
    const { state, network } = await settledLedger();
    const bytes = encodeLedgerState(state);
    const fields = orThrow(decodeCbor(bytes)) as Map<number, CborValue>;
    const rows = fields.get(5) as readonly CborValue[];
    const changed = (key: number, value: CborValue): Uint8Array => encodeCbor(new Map(fields).set(key, value));
    const type = (candidate: Uint8Array, on = network): string => {
      const decoded = decodeLedgerState(candidate, on);
      if (decoded.ok) return "ok";
      const { error } = decoded;
      return error.type === "schema-mismatch" ? `${error.path}: ${error.expected}` : error.type;
    };
    expect(type(bytes, createTestNetwork(["alice"], ami(100), "other"))).toBe("wrong-network");
    expect(type(changed(5, rows.toReversed()))).toBe(".accounts[1]: ids in ascending order");
    expect(type(changed(5, rows.slice(1)))).toBe(".accounts: exactly what the genesis allocated");
    expect(type(changed(5, [rows[0] as CborValue, rows[0] as CborValue]))).toBe(".accounts[1]: ids in ascending order");
    expect(type(changed(5, [...rows, Uint8Array.of(1)]))).not.toBe("ok");
    expect(type(changed(3, 0))).toBe(".time: not before the genesis");
    expect(type(changed(2, 0))).toBe(".checkpoint: the network id at height 0");
    expect(type(bytes)).toBe("ok");
  });

  it("[STA5] hold each asset of the network, all of it, and no other", () => {
    const network = createNetworkOfTwoAssets();
    const state = createGenesisState(network);
    const [alice] = [...merkleRows(state.accounts)].map(([, account]) => account) as [AccountState];
    const reading = (change: ReadonlyMap<AssetCode, Amount>): boolean => {
      const holding = { ...alice, balances: new Map([...alice.balances, ...change]) };
      const accounts = merkleSet(state.accounts, alice.id, holding);
      return decodeLedgerState(encodeLedgerState({ ...state, accounts }), network).ok;
    };
    const [ami100, eur] = [ami(100).amount, assetCode("EUR")];
    expect(reading(new Map())).toBe(true);
    expect(reading(new Map([[eur, ami(99).amount]]))).toBe(false);
    expect(reading(new Map([[AMI, ami(101).amount]]))).toBe(false);
    expect(reading(new Map([[assetCode("USD"), ami100]]))).toBe(false);
  });

  it("[STA5] decoding never throws, whatever the bytes", async () => {
    const { state, network } = await settledLedger();
    const bytes = encodeLedgerState(state);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const bent = bytes.with(position, (bytes[position] ?? 0) ^ change);
        const decoded = decodeLedgerState(bent, network);
        expect(decoded.ok ? encodeLedgerState(decoded.value) : bent).toEqual(bent);
      }),
    );
  });
});
