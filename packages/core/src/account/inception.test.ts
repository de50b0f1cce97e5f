import { describe, expect, it } from "vitest";
import { smallOrderEncodings } from "../../test/support/curve.ts";
import { alice, network, recovery } from "../../test/support/operations.ts";
import { bytesToHex, hexToBytes } from "../bytes.ts";
import { DOMAIN } from "../crypto/domain-tags.ts";
import { hashToId, keyDigest } from "../crypto/hash.ts";
import { encodeWith } from "../encoding/schema.ts";
import { joinSigned } from "../encoding/signed.ts";
import type { PublicKey } from "../ids.ts";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, namedSigner } from "../testing/index.ts";
import { accountIdOf, inceptionSchema, signInception, verifyInception, type Inception } from "./inception.ts";

const elsewhere = createTestNetwork([], undefined, "elsewhere");
const { inception } = alice.inception;
const withRecovery: Inception = { ...inception, recovery };

function outcome(bytes: Uint8Array): string {
  const verified = verifyInception(bytes, network.id);
  return verified.ok ? "verified" : verified.error.type;
}

describe("inceptions", () => {
  it("[NET2] a genesis names founders, and their accounts follow from the network's id", async () => {
    const funded = createTestNetwork(["alice"], ami(5));
    const founder = await createPerson("alice", { network: funded });
    expect(funded.initialBalances).toEqual([{ account: founder.account, ...ami(5) }]);
    expect(orThrow(verifyInception(founder.inception.bytes, funded.id)).id).toBe(founder.account);
  });

  it("[ACC1] an account of one network is refused on another", async () => {
    const master = namedSigner("alice/master");
    const nextKeyDigest = keyDigest(namedSigner("alice/next").publicKey);
    const signed = await signInception(
      { version: 1, network: network.id, masterKey: master.publicKey, nextKeyDigest, nonce: "00".repeat(16) },
      master,
    );
    expect(verifyInception(signed.bytes, network.id).ok).toBe(true);
    expect(verifyInception(signed.bytes, elsewhere.id)).toEqual({
      ok: false,
      error: { type: "wrong-network", expected: elsewhere.id, found: network.id },
    });
  });

  it("[ACC1] it is signed by the master key that it names, and by no other", async () => {
    await expect(signInception(inception, namedSigner("mallory/master"))).rejects.toThrow("master key");
    const body = encodeWith(inceptionSchema, inception);
    const hash = hexToBytes(accountIdOf(inception));
    expect(outcome(joinSigned(body, await alice.master.sign(hash)))).toBe("verified");
    expect(outcome(joinSigned(body, await namedSigner("mallory/master").sign(hash)))).toBe("signature-invalid");
    expect(outcome(new Uint8Array(2049))).toBe("too-large");
    expect(outcome(new Uint8Array(2048))).toBe("malformed");
  });

  it("[ENC1] a signed inception says what its bytes say, whatever else the object held that was signed", async () => {
    const signed = await signInception(
      { ...withRecovery, nonce: "AB".repeat(16), note: "not signed" } as Inception,
      alice.master,
    );
    expect(signed.inception).toEqual({ ...withRecovery, nonce: "ab".repeat(16) });
    expect(verifyInception(signed.bytes, network.id)).toEqual({ ok: true, value: signed });
  });

  it("[ACC1] an account may choose its recovery as it begins, and is another account then", async () => {
    const signed = await signInception(withRecovery, alice.master);
    expect(orThrow(verifyInception(signed.bytes, network.id)).inception).toEqual(withRecovery);
    expect(signed.id).not.toBe(alice.account);
    expect(signed.id).toBe(accountIdOf(withRecovery));
  });

  it("[SIG2] no key of it may be of small order: not the master key, not the keys of its recovery", async () => {
    for (const bytes of smallOrderEncodings()) {
      const key = bytesToHex(bytes) as PublicKey;
      const wrong: readonly Inception[] = [
        { ...inception, masterKey: key },
        { ...inception, recovery: { ...recovery, timeLockedKey: { key, delayMs: 0 } } },
        { ...inception, recovery: { ...recovery, backupKey: { key, delayMs: 0 } } },
      ];
      for (const one of wrong) {
        await expect(signInception(one, alice.master)).rejects.toThrow("prime order");
        const body = encodeWith(inceptionSchema, one);
        const signature = await alice.master.sign(hexToBytes(hashToId(DOMAIN.account, body)));
        expect(verifyInception(joinSigned(body, signature), network.id)).toEqual({
          ok: false,
          error: { type: "key-refused", key },
        });
      }
    }
  });
});
