/** Project Wycheproof's Ed25519 vectors. */
import { hexToBytes, type PublicKey } from "../../../src/index.ts";
import type { SignatureSet } from "../signature-set.ts";

export const wycheproof: SignatureSet = {
  name: "wycheproof-ed25519",
  byDesign: [
    {
      reason: "R is encoded as y = 1 with the sign of x set, which ZIP 215 reads as the point with y = 1.",
      found: "valid",
      vectors: ["tcId 151"],
    },
  ],
  vectors: ({ external }) =>
    external["wycheproof-ed25519.json"]?.testGroups.flatMap(({ publicKey, tests }) =>
      tests.map(({ tcId, msg, sig, result }) => ({
        vector: `tcId ${tcId}`,
        check: { signature: hexToBytes(sig), message: hexToBytes(msg), publicKey: publicKey.pk as PublicKey },
        isValid: result === "valid",
      })),
    ),
};
