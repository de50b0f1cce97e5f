import { MemoryDisk, openMemoryStore } from "@amigos/adapters/store-memory";
import { keyDigest, timeMs, type AccountId, type AccountKeys } from "@amigos/core";
import { namedSigner } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { PREFIX } from "../journal/journal.ts";
import { Agreements } from "./agreements.ts";

const [alice, bob] = ["aa".repeat(32) as AccountId, "bb".repeat(32) as AccountId];
const { publicKey: phone } = namedSigner("phone");
const keysOf = (next: string, masterKey = phone): AccountKeys => ({
  masterKey,
  nextKeyDigest: keyDigest(namedSigner(next).publicKey),
});
const [first, second, third] = [keysOf("first"), keysOf("second"), keysOf("third", namedSigner("tablet").publicKey)];

describe("when a guardian agreed", () => {
  it("[DEV14] is known of both keys together as long as they are under way, of each account by itself", async () => {
    const store = await openMemoryStore({ name: "guardian", disk: new MemoryDisk() });
    const agreements = new Agreements(store);
    const note = (account: AccountId, keys: AccountKeys, time: number, underWay: readonly AccountKeys[]) =>
      agreements.note({ account, ...keys, time: timeMs(time) }, underWay);
    const known = (of = agreements) =>
      [alice, bob].map((account) => [first, second, third].map((keys) => of.timeOf(account, keys)));
    await note(alice, first, 1, []);
    await note(bob, first, 2, []);
    await note(alice, second, 3, [first]);
    expect(known()).toEqual([
      [1, 3, undefined],
      [2, undefined, undefined],
    ]);
    await note(alice, third, 4, [second]);
    const left = [
      [undefined, 3, 4],
      [2, undefined, undefined],
    ];
    expect(known()).toEqual(left);
    const again = new Agreements(store);
    await again.load();
    expect(known(again), "also after a restart").toEqual(left);
    await again.forget(alice, third);
    expect(known(again)).toEqual([
      [undefined, 3, undefined],
      [2, undefined, undefined],
    ]);
    expect(await store.list(PREFIX.agreed)).toHaveLength(2);
  });
});
