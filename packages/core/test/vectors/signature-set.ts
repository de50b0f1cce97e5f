/**
 * Sets about signatures. Each is run on every path that a verdict may take here, and they all have to come to the same:
 * `sync`, which asks the runtime's verifier first where that works synchronously, `portable`, which never asks it, and
 * `async`, which asks it about all vectors at once.
 */
import { native } from "#native";
import { verifySignature, verifySignatures, type SignatureCheck } from "../../src/index.ts";
import { verifySignatureOn } from "../../src/crypto/ed25519.ts";
import { native as portable } from "../../src/crypto/native.portable.ts";
import type { VectorData } from "./vector-data.ts";
import type { Deviation, VectorSet } from "./vector-set.ts";

export interface SignatureSet {
  readonly name: string;
  readonly vectors: (data: VectorData) => readonly SignatureVector[] | undefined;
  readonly byDesign: readonly Deviation[];
}

export interface SignatureVector {
  readonly vector: string;
  readonly check: SignatureCheck;
  /** As published. */
  readonly isValid: boolean;
}

const paths = {
  sync: async (checks) =>
    checks.map(({ signature, message, publicKey }) => verifySignature(signature, message, publicKey)),
  portable: async (checks) => checks.map((check) => verifySignatureOn(portable, check)),
  async: verifySignatures,
} satisfies Readonly<Record<string, (checks: readonly SignatureCheck[]) => Promise<readonly boolean[]>>>;

export function onEveryPath(set: SignatureSet): readonly VectorSet[] {
  return Object.entries(paths).map(([path, verify]) => ({
    name: `${set.name}, ${path}`,
    byDesign: set.byDesign,
    run: (data) => {
      const vectors = set.vectors(data);
      return (
        vectors &&
        verify(vectors.map(({ check }) => check)).then((verdicts) =>
          vectors.map(({ vector, isValid }, index) => ({
            vector,
            published: validity(isValid),
            found: validity(verdicts[index] === true),
          })),
        )
      );
    },
  }));
}

/** What the runtime's own verifier says when it is asked alone. */
export interface NativeReport {
  readonly set: string;
  /** Vectors that are valid by ZIP 215. */
  readonly valid: number;
  /** How many of them it accepts synchronously, and together with the others. */
  readonly accepted: number;
  readonly acceptedTogether: number;
  /** What it accepts, one way or the other, though it is not valid by ZIP 215. Nothing of this may ever be. */
  readonly beyond: readonly string[];
}

export async function reportNative(set: SignatureSet, data: VectorData): Promise<NativeReport | undefined> {
  const vectors = set.vectors(data);
  if (vectors === undefined) return undefined;
  const together = await native.verifyEd25519Together(vectors.map(({ check }) => check));
  const asked = vectors.map(({ vector, check }, index) => ({
    vector,
    isValid: verifySignatureOn(portable, check),
    isAccepted: native.verifyEd25519(check),
    isAcceptedTogether: together[index] === true,
  }));
  const valid = asked.filter(({ isValid }) => isValid);
  return {
    set: set.name,
    valid: valid.length,
    accepted: valid.filter(({ isAccepted }) => isAccepted).length,
    acceptedTogether: valid.filter(({ isAcceptedTogether }) => isAcceptedTogether).length,
    beyond: asked
      .filter(({ isValid, isAccepted, isAcceptedTogether }) => !isValid && (isAccepted || isAcceptedTogether))
      .map(({ vector }) => vector),
  };
}

function validity(isValid: boolean): string {
  return isValid ? "valid" : "invalid";
}
