/** Every runtime: SHA-256 in portable code, and no native signatures. */
import { sha256 } from "@noble/hashes/sha2.js";
import type { Native } from "./native.ts";

export const native: Native = {
  sha256,
  verifyEd25519: () => false,
  verifyEd25519Together: async (checks) => checks.map(() => false),
};
