/** Every bound of the ledger's own, with the reason beside it. Bounds of what is signed are core's. */
import { limits } from "@amigos/core";

/** Kept attestations about one session: four witnesses for each of its next 64 places. */
export const ATTESTED_MAX = 256;
/** Of them, those of one witness: it cannot take the room of the others. */
export const ATTESTED_PER_WITNESS_MAX = 8;
/** How far ahead of a log an attestation is kept: as far as a log may be ahead of the ledger. */
export const ATTESTED_AHEAD_MAX: number = limits.UNSETTLED_PER_SESSION_MAX;
/** Heights that a session's outstanding spends are kept apart by; beyond it the oldest fall together, which is stricter. */
export const OUTSTANDING_HEIGHTS_MAX = 32;
/**
 * Recoveries that one guardian, or one key, has under way at the same time, each for other keys: whoever recovers may lose so many
 * devices but one on the way, and nobody fills the row of an account.
 */
export const RECOVERIES_PER_STARTER_MAX = 4;
/** Those of each guardian, and of the two keys: 48 KiB of an account's row if every guardian agrees to every one. */
export const RECOVERIES_MAX: number = (limits.GUARDIANS_MAX + 2) * RECOVERIES_PER_STARTER_MAX;
/** Validators that one account stakes behind. */
export const STAKES_MAX = 16;
/** Withdrawals of one account that wait at the same time. */
export const UNBONDING_MAX = 16;
