import { describe, expect, it } from "vitest";
import { hexToBytes } from "../bytes.ts";
import { namedSigner } from "../testing/index.ts";
import { native as nodeNative } from "./native.node.ts";
import { native as portable } from "./native.portable.ts";
import { native as web } from "./native.web.ts";
import type { SignatureCheck } from "./signature-check.ts";

const signer = namedSigner("alice/master");
const message = hexToBytes("ab".repeat(32));
const signature = await signer.sign(message);
const good: SignatureCheck = { signature, message, publicKey: signer.publicKey };
const bent: SignatureCheck = { ...good, signature: signature.with(3, (signature[3] ?? 0) ^ 1) };
const elsewhere: SignatureCheck = { ...good, publicKey: namedSigner("bob/master").publicKey };
const noPoint: SignatureCheck = { ...good, publicKey: `02${"00".repeat(31)}` as SignatureCheck["publicKey"] };

describe("what a runtime does sooner", () => {
  it("[SIG1] WebCrypto verifies many at once, an answer for each, and accepts nothing synchronously", async () => {
    for (const round of ["keys imported", "keys known"])
      expect(await web.verifyEd25519Together([good, bent, elsewhere, noPoint, good]), round).toEqual([
        true,
        false,
        false,
        false,
        true,
      ]);
    expect(web.verifyEd25519(good)).toBe(false);
    expect(web.sha256(message)).toEqual(portable.sha256(message));
  });

  it("[SIG1] keeps no more keys than its bound, and verifies on", async () => {
    const many = Array.from({ length: 1_100 }, (_unused, index) => index.toString(16).padStart(64, "0"));
    const strangers = many.map((publicKey) => ({ ...good, publicKey: publicKey as SignatureCheck["publicKey"] }));
    expect(await web.verifyEd25519Together([...strangers, good])).toEqual([...strangers.map(() => false), true]);
    expect(strangers.map(nodeNative.verifyEd25519).some(Boolean)).toBe(false);
    expect(nodeNative.verifyEd25519(good)).toBe(true);
  });

  it("[SIG1] OpenSSL says the same, portable code leaves signatures to the one judge", async () => {
    expect(await nodeNative.verifyEd25519Together([good, bent, elsewhere, noPoint])).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(portable.verifyEd25519(good)).toBe(false);
    expect(await portable.verifyEd25519Together([good, bent])).toEqual([false, false]);
  });
});
