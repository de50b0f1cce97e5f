import { orThrow, type Id } from "@amigos/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMerkleMap, merkleGet, merkleRoot, merkleSet, type MerkleMap, type NodeHash } from "./merkle-map.ts";
import {
  decodeMerkleProof,
  encodeMerkleProof,
  prove,
  verifyProof,
  type MerkleProof,
  type ProofStep,
} from "./merkle-proof.ts";

const key: fc.Arbitrary<Id> = fc
  .tuple(fc.constantFrom("00", "0f", "f0", "ff"), fc.constantFrom("0", "a"), fc.constantFrom("00", "01", "02", "80"))
  .map(([first, middle, last]) => `${first}${middle.repeat(60)}${last}` as Id);
const map: fc.Arbitrary<MerkleMap<number>> = fc.array(fc.tuple(key, fc.nat(255)), { maxLength: 30 }).map((pairs) =>
  pairs.reduce(
    (sum, [at, value]) => merkleSet(sum, at, value),
    createMerkleMap<number>((value) => Uint8Array.of(value)),
  ),
);

describe("proofs", () => {
  it("[MRK2] [MRK3] show the row of a key, or that it has none, through encoding too", () => {
    fc.assert(
      fc.property(map, key, (rows, at) => {
        const proof = orThrow(decodeMerkleProof(encodeMerkleProof(prove(rows, at))));
        const value = merkleGet(rows, at);
        expect(verifyProof(merkleRoot(rows), at, proof)).toEqual({
          ok: true,
          value: value === undefined ? undefined : Uint8Array.of(value),
        });
      }),
    );
  });

  it("[MRK2] [MRK3] show nothing else: not for another key, another root or another path", () => {
    fc.assert(
      fc.property(map, key, key, fc.nat(), (rows, at, other, pick) => {
        const proof = prove(rows, at);
        const root = merkleRoot(rows);
        const claimed = verifyProof(root, other, proof);
        const truth = merkleGet(rows, other);
        const shown = truth === undefined ? undefined : Uint8Array.of(truth);
        expect(claimed.ok ? claimed.value : shown).toEqual(shown);
        for (const forged of forgeries(proof, pick)) expect(verifyProof(root, at, forged).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it("[MRK2] [MRK3] say what is wrong with a proof that shows nothing", () => {
    const [low, high] = [`${"0".repeat(63)}1`, "f".repeat(64)] as [Id, Id];
    const rows = [low, high].reduce(
      (sum, at) => merkleSet(sum, at, 7),
      createMerkleMap<number>((value) => Uint8Array.of(value)),
    );
    const root = merkleRoot(rows);
    const reason = (at: Id, proof: MerkleProof): string => {
      const shown = verifyProof(root, at, proof);
      if (shown.ok) return "shown";
      return shown.error.type === "proof-malformed" ? shown.error.reason : shown.error.type;
    };
    const { path, end } = prove(rows, low);
    const [step] = path as [ProofStep];
    const absent = `${"0".repeat(63)}2` as Id;
    const absence = prove(rows, absent);
    expect([reason(low, { path, end }), reason(absent, absence)]).toEqual(["shown", "shown"]);
    expect(reason(low, { path, end: { type: "nothing" } })).toBe("a path to nothing");
    expect(reason(low, absence)).toBe("the key's own row as another's");
    const must = "bits of a path must ascend";
    const bits = (...chosen: readonly number[]): MerkleProof => ({
      path: chosen.map((bit) => ({ ...step, bit })),
      end,
    });
    expect([bits(5, 3), bits(5, 5), bits(256), bits(-1)].map((proof) => reason(low, proof))).toEqual([
      must,
      must,
      must,
      must,
    ]);
    expect(reason(high, absence)).toBe("a search for the key does not come here");
    expect(verifyProof(root, low, bits(0, 255))).toMatchObject({
      ok: false,
      error: { type: "root-mismatch", expected: root },
    });
  });

  it("[MRK2] carry the largest row along the longest path, and no bit that a key does not have", () => {
    const sibling = "ab".repeat(32) as NodeHash;
    const path = Array.from({ length: 256 }, (_unused, bit) => ({ bit, sibling }));
    const longest: MerkleProof = { path, end: { type: "row", value: new Uint8Array(256 * 1024) } };
    expect(decodeMerkleProof(encodeMerkleProof(longest))).toEqual({ ok: true, value: longest });
    const beyond: MerkleProof = { ...longest, path: [{ bit: 256, sibling }] };
    expect(decodeMerkleProof(encodeMerkleProof(beyond))).toMatchObject({
      ok: false,
      error: { type: "schema-mismatch" },
    });
  });

  it("[MRK3] does not show the value of the row that stands in the way", () => {
    const secret = createMerkleMap<string>((text) => Uint8Array.from(text, (character) => character.charCodeAt(0)));
    const rows = merkleSet(secret, "11".repeat(32) as Id, "a fortune");
    const proof = prove(rows, "22".repeat(32) as Id);
    expect(proof.end.type).toBe("other-row");
    expect(Buffer.from(encodeMerkleProof(proof)).toString("latin1")).not.toContain("fortune");
  });

  it("[MRK2] refuses bytes that are no proof", () => {
    expect(decodeMerkleProof(Uint8Array.of(1, 2, 3)).ok).toBe(false);
    expect(decodeMerkleProof(new Uint8Array(2 ** 20)).ok).toBe(false);
  });
});

/** Proofs that claim something else along the same path, or the same along another. */
function forgeries({ path, end }: MerkleProof, pick: number): readonly MerkleProof[] {
  const flip = (hex: string): string => (hex.startsWith("0") ? "1" : "0") + hex.slice(1);
  const forged: MerkleProof[] = [];
  if (end.type === "row") forged.push({ path, end: { type: "row", value: Uint8Array.of((end.value[0] ?? 0) ^ 1) } });
  if (end.type === "other-row")
    forged.push({ path, end: { ...end, valueHash: flip(end.valueHash) as typeof end.valueHash } });
  if (end.type !== "nothing") forged.push({ path, end: { type: "nothing" } });
  const at = path.length === 0 ? -1 : pick % path.length;
  const step = path[at];
  if (step === undefined) return forged;
  forged.push({ path: path.with(at, { ...step, sibling: flip(step.sibling) as typeof step.sibling }), end });
  forged.push({ path: path.with(at, { ...step, bit: step.bit ^ 1 }), end });
  forged.push({ path: path.toSpliced(at, 1), end });
  forged.push({ path: path.toSpliced(at, 0, step), end });
  return forged;
}
