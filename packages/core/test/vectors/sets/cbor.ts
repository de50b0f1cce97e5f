/**
 * The examples of RFC 8949 and the vectors of dCBOR. Bodies are a part of deterministic CBOR (spec [ENC1]), so much that
 * is valid there is refused here: named below, each with what bodies have not.
 */
import { bytesToHex, decodeCbor, encodeCbor, hexToBytes } from "../../../src/index.ts";
import type { CborVector } from "../vector-data.ts";
import type { Deviation, Outcome, VectorSet } from "../vector-set.ts";

const negatives = "Bodies have no negative integers.";
const floats = "Bodies have no floats: 2^62 as an integer and as a float would be two encodings of one amount.";

export const appendixA: VectorSet = {
  name: "rfc8949-appendix-a",
  // Examples that are not as an encoder would write them are not deterministic, and so refused as published.
  run: ({ external }) =>
    outcomesOf(external["rfc8949-appendix-a.json"], ({ roundtrip }) => (roundtrip === true ? "accepted" : "refused")),
  byDesign: [
    refusing(negatives, ["3bffffffffffffffff", "20", "29", "3863", "3903e7"]),
    refusing(floats, [
      "f90000",
      "f98000",
      "f93c00",
      "fb3ff199999999999a",
      "f93e00",
      "f97bff",
      "fa47c35000",
      "fa7f7fffff",
      "fb7e37e43c8800759c",
      "f90001",
      "f90400",
      "f9c400",
      "fbc010666666666666",
      "f97c00",
      "f97e00",
      "f9fc00",
    ]),
    refusing("Bodies have no simple values: no booleans, no null.", ["f4", "f5", "f6", "f7", "f0", "f818", "f8ff"]),
    refusing("Bodies have no tags.", [
      "c249010000000000000000",
      "c349010000000000000000",
      "c074323031332d30332d32315432303a30343a30305a",
      "c11a514b67b0",
      "c1fb41d452d9ec200000",
      "d74401020304",
      "d818456449455446",
      "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
    ]),
    refusing("The keys of a body's maps are unsigned integers.", [
      "a26161016162820203",
      "826161a161626163",
      "a56161614161626142616361436164614461656145",
    ]),
  ],
};

export const dcborValid: VectorSet = {
  name: "dcbor-valid",
  run: ({ external }) => outcomesOf(external["dcbor-valid.json"], () => "accepted"),
  byDesign: [
    refusing(negatives, ["20", "21", "387e", "387f", "397fff", "3a7fffffff", "3a0023cacd", "3b7ffffffffffffbff"]),
    refusing(floats, [
      "f93e00",
      "fa4a0f2b39",
      "fb3ff3333333333333",
      "f90001",
      "fa00000001",
      "fb0000000000000001",
      "fb0010000000000000",
      "f90400",
      "fa5f800000",
      "fadf7fffff",
      "fa7f7fffff",
      "fb47efffffe0000001",
      "fb7fefffffffffffff",
      "f97c00",
      "f9fc00",
      "f97e00",
    ]),
  ],
};

export const dcborInvalid: VectorSet = {
  name: "dcbor-invalid",
  run: ({ external }) => outcomesOf(external["dcbor-invalid.json"], () => "refused"),
  byDesign: [
    {
      reason: "Text is not normalized: normal forms change with Unicode, and two replicas may know different versions.",
      found: "accepted",
      vectors: ["6345cc88"],
    },
  ],
};

function refusing(reason: string, vectors: readonly string[]): Deviation {
  return { reason, found: "refused", vectors };
}

function outcomesOf(
  vectors: readonly CborVector[] | undefined,
  publishedOf: (vector: CborVector) => string,
): Promise<readonly Outcome[]> | undefined {
  return (
    vectors &&
    Promise.resolve(
      vectors.map((vector) => ({ vector: vector.hex, published: publishedOf(vector), found: outcomeOf(vector.hex) })),
    )
  );
}

function outcomeOf(hex: string): string {
  const decoded = decodeCbor(hexToBytes(hex));
  if (!decoded.ok) return "refused";
  const again = bytesToHex(encodeCbor(decoded.value));
  return again === hex ? "accepted" : `accepted, and encoded as ${again}`;
}
