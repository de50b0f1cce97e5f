/**
 * All vectors on the runtime that this runs on. A new set is a file in `sets/` and a line here: one about signatures goes
 * into `signatureSets`, any other into `otherSets`.
 */
import { bip39 } from "./sets/bip39.ts";
import { appendixA, dcborInvalid, dcborValid } from "./sets/cbor.ts";
import { coreBodies, coreSignatures } from "./sets/core.ts";
import { rfc8032Keys, rfc8032Signatures } from "./sets/rfc8032.ts";
import { wycheproof } from "./sets/wycheproof-ed25519.ts";
import { mixedOrder, refused, smallOrder } from "./sets/zip215.ts";
import { onEveryPath, reportNative, type NativeReport, type SignatureSet } from "./signature-set.ts";
import type { VectorData } from "./vector-data.ts";
import { runSets, type SetReport, type VectorSet } from "./vector-set.ts";

const signatureSets: readonly SignatureSet[] = [
  rfc8032Signatures,
  smallOrder,
  mixedOrder,
  refused,
  wycheproof,
  coreSignatures,
];
const otherSets: readonly VectorSet[] = [rfc8032Keys, appendixA, dcborValid, dcborInvalid, bip39, coreBodies];

export interface SuiteReport {
  /** The same on every runtime. */
  readonly sets: readonly SetReport[];
  /** What differs by runtime, within bounds. */
  readonly native: readonly NativeReport[];
}

export async function runVectors(data: VectorData): Promise<SuiteReport> {
  const native = await Promise.all(signatureSets.map((set) => reportNative(set, data)));
  return {
    sets: await runSets([...signatureSets.flatMap(onEveryPath), ...otherSets], data),
    native: native.filter((report) => report !== undefined),
  };
}

/** A line for each set: `"wycheproof-ed25519, async: 150 passed, 1 by design"`. */
export function linesOf({ sets }: SuiteReport): readonly string[] {
  return sets.map(({ set, passed, byDesign, failed }) => {
    const deviating = byDesign.length === 0 ? "" : `, ${byDesign.length} by design`;
    return `${set}: ${passed} passed${deviating}${failed.length === 0 ? "" : `, FAILED ${failed.join("; ")}`}`;
  });
}

/** The same about the runtime's own verifier: `"rfc8032: of 4 valid 4 alone, 4 together"`. */
export function nativeLinesOf({ native }: SuiteReport): readonly string[] {
  return native.map(({ set, valid, accepted, acceptedTogether, beyond }) => {
    const tooMany = beyond.length === 0 ? "" : `, BEYOND ZIP 215 ${beyond.join("; ")}`;
    return `${set}: of ${valid} valid ${accepted} alone, ${acceptedTogether} together${tooMany}`;
  });
}
