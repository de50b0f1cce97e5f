import { assetCode, decodeCbor, encodeCbor, orThrow, type CborValue } from "@amigos/core";
import { ami, createTestNetwork, signPayment } from "@amigos/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TestLedger } from "../../test/support/ledger.ts";
import { merkleRows, merkleSet } from "../merkle/merkle-map.ts";
import type { AccountState } from "./account-state.ts";
import { decodeLedgerState, encodeLedgerState } from "./encode-state.ts";
import { stateRoot } from "./ledger-state.ts";

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
      return decoded.ok ? "ok" : `${decoded.error.type}${"path" in decoded.error ? ` ${decoded.error.path}` : ""}`;
    };
    expect(type(bytes, createTestNetwork(["alice"], ami(100), "other"))).toBe("wrong-network");
    expect(type(changed(5, rows.toReversed()))).toBe("schema-mismatch .accounts[1]");
    expect(type(changed(5, rows.slice(1)))).toBe("schema-mismatch .accounts");
    expect(type(changed(5, [rows[0] as CborValue, rows[0] as CborValue]))).toBe("schema-mismatch .accounts[1]");
    expect(type(changed(5, [...rows, Uint8Array.of(1)]))).not.toBe("ok");
    expect(type(changed(3, 0))).toBe("schema-mismatch .time");
    expect(type(changed(2, 0))).toBe("schema-mismatch .checkpoint");
    expect(type(bytes)).toBe("ok");
  });

  it("[STA5] refuse value in an asset that the network does not have", async () => {
    const { state, network } = await settledLedger();
    const [first] = [...merkleRows(state.accounts)].map(([, account]) => account) as [AccountState];
    const balances = new Map(first.balances).set(assetCode("GLD"), ami(1).amount);
    const richer = { ...state, accounts: merkleSet(state.accounts, first.id, { ...first, balances }) };
    expect(decodeLedgerState(encodeLedgerState(richer), network)).toMatchObject({
      ok: false,
      error: { type: "schema-mismatch", path: ".accounts", expected: "exactly what the genesis allocated" },
    });
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
