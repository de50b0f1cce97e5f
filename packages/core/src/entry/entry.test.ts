import { fieldsOf } from "../../test/support/fields-of.ts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ed25519 } from "@noble/curves/ed25519.js";
import { entries } from "../../test/support/arbitraries.ts";
import { AssertionFailed } from "../assert.ts";
import { amount, assetCode } from "../amount.ts";
import { bytesToHex, concatBytes, hexToBytes } from "../bytes.ts";
import { encodeCbor, type CborValue } from "../encoding/cbor.ts";
import { encodeWith } from "../encoding/schema.ts";
import { ENVELOPE_BYTES, joinSigned, splitSigned } from "../encoding/signed.ts";
import { sha256 } from "../crypto/hash.ts";
import type { Signer } from "../crypto/signer.ts";
import {
  checkpointTag,
  height,
  networkTag,
  timeMs,
  type CheckpointId,
  type EntryId,
  type Link,
  type RequestId,
} from "../ids.ts";
import { AMOUNT_MAX, DEPENDENCIES_MAX, ENTRY_BYTES_MAX, INTEGER_MAX, MEMO_BYTES_MAX } from "../limits.ts";
import { linkOf } from "../log/link.ts";
import type { Region } from "../session/region.ts";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, signPayment, START } from "../testing/index.ts";
import { decodeEntry, type DecodedEntry } from "./decode-entry.ts";
import { entrySchema, firstPrevious, type Entry } from "./entry.ts";
import { REQUEST_ID_BYTES } from "./operation.ts";
import { signEntry } from "./sign-entry.ts";
import { verifyEntries, verifyEntry, verifyLogsByTips, type LogVerdict, type VerifiedEntry } from "./verify-entry.ts";

const network = createTestNetwork();
const elsewhere = createTestNetwork([], undefined, "elsewhere");
const alice = await createPerson("alice", { network });
const bob = await createPerson("bob", { network });
const first = await signPayment(alice, { network, to: bob.account, money: ami(1) });
const second = await signPayment(alice, { network, to: bob.account, money: ami(2), after: first });
const third = await signPayment(alice, { network, to: bob.account, money: ami(3), after: second });

const key = alice.signer.publicKey;

function decoded(bytes: Uint8Array): DecodedEntry {
  return orThrow(decodeEntry(bytes, network.tag));
}

/** A log of alice's alone. */
async function byTips(log: readonly DecodedEntry[]): Promise<LogVerdict> {
  const [verdict] = await verifyLogsByTips([{ key, entries: log }]);
  return verdict as LogVerdict;
}

/** The same body under a signature that is not valid. */
function badlySigned(entry: VerifiedEntry): Uint8Array {
  const { body, signature } = orThrow(splitSigned(entry.bytes));
  return joinSigned(
    body,
    signature.map((byte, index) => (index === 40 ? byte ^ 1 : byte)),
  );
}

describe("entries", () => {
  it("[ENT1] a plain payment with its signature fits 256 bytes", async () => {
    const payment = await signPayment(alice, {
      network,
      to: bob.account,
      money: ami(120),
      time: timeMs(1_767_225_600_123),
      checkpoint: { height: height(60_000), tag: checkpointTag("ab".repeat(32) as CheckpointId) },
    });
    expect(payment.bytes.length).toBeLessThanOrEqual(256);
    expect(orThrow(verifyEntry(decoded(payment.bytes), key)).id).toBe(payment.id);
  });

  it("[ENT1] the largest entry there can be stays within its bound", async () => {
    const largest: Entry = {
      ...first.entry,
      sequence: INTEGER_MAX as Entry["sequence"],
      time: timeMs(INTEGER_MAX),
      checkpoint: { ...first.entry.checkpoint, height: height(INTEGER_MAX) },
      dependencies: Array.from(
        { length: DEPENDENCIES_MAX },
        (_, index) => index.toString(16).padEnd(64, "0") as EntryId,
      ),
      operation: {
        type: "pay",
        to: bob.account,
        asset: assetCode("ABCDEFGHIJKL"),
        amount: amount(AMOUNT_MAX),
        memo: "a".repeat(MEMO_BYTES_MAX),
        request: "ab".repeat(REQUEST_ID_BYTES) as RequestId,
      },
      region: "CH-ZUR" as Region,
    };
    const size = encodeWith(entrySchema, largest).length + ENVELOPE_BYTES;
    expect(size).toBeLessThanOrEqual(ENTRY_BYTES_MAX);
    const { bytes } = await signEntry(largest, alice.signer);
    expect(orThrow(verifyEntry(decoded(bytes), key)).bytes).toHaveLength(size);
  });

  it("[ENC2] an entry is its body and 64 bytes of signature, in one array", () => {
    const { body, signature } = orThrow(splitSigned(first.bytes));
    expect(bytesToHex(first.bytes)).toBe(`82${bytesToHex(body)}5840${bytesToHex(signature)}`);
    expect(() => joinSigned(body, signature.subarray(1))).toThrow(AssertionFailed);
    for (const size of [0, 1, 66, 67]) {
      expect(splitSigned(new Uint8Array(size).fill(0x82))).toMatchObject({ error: { type: "malformed" } });
    }
  });

  it("[ID1] an id is the tagged hash of the body, and says nothing about the signature", () => {
    const { body } = orThrow(splitSigned(first.bytes));
    const hash = sha256(concatBytes(new TextEncoder().encode("amigos/entry/1\0"), body));
    expect(first.id).toBe(bytesToHex(hash));
    expect(decoded(badlySigned(first)).id).toBe(first.id);
  });

  it("[ENT2] an entry names its network by the first four bytes of its id, and is refused on any other", () => {
    expect(first.entry.network).toBe(network.id.slice(0, 8));
    expect(networkTag(network.id)).toBe(network.tag);
    expect(decodeEntry(first.bytes, elsewhere.tag)).toEqual({
      ok: false,
      error: { type: "wrong-network", expected: elsewhere.tag, found: network.tag },
    });
  });

  it("[ENT3] an entry names the newest checkpoint that its signer knew by height and the first eight bytes of its id", () => {
    expect(first.entry.checkpoint).toEqual({ height: 0, tag: network.id.slice(0, 16) });
    const cbor = fieldsOf(entrySchema, {
      ...first.entry,
      checkpoint: { height: height(7), tag: first.entry.checkpoint.tag },
    });
    expect(cbor.get(7)).toEqual([7, hexToBytes(first.entry.checkpoint.tag)]);
  });

  it("[TIME1] the time of an entry is what its signer claims: any time verifies, and none is looked at", async () => {
    for (const time of [timeMs(0), START, timeMs(INTEGER_MAX)]) {
      const payment = await signPayment(alice, { network, to: bob.account, money: ami(1), after: first, time });
      expect(orThrow(verifyEntry(decoded(payment.bytes), key)).entry.time).toBe(time);
    }
  });

  it("[ENT4] dependencies are left out when there are none, and else stand in ascending order, each once", async () => {
    const [a, b] = ["0a".repeat(32), "0b".repeat(32)] as [EntryId, EntryId];
    const outcome = (dependencies: readonly EntryId[]): string => {
      const cbor = fieldsOf(entrySchema, first.entry);
      cbor.set(8, dependencies.map(hexToBytes));
      const read = decodeEntry(joinSigned(encodeCbor(cbor), new Uint8Array(64)), network.tag);
      return read.ok ? "read" : read.error.type;
    };
    expect([[a], [a, b]].map(outcome)).toEqual(["read", "read"]);
    expect([[], [b, a], [a, a]].map(outcome)).toEqual(["schema-mismatch", "schema-mismatch", "schema-mismatch"]);
    const payment = await signPayment(alice, { network, to: bob.account, money: ami(1), dependencies: [b, a] });
    expect(payment.entry.dependencies).toEqual([a, b]);
  });

  it("[TERM3] an entry may say in which region its signer claims to be", async () => {
    const payment = await signPayment(alice, { network, to: bob.account, money: ami(1), region: "CH-ZH" as Region });
    expect(orThrow(verifyEntry(decoded(payment.bytes), key)).entry.region).toBe("CH-ZH");
    const cbor = fieldsOf(entrySchema, first.entry);
    const somewhere = joinSigned(encodeCbor(cbor.set(10, "somewhere")), new Uint8Array(64));
    expect(decodeEntry(somewhere, network.tag)).toEqual({
      ok: false,
      error: { type: "schema-mismatch", path: ".region", expected: "region" },
    });
  });

  it("[ENT1] what is larger, of another version or of another shape is a typed error", () => {
    expect(decodeEntry(new Uint8Array(1025), network.tag)).toEqual({
      ok: false,
      error: { type: "too-large", size: 1025, sizeMax: 1024 },
    });
    const cbor = fieldsOf(entrySchema, first.entry);
    const signed = (body: ReadonlyMap<number, CborValue>): Uint8Array =>
      joinSigned(encodeCbor(body), new Uint8Array(64));
    expect(decodeEntry(signed(new Map(cbor).set(0, 2)), network.tag)).toEqual({
      ok: false,
      error: { type: "unsupported-version", version: 2 },
    });
    expect(decodeEntry(signed(new Map(cbor).set(11, 0)), network.tag)).toMatchObject({
      error: { type: "schema-mismatch", path: "", expected: "no other fields" },
    });
    cbor.delete(3);
    expect(decodeEntry(signed(cbor), network.tag)).toMatchObject({
      error: { type: "schema-mismatch", path: ".session" },
    });
  });

  it("[ENT1] an entry that nobody could read is never signed", async () => {
    const operation = { type: "pay", to: bob.account, ...ami(1), memo: "a".repeat(141) } as const;
    const tooLong: Entry = { ...first.entry, operation };
    await expect(signEntry(tooLong, alice.signer)).rejects.toThrow(AssertionFailed);
  });

  it("[ENC1] a signed entry says what its bytes say, whatever else the object held that was signed", async () => {
    const operation = {
      type: "pay",
      to: bob.account,
      ...ami(1),
      request: "C0FFEE".padEnd(32, "0") as RequestId,
    } as const;
    const sloppy = { ...first.entry, operation: { ...operation, note: "not signed" } };
    const signed = await signEntry(sloppy, alice.signer);
    expect(signed.entry.operation).toEqual({ ...operation, request: "c0ffee".padEnd(32, "0") });
    expect(decoded(signed.bytes)).toEqual(signed);
  });

  it("[SIG3] a signer that answers with another key's signature mints no verified entry", async () => {
    const broken: Signer = { publicKey: key, sign: (hash) => bob.signer.sign(hash) };
    await expect(signEntry(first.entry, broken)).rejects.toThrow(AssertionFailed);
  });
});

describe("logs", () => {
  it("[LOG1] a link covers id and signature, and the next entry names it", () => {
    const hash = sha256(
      concatBytes(new TextEncoder().encode("amigos/link/1\0"), hexToBytes(first.id), first.signature),
    );
    expect(first.link).toBe(bytesToHex(hash));
    expect(linkOf(first.id, first.signature)).toBe(first.link);
    expect([first.entry.previous, second.entry.previous]).toEqual([firstPrevious(alice.session), first.link]);
    expect(decoded(badlySigned(first)).link).not.toBe(first.link);
  });

  it("[LOG2] one signature vouches for the whole chain before it", async () => {
    const { verified, refused } = await byTips([third, first, second].map(({ bytes }) => decoded(bytes)));
    expect(verified.map(({ entry }) => entry.sequence)).toEqual([2, 0, 1]);
    expect(refused).toEqual([]);
  });

  it("[LOG2] a signature vouches for what its link names, not for another signature of the same body", async () => {
    const { verified, refused } = await byTips([decoded(badlySigned(first)), decoded(second.bytes)]);
    expect(verified.map(({ entry }) => entry.sequence)).toEqual([1]);
    expect(refused).toEqual([{ type: "signature-invalid", entry: first.id }]);
  });

  it("[LOG2] an unsigned tip vouches for nothing, and what it names stands on its own signature", async () => {
    const { verified, refused } = await byTips([first.bytes, badlySigned(second)].map(decoded));
    expect(verified.map(({ entry }) => entry.sequence)).toEqual([0]);
    expect(refused).toEqual([{ type: "signature-invalid", entry: second.id }]);
  });

  it("[LOG2] an entry whose own signature is bad is authentic once a later one names its link", async () => {
    const variant = decoded(badlySigned(first));
    const successor = await signEntry({ ...second.entry, previous: variant.link }, alice.signer);
    expect(verifyEntry(variant, key).ok).toBe(false);
    const { verified, refused } = await byTips([variant, decoded(successor.bytes)]);
    expect(verified.map(({ link }) => link)).toEqual([variant.link, successor.link]);
    expect(refused).toEqual([]);
  });

  it("[LOG2] what a valid entry names is not vouched for when it is of another place", async () => {
    const variant = decoded(badlySigned(first));
    const skipping = await signEntry({ ...third.entry, previous: variant.link }, alice.signer);
    const { verified } = await byTips([variant, decoded(skipping.bytes)]);
    expect(verified.map(({ entry }) => entry.sequence)).toEqual([2]);
  });

  const secret = sha256(new TextEncoder().encode("amigos-test/alice/phone"));
  const logs = fc.record({
    /** What becomes of each entry of a log. A `forged` one is signed by another key, and yet the next names its link. */
    kinds: fc.array(fc.constantFrom("honest", "honest", "damaged", "doubled", "repeated", "forked", "forged"), {
      minLength: 1,
      maxLength: 6,
    }),
    body: entries,
    lots: fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
  });

  function signWith(body: Entry, by: Uint8Array): DecodedEntry {
    const bytes = encodeWith(entrySchema, body);
    const id = sha256(concatBytes(new TextEncoder().encode("amigos/entry/1\0"), bytes));
    return decoded(joinSigned(bytes, ed25519.sign(id, by)));
  }

  function makeLog({
    kinds,
    body,
    lots,
  }: {
    kinds: readonly string[];
    body: Entry;
    lots: readonly number[];
  }): readonly DecodedEntry[] {
    const made: DecodedEntry[] = [];
    let previous = firstPrevious(alice.session);
    for (const [index, kind] of kinds.entries()) {
      const place = { session: alice.session, sequence: index as Entry["sequence"], previous };
      const entry = signWith({ ...body, network: network.tag, ...place }, kind === "forged" ? sha256(secret) : secret);
      const bad = decoded(badlySigned(entry as VerifiedEntry));
      if (kind === "doubled") made.push(bad);
      if (kind === "repeated") made.push(entry);
      if (kind === "forked") made.push(signWith({ ...entry.entry, time: timeMs(index) }, secret));
      made.push(kind === "damaged" ? bad : entry);
      previous = entry.link;
    }
    const order = new Map(made.map((entry, index) => [entry, lots[index] ?? 0]));
    return made.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  }

  it("[LOG2] by tips, exactly those are authentic that are signed or named by an authentic successor", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(logs, { minLength: 1, maxLength: 3 }), async (several) => {
        const given = several.map(makeLog);
        const verdicts = await verifyLogsByTips(given.map((log) => ({ key, entries: log })));
        for (const [index, log] of given.entries()) {
          const isAuthentic = (entry: DecodedEntry): boolean =>
            verifyEntry(entry, key).ok ||
            log.some(
              (next) =>
                next.entry.previous === entry.link &&
                next.entry.sequence === entry.entry.sequence + 1 &&
                isAuthentic(next),
            );
          const others = log.filter((entry) => !isAuthentic(entry)).toSorted(byLaterSequence);
          expect(linksOf(verdicts[index])).toEqual(log.filter(isAuthentic).map(({ link }) => link));
          expect(verdicts[index]?.refused.map(({ entry }) => entry)).toEqual(others.map(({ id }) => id));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("[LOG2] by tips, one by one and together agree wherever the session's key signs on top of its own signatures only", async () => {
    await fc.assert(
      fc.asyncProperty(logs, async (log) => {
        const given = makeLog({ ...log, kinds: log.kinds.filter((kind) => kind !== "forged") });
        const oneByOne = given.map((entry) => verifyEntry(entry, key));
        expect(await verifyEntries(given.map((entry) => ({ entry, key })))).toEqual(oneByOne);
        expect(linksOf(await byTips(given))).toEqual(oneByOne.flatMap((one) => (one.ok ? [one.value.link] : [])));
      }),
      { numRuns: 40 },
    );
  });

  function linksOf(verdict: LogVerdict | undefined): readonly Link[] | undefined {
    return verdict?.verified.map(({ link }) => link);
  }

  function byLaterSequence(a: DecodedEntry, b: DecodedEntry): number {
    return b.entry.sequence - a.entry.sequence;
  }
});
