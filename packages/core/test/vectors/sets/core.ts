/** Our own vectors: every body and text all the way through, and the signatures in them on every path. */
import {
  decodeControlEntry,
  DOMAIN,
  hexToBytes,
  orThrow,
  signerOfControl,
  splitSigned,
  taggedHash,
  type PublicKey,
} from "../../../src/index.ts";
import { checkVector, type Vector } from "../../support/core-vectors.ts";
import type { SignatureSet } from "../signature-set.ts";
import type { Outcome, VectorSet } from "../vector-set.ts";

export const coreBodies: VectorSet = {
  name: "core-1",
  byDesign: [],
  run: async ({ core }) => [...core.valid, ...core.invalid].map(outcomeOf),
};

/** What is signed, and by whom: see the vectors' `context`. */
const signedKinds = {
  inception: { domain: DOMAIN.account, key: "aliceMasterKey" },
  "control-entry": { domain: DOMAIN.control, key: "aliceMasterKey" },
  entry: { domain: DOMAIN.entry, key: "aliceSessionKey" },
} as const;

export const coreSignatures: SignatureSet = {
  name: "core-1-signatures",
  byDesign: [],
  vectors: ({ core: { valid, invalid, context } }) =>
    [...valid, ...invalid.filter(({ error }) => error === "signature-invalid")].flatMap((vector) => {
      if (!isSignedKind(vector.kind) || !isByAlice(vector)) return [];
      const { domain, key } = signedKinds[vector.kind];
      const { body, signature } = orThrow(splitSigned(hexToBytes(vector.input)));
      const check = { signature, message: taggedHash(domain, body), publicKey: context[key] as PublicKey };
      return [{ vector: nameOf(vector), check, isValid: vector.error === undefined }];
    }),
};

function outcomeOf(vector: Vector): Outcome {
  const outcome = checkVector(vector);
  return {
    vector: nameOf(vector),
    published: vector.error ?? textOf(vector.expected),
    found: outcome.ok ? textOf(outcome.value) : outcome.error.type,
  };
}

function nameOf({ kind, name }: Vector): string {
  return `${kind}: ${name}`;
}

function textOf(fields: Readonly<Record<string, string>> = {}): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** Control entries that guardians, recovery keys or new keys sign are checked as bodies alone. */
function isByAlice({ kind, input }: Vector): boolean {
  if (kind !== "control-entry") return true;
  const { operation } = orThrow(decodeControlEntry(hexToBytes(input))).entry;
  return signerOfControl(operation).type === "master";
}

function isSignedKind(kind: string): kind is keyof typeof signedKinds {
  return kind in signedKinds;
}
