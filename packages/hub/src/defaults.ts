/** What a hub does where nobody says otherwise. */

/** Nothing is served to a network by accident. */
export const DEFAULT_HOST = "127.0.0.1";

/** A payee at a counter waits about this long for a checkpoint. */
export const DEFAULT_SETTLE_EVERY_MS = 1_000;

/** Devices at once. At 8 MiB of send buffer each, slow readers hold a few GiB at worst: more for who has the memory. */
export const DEFAULT_CONNECTIONS_MAX = 512;

/** A hundred a second of one account, after a burst: a shop with many tills. */
export const DEFAULT_ACCOUNT_ENTRIES_PER_MINUTE = 6_000;

/** A quarter of what a hub keeps undecided, so that nobody fills it alone. 16 MiB at their largest. */
export const DEFAULT_ACCOUNT_UNDECIDED_MAX = 16_384;

/** Of an invite: long enough to be handed on. */
export const DEFAULT_INVITE_DAYS = 14;

/** Of copies: one each day, for a week. */
export const DEFAULT_BACKUP_EVERY_S = 86_400;
export const DEFAULT_BACKUPS_KEPT = 7;
