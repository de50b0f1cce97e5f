import { describe, expect, it } from "vitest";
import { amount, type Amount } from "../amount.ts";
import { decodeWith, encodeWith } from "../encoding/schema.ts";
import { splitSigned } from "../encoding/signed.ts";
import type { AccountId } from "../ids.ts";
import type { Region } from "../session/region.ts";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, signPayment } from "../testing/index.ts";
import { entrySchema, type Entry } from "./entry.ts";
import { readPlainPayment } from "./read-plain-payment.ts";

const network = createTestNetwork(["alice", "bob"]);
const [alice, bob] = [await createPerson("alice", { network }), await createPerson("bob", { network })];
const signed = await signPayment(alice, { network, to: bob.account, money: ami(1) });
const { body } = orThrow(splitSigned(signed.bytes));

const bodyOf = (change: Partial<Entry>): Uint8Array => encodeWith(entrySchema, { ...signed.entry, ...change });
const paying = (value: Amount): Partial<Entry> => ({
  operation: { type: "pay", to: bob.account, ...ami(1), amount: value },
});

describe("a plain payment", () => {
  it("[ENT1] is read off its layout as the schema reads it, whatever its numbers", () => {
    const numbers = [0, 1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
    const bodies = [
      body,
      ...numbers.map((value) => bodyOf({ sequence: value as Entry["sequence"], time: value as Entry["time"] })),
      ...numbers.map((value) => bodyOf({ checkpoint: { ...signed.entry.checkpoint, height: value as never } })),
      ...[...numbers.map(BigInt), 2n ** 53n, 2n ** 63n - 1n].map((value) => bodyOf(paying(amount(value)))),
    ];
    for (const one of bodies) {
      const plain = readPlainPayment(one);
      expect(plain).toBeDefined();
      expect(plain).toEqual(orThrow(decodeWith(entrySchema, one, 1024)));
    }
  });

  it("[ENT1] names its owners, also where their ids begin alike,", () => {
    const beginningAlike = Array.from({ length: 8 }, (_unused, index) => `${"ab".repeat(31)}0${index}` as AccountId);
    for (const account of [...beginningAlike, ...beginningAlike.toReversed()])
      for (const to of beginningAlike) {
        const one = bodyOf({ account, operation: { type: "pay", to, ...ami(1) } });
        expect(readPlainPayment(one)).toEqual(orThrow(decodeWith(entrySchema, one, 1024)));
      }
  });

  it("[ENT1] is nothing that the schema would refuse: any byte changed, or the end missing", () => {
    const changed = Array.from(body, (_byte, index) =>
      [0x00, 0x01, 0x17, 0x18, 0x1b, 0x40, 0x58, 0x61, 0x7f, 0x82, 0x9f, 0xa9, 0xff].map((byte) =>
        body.with(index, byte),
      ),
    ).flat();
    const cut = Array.from(body, (_byte, index) => body.slice(0, index));
    let read = 0;
    for (const one of [...changed, ...cut, Uint8Array.from([...body, 0])]) {
      const plain = readPlainPayment(one);
      if (plain === undefined) continue;
      read += 1;
      expect(plain).toEqual(orThrow(decodeWith(entrySchema, one, 1024)));
    }
    // Bytes of ids and numbers may be others.
    expect(read).toBeGreaterThan(1_000);
  });

  it("[ENT1] is nothing with more in it, and no other operation", () => {
    const { operation } = signed.entry;
    if (operation.type !== "pay") throw new RangeError("a payment");
    for (const change of [
      { dependencies: [signed.id] },
      { region: "CH" as Region },
      { operation: { ...operation, memo: "for bread" } },
      { operation: { ...operation, request: "ab".repeat(16) as never } },
      { operation: { type: "float", ...ami(1) } as const },
    ]) {
      const other = bodyOf(change);
      expect(readPlainPayment(other)).toBeUndefined();
      expect(decodeWith(entrySchema, other, 1024).ok).toBe(true);
    }
  });
});
