/** Documents as bytes: what we write ourselves is what Automerge writes, and stays what it is. */
import * as Automerge from "@automerge/automerge";
import { expect, test } from "vitest";
import { bytesToHex, hexToBytes, sha256, type SessionId } from "@amigos/core";
import { createPerson, createTestNetwork, signPayment, ami } from "@amigos/core/testing";
import { createLogChanges, itemChange, itemKey } from "../../src/replication/canonical-change.ts";
import { documentId, logActor, type DocumentInfo } from "../../src/replication/document-id.ts";
import { nameDocument } from "../../src/replication/document-name.ts";
import { genesisOf } from "../../src/replication/genesis.ts";
import { readChange } from "../../src/replication/read-change.ts";

const SESSION = "5e".repeat(32) as SessionId;
const network = createTestNetwork();

interface Log {
  entries: Uint8Array[];
}
interface Items {
  items: Record<string, Uint8Array>;
}

/** Bytes that differ from place to place, as many as asked for. */
function value(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 17 + 1) % 256);
}

test("[DOC1] a document's id depends on network, kind, owner and epoch, and stays what it is", () => {
  const log: DocumentInfo = { kind: "log", session: SESSION, epoch: 0 };
  const ids = [
    documentId(network.id, log),
    documentId(network.id, { ...log, epoch: 1 }),
    documentId(network.id, { kind: "set", account: "5e".repeat(32) as never, epoch: 0 }),
    documentId(createTestNetwork([], undefined, "other").id, log),
    documentId(network.id, { ...log, session: "5f".repeat(32) as never }),
  ].map(bytesToHex);
  expect(new Set(ids).size).toBe(5);
  const fixed = "00".repeat(32) as never;
  expect(bytesToHex(documentId(fixed, log))).toMatchInlineSnapshot(
    `"2fad5f32e0b78609ab7bf74af15feb191b94969f7ffa442d13282944342c37f8"`,
  );
  expect(nameDocument(fixed, log).repoId).toMatchInlineSnapshot(`"MzrMbTxEbibz3nQQdJDiNqRPyUyyQGLpAaAQ2ihMbjqp5Q8bW"`);
  expect(bytesToHex(logActor(SESSION, 0))).toMatchInlineSnapshot(`"8b62aae46eedecb053cf1b18f34b8c6f"`);
  expect(bytesToHex(logActor(SESSION, 1))).toMatchInlineSnapshot(`"28ee1965e5f46b751a04307be6d79892"`);
});

test("[DOC2] the genesis changes are what Automerge wrote for an empty container", () => {
  const actor = "00".repeat(16);
  const log = Automerge.change(Automerge.init<Log>({ actor }), { time: 0 }, (doc) => void (doc.entries = []));
  const set = Automerge.change(Automerge.init<Items>({ actor }), { time: 0 }, (doc) => void (doc.items = {}));
  expect(bytesToHex(genesisOf("log").bytes)).toBe(bytesToHex(Automerge.getLastLocalChange(log) as Uint8Array));
  expect([bytesToHex(genesisOf("log").hash)]).toEqual(Automerge.getHeads(log));
  expect(bytesToHex(genesisOf("set").bytes)).toBe(bytesToHex(Automerge.getLastLocalChange(set) as Uint8Array));
  expect([bytesToHex(genesisOf("set").hash)]).toEqual(Automerge.getHeads(set));
});

test("[DOC3][DOC4][DOC5] at each of the 512 places an entry's change is what Automerge writes there", () => {
  const change = createLogChanges(SESSION, 0);
  let document = Automerge.load<Log>(genesisOf("log").bytes, { actor: bytesToHex(logActor(SESSION, 0)) });
  let previous = genesisOf("log").hash;
  for (let position = 0; position < 512; position++) {
    // Every length of a length: one, two and three bytes.
    const entry = value([1, 7, 8, 127, 128, 250, 1023, 1024][position % 8] as number, position);
    document = Automerge.change(document, { time: 0 }, (doc) => void doc.entries.push(entry));
    const written = change(position, previous, entry);
    expect(bytesToHex(written.bytes)).toBe(bytesToHex(Automerge.getLastLocalChange(document) as Uint8Array));
    expect([bytesToHex(written.hash)]).toEqual(Automerge.getHeads(document));
    expect(readChange(written.bytes, 1024)).toEqual({
      hash: written.hash,
      previous,
      sequence: position + 1,
      value: entry,
    });
    previous = written.hash;
  }
});

test("[DOC4] the change of an entry stays what it is", () => {
  const change = createLogChanges(SESSION, 3);
  const first = change(0, genesisOf("log").hash, hexToBytes("82a100"));
  const last = change(511, first.hash, value(300, 1));
  expect(bytesToHex(first.bytes)).toMatchInlineSnapshot(
    `"856f4a839cc2b804016a01821ef4d2b32bb370903e1e7981b4292476d2e787604aaea98a99eff54db58c9b10f51184de169f744512a5f51a834a35ce0102000001100000000000000000000000000000000008010202021302340242025602570370027f017f017f0000017f017f3782a1007f00"`,
  );
  expect(bytesToHex(first.hash)).toMatchInlineSnapshot(
    `"9cc2b8046bbfc25fdf19baa37ddec5ca7b5f1dafc43b403a398980f130ae4fd3"`,
  );
  expect(bytesToHex(last.hash)).toMatchInlineSnapshot(
    `"33c6f26c06797d8c105c8f16e9d64718918cf5541fe34f9c568c74db34cc0434"`,
  );
});

test("[DOC6][DOC7] an item's change is what Automerge writes on the genesis, in whatever order items come", () => {
  const items = [1, 300, 2048].map((length) => value(length, length));
  const changes = items.map((item) => {
    const key = itemKey(item);
    expect(key).toBe(bytesToHex(sha256(item)));
    const written = itemChange(key, item);
    const alone = Automerge.change(
      Automerge.load<Items>(genesisOf("set").bytes, { actor: key.slice(0, 32) }),
      { time: 0 },
      (doc) => void (doc.items[key] = item),
    );
    expect(bytesToHex(written.bytes)).toBe(bytesToHex(Automerge.getLastLocalChange(alone) as Uint8Array));
    expect([bytesToHex(written.hash)]).toEqual(Automerge.getHeads(alone));
    expect(readChange(written.bytes, 2064)).toEqual({
      hash: written.hash,
      previous: genesisOf("set").hash,
      sequence: 1,
      value: item,
    });
    return written.bytes;
  });
  const apply = (order: readonly Uint8Array[]): Items =>
    Automerge.applyChanges(Automerge.load<Items>(genesisOf("set").bytes), [...order])[0];
  const there = apply(changes);
  const back = apply(changes.toReversed());
  expect(Automerge.getHeads(there)).toEqual(Automerge.getHeads(back));
  expect(Object.keys(there.items).toSorted()).toEqual(items.map(itemKey).toSorted());
  expect(bytesToHex(itemChange(itemKey(hexToBytes("82a100")), hexToBytes("82a100")).bytes)).toMatchInlineSnapshot(
    `"856f4a835ac924cc01a9010144aad8c726f24ea46cd47ef5e306433fe6d3cb0779b627872eb0acdb17a7c7621051f14b6e529344559074beede94f36bc0102000001100000000000000000000000000000000008010202021542340142025602570370027f017f017f4035316631346236653532393334343535393037346265656465393466333662633238653864636635643864623166363936333539666662343266333866656439017f017f3782a1007f00"`,
  );
});

test("[DOC5] a whole document of real entries loads and saves as any other", async () => {
  const alice = await createPerson("alice", { network });
  const entry = await signPayment(alice, { network, to: alice.account, money: ami(5) });
  const { bytes } = createLogChanges(alice.session, 0)(0, genesisOf("log").hash, entry.bytes);
  const [document] = Automerge.applyChanges(Automerge.load<Log>(genesisOf("log").bytes), [bytes]);
  expect(Automerge.load<Log>(Automerge.save(document)).entries).toEqual([entry.bytes]);
});
