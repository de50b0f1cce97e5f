/**
 * One meaning of "valid", also of signatures that verifiers disagree about, and keys that may be registered. Published
 * and computed vectors are in the suite of `vectors/`, which every runtime runs.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ed25519 } from "@noble/curves/ed25519.js";
import {
  bytesToHex,
  checkPublicKey,
  seedSigner,
  sha256,
  taggedHash,
  verifySignature,
  verifySignatures,
  type PublicKey,
  type SignatureCheck,
} from "../src/index.ts";
import { verifySignatureOn, verifySignaturesOn } from "../src/crypto/ed25519.ts";
import { native as node } from "../src/crypto/native.node.ts";
import { native as portable } from "../src/crypto/native.portable.ts";
import { namedSigner } from "../src/testing/index.ts";
import { mixedOrderSignature, multiply, ORDER, smallOrderEncodings, torsionPoints } from "./support/curve.ts";

/** What each path says. They must all say the same. */
async function verdicts(check: SignatureCheck): Promise<readonly boolean[]> {
  const { signature, message, publicKey } = check;
  return [
    verifySignatureOn(node, check),
    verifySignatureOn(portable, check),
    verifySignature(signature, message, publicKey),
    ...(await verifySignaturesOn(node, [check])),
    ...(await verifySignaturesOn(portable, [check])),
    ...(await verifySignatures([check])),
  ];
}

describe("ZIP 215", () => {
  const encodings = smallOrderEncodings();

  it("[SIG2] none of the 14 encodings of a small-order point may be registered as a key", () => {
    const refused = encodings.map(checkPublicKey).map((checked) => (checked.ok ? "accepted" : checked.error.type));
    // Eight are canonical and fail for their order; six are not even canonical.
    expect(refused.filter((type) => type === "key-not-of-prime-order")).toHaveLength(8);
    expect(refused.filter((type) => type === "key-not-a-point")).toHaveLength(6);
  });

  it("[SIG1] signatures with small-order parts hold on every path, whatever the native verifier says", async () => {
    const torsion = torsionPoints();
    let disagreements = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt(1n, ORDER - 1n),
        fc.bigInt(1n, ORDER - 1n),
        fc.constantFrom(...torsion),
        fc.constantFrom(...torsion),
        fc.uint8Array({ maxLength: 40 }),
        async (secret, nonce, keyTorsion, nonceTorsion, message) => {
          const { key, signature } = mixedOrderSignature({ secret, nonce, keyTorsion, nonceTorsion, message });
          const check = { signature, message, publicKey: bytesToHex(key) as PublicKey };
          expect(await verdicts(check)).toEqual([true, true, true, true, true, true]);
          if (!node.verifyEd25519(check)) disagreements++;
          expect(checkPublicKey(key).ok).toBe(keyTorsion.is0());
        },
      ),
      { numRuns: 100, seed: 215 },
    );
    expect(disagreements).toBeGreaterThan(10);
  });

  it("[SIG1] verified together, each check has the answer that it has alone", async () => {
    const hash = taggedHash("amigos/entry/1", Uint8Array.of(1));
    const signed = await Promise.all(
      ["alice", "bob", "carol"].map(async (name) => {
        const signer = namedSigner(name);
        return { signature: await signer.sign(hash), message: hash, publicKey: signer.publicKey };
      }),
    );
    const [alices, bobs, carols] = signed as [SignatureCheck, SignatureCheck, SignatureCheck];
    const framed = { ...alices, publicKey: bobs.publicKey };
    const cut = { ...carols, signature: carols.signature.subarray(1) };
    expect(await verifySignatures([alices, framed, bobs, cut, carols])).toEqual([true, false, true, false, true]);
    expect(await verifySignatures([])).toEqual([]);
  });
});

describe("keys", () => {
  it("[SIG2] a key of mixed order, of the wrong length or beyond the field is refused", () => {
    const [, generator] = torsionPoints();
    const mixed = multiply(ed25519.Point.BASE, 5n).add(generator ?? ed25519.Point.ZERO);
    expect(checkPublicKey(mixed.toBytes())).toEqual({ ok: false, error: { type: "key-not-of-prime-order" } });
    for (const bytes of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(33), new Uint8Array(32).fill(255)]) {
      expect(checkPublicKey(bytes)).toEqual({ ok: false, error: { type: "key-not-a-point" } });
    }
  });

  it("[SIG3] signers sign 32-byte hashes and nothing else", async () => {
    const signer = namedSigner("alice");
    const hash = taggedHash("amigos/entry/1", Uint8Array.of(1));
    expect(verifySignature(await signer.sign(hash), hash, signer.publicKey)).toBe(true);
    await expect(signer.sign(Uint8Array.of(1, 2, 3))).rejects.toThrow("32-byte hash");
    expect(() => seedSigner(new Uint8Array(31))).toThrow("32 bytes");
  });
});

describe("hashes", () => {
  it("[ID1] SHA-256 is the same with and without the runtime's own, and always a plain array", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(node.sha256(bytes)).toEqual(portable.sha256(bytes));
        expect(node.sha256(bytes).constructor).toBe(Uint8Array);
      }),
      { numRuns: 50 },
    );
    // FIPS 180-4, "abc".
    expect(bytesToHex(sha256(new TextEncoder().encode("abc")))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});
