/**
 * Every kind of body, whole and damaged: what decodes encodes to the same bytes, and what does not is a typed error. All
 * of it is held to what the library finds.
 */
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { bytesToHex, decodeCbor, encodeCbor, equalBytes, type CborValue } from "../src/index.ts";
import { cborValues, controlEntries, entries, inceptions } from "./support/arbitraries.ts";
import { BODY_KINDS, ERROR_TYPES, type BodyKind } from "./support/body-kinds.ts";
import { countJudged } from "./support/judged-codec.ts";

vi.mock("../src/encoding/schema.ts", async (importOriginal) => {
  const { judging } = await import("./support/judged-codec.ts");
  return judging(await importOriginal());
});

describe.each(BODY_KINDS)("$name", (kind) => {
  it("[ENC1] decodes to what it was encoded from, and encodes to the same bytes", () => {
    fc.assert(
      fc.property(kind.bytes, (bytes) => {
        const again = kind.decodeAndEncode(bytes);
        expect(again.ok && bytesToHex(again.value)).toBe(bytesToHex(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it("[ENC1] is held to the library whenever it is encoded or decoded", () => {
    fc.assert(
      fc.property(kind.bytes, (bytes) => {
        const before = countJudged();
        expect(kind.decodeAndEncode(bytes).ok).toBe(true);
        expect(countJudged()).toBeGreaterThan(before);
      }),
      { numRuns: 5 },
    );
  });

  it("[ENC1] with damaged bytes is a typed error, or another body with its own bytes", () => {
    fc.assert(
      fc.property(kind.bytes, fc.array(damages, { minLength: 1, maxLength: 3 }), (bytes, damage) => {
        mustEndWell(
          kind,
          damage.reduce((damaged, apply) => apply(damaged), bytes),
        );
      }),
      { numRuns: 400 },
    );
  });

  it("[ENC1] with a damaged structure is a typed error, or another body with its own bytes", () => {
    fc.assert(
      fc.property(kind.bytes, fc.infiniteStream(fc.nat(1000)), cborValues, (bytes, choices, value) => {
        const next = (): number => choices.next().value ?? 0;
        mustEndWell(kind, damagedStructure(bytes, next, value as CborValue));
      }),
      { numRuns: 300 },
    );
  });
});

it("[ENC1] any bytes at all end as a body or a typed error, for every kind", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => BODY_KINDS.forEach((kind) => mustEndWell(kind, bytes))),
    { numRuns: 500 },
  );
});

it("[ENC1] no operation and no field of one is left out of what is tried", () => {
  const options = { numRuns: 500, seed: 1 };
  const tried = new Map<string, Set<string>>();
  const say = (name: string, body: object): void => {
    tried.set(name, new Set([...(tried.get(name) ?? []), ...Object.keys(body)]));
  };
  for (const { operation, ...entry } of [...fc.sample(controlEntries, options), ...fc.sample(entries, options)]) {
    say(operation.type, operation);
    say("sequence" in entry ? "placed" : "placeless", entry);
  }
  for (const { recovery, ...inception } of fc.sample(inceptions, options)) {
    say("inception", inception);
    say("recovery", recovery ?? {});
  }
  const fieldsOf = Object.fromEntries(
    [...tried].map(([name, fields]) => [name, [...fields].toSorted(byText).join(" ")]),
  );
  const terms = "device expiry generation";
  expect(fieldsOf).toEqual({
    grant: `${terms} notBefore offlineLimits permissions recipients regions sessionKey type`,
    upgrade: `${terms} lastHonoured notBefore offlineLimits permissions recipients regions replaces sessionKey type`,
    revoke: "lastHonoured session type",
    "kill-switch": "generation type",
    rotate: "masterKey nextKeyDigest type",
    "set-recovery": "recovery type",
    "recovery-start": "masterKey nextKeyDigest round type way",
    "recovery-approve": "by start type",
    "recovery-veto": "session start type",
    "recovery-complete": "masterKey nextKeyDigest start type",
    pay: "amount asset memo request to type",
    stake: "amount asset type validator",
    unstake: "amount asset type validator",
    float: "amount asset type",
    release: "amount asset type",
    execute: "asset fee import method type",
    attest: "account head sequence session type",
    placed: "account checkpoint dependencies network previous region sequence session time version",
    placeless: "account network version",
    inception: "masterKey network nextKeyDigest nonce version",
    recovery: "backupKey guardians timeLockedKey",
  });
});

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function mustEndWell(kind: BodyKind, bytes: Uint8Array): void {
  const again = kind.decodeAndEncode(bytes);
  const isRight = again.ok ? equalBytes(again.value, bytes) : ERROR_TYPES.has(again.error.type);
  expect(isRight, bytesToHex(bytes)).toBe(true);
}

type Damage = (bytes: Uint8Array) => Uint8Array;

const damages: fc.Arbitrary<Damage> = fc
  .record({ how: fc.nat(4), at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) })
  .map(({ how, at, bits }) => (bytes) => {
    if (bytes.length === 0) return Uint8Array.of(bits);
    const place = at % bytes.length;
    if (how === 0) return bytes.slice(0, place);
    if (how === 1) return Uint8Array.of(...bytes.subarray(0, place), bits, ...bytes.subarray(place));
    if (how === 2) return Uint8Array.of(...bytes.subarray(0, place), ...bytes.subarray(place + 1));
    return bytes.map((byte, index) => (index === place ? byte ^ bits : byte));
  });

/** The same body with one value somewhere in it replaced, left out or added to: still CBOR, no longer as it should be. */
function damagedStructure(bytes: Uint8Array, next: () => number, replacement: CborValue): Uint8Array {
  const signed = bytes[0] === 0x82 ? bytes.subarray(1, bytes.length - 66) : bytes;
  const decoded = decodeCbor(signed);
  if (!decoded.ok) return bytes;
  const damaged = encodeCbor(replaceOne(decoded.value, next, replacement));
  return signed === bytes ? damaged : Uint8Array.of(0x82, ...damaged, ...bytes.subarray(bytes.length - 66));
}

function replaceOne(value: CborValue, next: () => number, replacement: CborValue): CborValue {
  const isLeaf = !Array.isArray(value) && !(value instanceof Map);
  if (isLeaf || next() % 8 === 0) return replacement;
  if (value instanceof Map) {
    const copy = new Map<number, CborValue>(value as ReadonlyMap<number, CborValue>);
    const keys = [...copy.keys()];
    const key = keys[next() % Math.max(1, keys.length)] ?? 0;
    const how = next() % 8;
    if (how === 0) copy.delete(key);
    else if (how === 1) copy.set(next() % 16, replacement);
    else copy.set(key, replaceOne(copy.get(key) ?? 0, next, replacement));
    return copy;
  }
  const items = [...(value as readonly CborValue[])];
  const index = next() % Math.max(1, items.length);
  const how = next() % 8;
  if (how === 0) items.splice(index, 1);
  else if (how === 1) items.push(replacement);
  else items[index] = replaceOne(items[index] ?? 0, next, replacement);
  return items;
}
