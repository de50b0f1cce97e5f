/**
 * One meaning of "valid" on every runtime: the vectors of RFC 8032, the matrix of ZIP 215, signatures that verifiers
 * disagree about, and Wycheproof; each on the native verifier and without it.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ed25519 } from "@noble/curves/ed25519.js";
import {
  bytesToHex,
  checkPublicKey,
  hexToBytes,
  seedSigner,
  sha256,
  taggedHash,
  verifySignature,
  type PublicKey,
} from "../src/index.ts";
import { verifySignatureOn } from "../src/crypto/ed25519.ts";
import { native as node } from "../src/crypto/native.node.ts";
import { native as portable } from "../src/crypto/native.portable.ts";
import { namedSigner } from "../src/testing/index.ts";
import { bytesOf, mixedOrderSignature, multiply, ORDER, smallOrderEncodings, torsionPoints } from "./support/curve.ts";
import { externalVectors } from "./support/external-vectors.ts";

/** What each runtime says. They must all say the same. */
function verdicts(signature: Uint8Array, message: Uint8Array, key: Uint8Array): readonly boolean[] {
  const publicKey = bytesToHex(key) as PublicKey;
  return [
    verifySignatureOn(node, signature, message, publicKey),
    verifySignatureOn(portable, signature, message, publicKey),
    verifySignature(signature, message, publicKey),
  ];
}

function nativeAccepts(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  return node.verifyEd25519?.(signature, message, key) === true;
}

const ACCEPTED = [true, true, true];
const REFUSED = [false, false, false];

describe("RFC 8032 §7.1", () => {
  const vectors: readonly (readonly [name: string, secret: string, key: string, message: string, signature: string])[] =
    [
      [
        "TEST 1",
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
      ],
      [
        "TEST 2",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
      ],
      [
        "TEST 3",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
      ],
      [
        "TEST SHA(abc)",
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
      ],
    ];

  it.each(vectors)("[SIG1] %s", (_name, secret, key, message, signature) => {
    expect(seedSigner(hexToBytes(secret)).publicKey).toBe(key);
    expect(verdicts(hexToBytes(signature), hexToBytes(message), hexToBytes(key))).toEqual(ACCEPTED);
    expect(nativeAccepts(hexToBytes(signature), hexToBytes(message), hexToBytes(key))).toBe(true);
    expect(verdicts(hexToBytes(signature), hexToBytes(`${message}00`), hexToBytes(key))).toEqual(REFUSED);
    expect(checkPublicKey(hexToBytes(key))).toEqual({ ok: true, value: key });
  });
});

describe("ZIP 215", () => {
  const encodings = smallOrderEncodings();
  const message = new TextEncoder().encode("Zcash");

  it("[SIG1] all 196 pairs of a small-order key and a small-order R are accepted with S = 0, on every runtime", () => {
    expect(encodings).toHaveLength(14);
    const results = encodings.flatMap((key) =>
      encodings.map((r) => verdicts(Uint8Array.of(...r, ...bytesOf(0n)), message, key)),
    );
    expect(results).toHaveLength(196);
    expect(results.filter((result) => result.includes(false))).toEqual([]);
  });

  it("[SIG2] none of the 14 encodings of a small-order point may be registered as a key", () => {
    const refused = encodings.map(checkPublicKey).map((checked) => (checked.ok ? "accepted" : checked.error.type));
    // Eight are canonical and fail for their order; six are not even canonical.
    expect(refused.filter((type) => type === "key-not-of-prime-order")).toHaveLength(8);
    expect(refused.filter((type) => type === "key-not-a-point")).toHaveLength(6);
  });

  it("[SIG1] signatures with small-order parts hold on every runtime, whatever the native verifier says", () => {
    const torsion = torsionPoints();
    let disagreements = 0;
    fc.assert(
      fc.property(
        fc.bigInt(1n, ORDER - 1n),
        fc.bigInt(1n, ORDER - 1n),
        fc.constantFrom(...torsion),
        fc.constantFrom(...torsion),
        fc.uint8Array({ maxLength: 40 }),
        (secret, nonce, keyTorsion, nonceTorsion, signed) => {
          const options = { secret, nonce, keyTorsion, nonceTorsion, message: signed };
          const { key, signature } = mixedOrderSignature(options);
          expect(verdicts(signature, signed, key)).toEqual(ACCEPTED);
          if (!nativeAccepts(signature, signed, key)) disagreements++;
          expect(checkPublicKey(key).ok).toBe(keyTorsion.is0());
        },
      ),
      { numRuns: 100, seed: 215 },
    );
    expect(disagreements).toBeGreaterThan(10);
  });

  it("[SIG1] S must be below the order, R and key must be points, lengths must fit", () => {
    const signer = namedSigner("alice");
    const key = hexToBytes(signer.publicKey);
    const signature = ed25519.sign(message, sha256(new TextEncoder().encode("amigos-test/alice")));
    expect(verdicts(signature, message, key)).toEqual(ACCEPTED);
    const s = signature.subarray(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const r = signature.subarray(0, 32);
    expect(verdicts(Uint8Array.of(...r, ...bytesOf(s + ORDER)), message, key)).toEqual(REFUSED);
    const notAPoint = bytesOf(2n);
    expect(verdicts(Uint8Array.of(...notAPoint, ...bytesOf(s)), message, key)).toEqual(REFUSED);
    expect(verdicts(signature, message, notAPoint)).toEqual(REFUSED);
    for (const wrong of [new Uint8Array(0), signature.subarray(0, 63), Uint8Array.of(...signature, 0)]) {
      expect(verdicts(wrong, message, key)).toEqual(REFUSED);
    }
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

describe("Wycheproof", () => {
  interface Wycheproof {
    readonly testGroups: readonly {
      readonly publicKey: { readonly pk: string };
      readonly tests: readonly {
        readonly tcId: number;
        readonly msg: string;
        readonly sig: string;
        readonly result: string;
      }[];
    }[];
  }
  const { note, vectors } = externalVectors<Wycheproof>("wycheproof-ed25519.json");

  it(`[SIG1] Ed25519, but for 151, which ZIP 215 allows by design; native never accepts more (${note})`, () => {
    if (vectors === undefined) return;
    const results = vectors.testGroups.flatMap(({ publicKey, tests }) =>
      tests.map(({ tcId, msg, sig, result }) => {
        const [signature, message, key] = [hexToBytes(sig), hexToBytes(msg), hexToBytes(publicKey.pk)];
        const [first, ...others] = verdicts(signature, message, key);
        expect(others, `tcId ${tcId}`).toEqual([first, first]);
        const isNativeWithin = first === true || !nativeAccepts(signature, message, key);
        return { tcId, isAsPublished: first === (result === "valid"), isNativeWithin };
      }),
    );
    expect(results).toHaveLength(151);
    expect(results.filter(({ isNativeWithin }) => !isNativeWithin)).toEqual([]);
    // 151 encodes R as y = 1 with the sign of x set, which ZIP 215 reads as the point with y = 1.
    expect(results.filter(({ isAsPublished }) => !isAsPublished).map(({ tcId }) => tcId)).toEqual([151]);
  });
});
