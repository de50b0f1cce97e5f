/**
 * The code that two devices show of one request, for their owner to compare (spec [DRQ2]): the same code, the same request,
 * whoever carried it. Twelve digits, and 16 384 hashes for each try: who wants to put a request of his own in another's
 * place finds one with its code by some 2^54 hashes. He may do them in advance: a table of his own requests, with times and
 * nonces of his choice, is of use for as long as they can be approved. For a recovery request that is a day (spec [RRQ1]), in
 * which ten graphics cards get there.
 */
import { DOMAIN, type DomainTag } from "../crypto/domain-tags.ts";
import { sha256, taggedHash } from "../crypto/hash.ts";
import type { VerifiedDeviceRequest } from "./device-request.ts";
import type { VerifiedRecoveryRequest } from "./recovery-request.ts";

/** Some 20 ms on a phone. */
const ROUNDS = 16_384;
/** Twelve digits. */
const CODES = 1_000_000_000_000n;

/** `"4821 0937 1156"`. */
export function deviceCode({ id }: Pick<VerifiedDeviceRequest, "id">): string {
  return codeOf(DOMAIN.deviceCode, id);
}

/** The same of a recovery request, for its owner and each guardian to compare (spec [RRQ1]). */
export function recoveryCode({ id }: Pick<VerifiedRecoveryRequest, "id">): string {
  return codeOf(DOMAIN.recoveryCode, id);
}

function codeOf(tag: DomainTag, id: string): string {
  let hash = taggedHash(tag, id);
  for (let round = 1; round < ROUNDS; round++) hash = sha256(hash);
  const value = new DataView(hash.buffer, hash.byteOffset).getBigUint64(0) % CODES;
  return value
    .toString()
    .padStart(12, "0")
    .replaceAll(/(?<=^\d{4}|^\d{8})/g, " ");
}
