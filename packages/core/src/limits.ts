/**
 * Every bound of the protocol, with the reason beside it. Whoever changes one writes a decision note: peers that
 * disagree about a bound disagree about what is valid.
 */

/** An entry with its signature. Leaves room for memo and dependencies around a payment that fits one QR code. */
export const ENTRY_BYTES_MAX = 1024;
/** A control entry with its signature. A grant with every list at its bound and a long device name stays below. */
export const CONTROL_ENTRY_BYTES_MAX = 2048;
/** A receipt with its signature. It has a fixed shape of about 190 bytes: a payer's screen shows it as one QR code. */
export const RECEIPT_BYTES_MAX = 256;
/**
 * A device request with its signature: the longest name, every permission that a grant can have, and what it replaces stay
 * below it, and its text is one QR code on a screen.
 */
export const DEVICE_REQUEST_BYTES_MAX = 768;
/** From when it was made until it may not be approved any more. Two devices of one person are soon in one place. */
export const DEVICE_REQUEST_MS_MAX = 86_400_000;
/** A recovery request with its signature. It has a fixed shape of about 200 bytes: one QR code for a friend. */
export const RECOVERY_REQUEST_BYTES_MAX = 256;
/** What guardians are asked, or an answer with its signature: some 200 bytes, one QR code. */
export const GUARDIAN_REQUEST_BYTES_MAX = 256;
/** UTF-8 bytes. As long as a text message: enough for "two coffees and a croissant" in any script. */
export const MEMO_BYTES_MAX = 140;
/** UTF-8 bytes of a device name. */
export const DEVICE_NAME_BYTES_MAX = 64;
/** Unsettled incoming payments that one entry may name. Bounds the fan-in of a cascade. */
export const DEPENDENCIES_MAX = 16;
/** Permissions in one grant: every kind for a handful of assets. */
export const PERMISSIONS_MAX = 16;
/** Most that may be outstanding, by asset: one row for each asset that a network can have in a person's use. */
export const OFFLINE_LIMITS_MAX = 16;
/** Places where a session may pay. Whoever travels further takes a session without regions. */
export const REGIONS_MAX = 16;
/** Accounts that a session may pay. A list longer than this is no list that a person reads before approving it. */
export const RECIPIENTS_MAX = 16;
/** Accounts that may give an account a new master key together. As many friends as one can still ask one by one. */
export const GUARDIANS_MAX = 16;
/** Of a recovery. Longer than a year protects nobody: its owner would have to wait as long as a thief. */
export const RECOVERY_DELAY_MS_MAX: number = 365 * 86_400_000;
/** UTF-8 bytes of the name of an import's method: a word or two, with room for a path. */
export const METHOD_BYTES_MAX = 64;
/** Devices of one person, with room for years of replaced phones. Bounds what an account costs every replica. */
export const SESSIONS_PER_ACCOUNT_MAX = 64;
/** Entries of one session that no checkpoint has settled. Bounds what a payee must check and a hub must hold. */
export const UNSETTLED_PER_SESSION_MAX = 256;
/** Entries and control entries in one bundle: one session's unsettled log, and what vouches for it. */
export const BUNDLE_ITEMS_MAX = 512;
/** A bundle as bytes: the whole unsettled log of a session and a full account record fit, every item at its bound. */
export const BUNDLE_BYTES_MAX: number = 512 * 1024;
/** A signed checkpoint in a device answer. */
export const ANSWER_CHECKPOINT_BYTES_MAX = 512;
/** The proof of an account's row in it: twice the terms of as many sessions as an account can have. */
export const ANSWER_PROOF_BYTES_MAX: number = 262_144;
/** A device answer: a full account record, every item at its bound, and the rest of it. */
export const DEVICE_ANSWER_BYTES_MAX: number =
  (SESSIONS_PER_ACCOUNT_MAX + 1) * (CONTROL_ENTRY_BYTES_MAX + 3) +
  128 +
  ANSWER_CHECKPOINT_BYTES_MAX +
  ANSWER_PROOF_BYTES_MAX;
/** Arrays and maps inside one another in one body. Ours need five; a stack that hostile bytes deepen at will needs a bound. */
export const NESTING_MAX = 16;
/** Amounts stay below 2^63, so that every language has a native integer for them and sums of two never wrap u64. */
export const AMOUNT_MAX: bigint = 2n ** 63n - 1n;
/** Asset codes are short upper-case words such as "AMI". */
export const ASSET_CODE_LENGTH_MAX = 12;
/** Digits after the point: as many as the finest common money (ether) uses. */
export const ASSET_DECIMALS_MAX = 18;
/** Sequences, heights and times stay exact in a double. */
export const INTEGER_MAX: number = Number.MAX_SAFE_INTEGER;
