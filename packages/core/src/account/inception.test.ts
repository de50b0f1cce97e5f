import { describe, expect, it } from "vitest";
import { keyDigest } from "../crypto/hash.ts";
import { orThrow } from "../result.ts";
import { createPerson, createTestNetwork, namedSigner } from "../testing/index.ts";
import { signInception, verifyInception } from "./inception.ts";

const network = createTestNetwork();
const elsewhere = createTestNetwork([], undefined, "elsewhere");

describe("inceptions", () => {
  it("[ACC2] a genesis can give money to an account, and the account is registered on that very network", async () => {
    const founder = await createPerson("alice", { network });
    const funded = createTestNetwork([founder.account]);
    const alice = await createPerson("alice", { network: funded });
    expect(funded.genesis.allocations.map(({ account }) => account)).toEqual([alice.account]);
    expect(orThrow(verifyInception(alice.inception.bytes, funded.id)).id).toBe(alice.account);
    expect(alice.grant.entry.network).toBe(funded.id);
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
