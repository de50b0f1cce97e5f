import { describe, expect, it } from "vitest";
import { keyDigest } from "../crypto/hash.ts";
import { orThrow } from "../result.ts";
import { ami, createPerson, createTestNetwork, namedSigner } from "../testing/index.ts";
import { signInception, verifyInception } from "./inception.ts";

const network = createTestNetwork();
const elsewhere = createTestNetwork([], undefined, "elsewhere");

describe("inceptions", () => {
  it("[NET2] a genesis names founders, and their accounts follow from the network's id", async () => {
    const funded = createTestNetwork(["alice"], ami(5));
    const alice = await createPerson("alice", { network: funded });
    expect(funded.initialBalances).toEqual([{ account: alice.account, ...ami(5) }]);
    expect(orThrow(verifyInception(alice.inception.bytes, funded.id)).id).toBe(alice.account);
  });

  it("[ACC1] an account of one network is refused on another", async () => {
    const master = namedSigner("alice/master");
    const nextKeyDigest = keyDigest(namedSigner("alice/next").publicKey);
    const inception = await signInception(
      { version: 1, network: network.id, masterKey: master.publicKey, nextKeyDigest, nonce: "00".repeat(16) },
      master,
    );
    expect(verifyInception(inception.bytes, network.id).ok).toBe(true);
    expect(verifyInception(inception.bytes, elsewhere.id)).toEqual({
      ok: false,
      error: { type: "wrong-network", expected: elsewhere.id, found: network.id },
    });
  });
});
