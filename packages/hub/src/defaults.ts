/** What a hub does where nobody says otherwise. */

/** Nothing is served to a network by accident. */
export const DEFAULT_HOST = "127.0.0.1";

/** A payee at a counter waits about this long for a checkpoint. */
export const DEFAULT_SETTLE_EVERY_MS = 1_000;

/** Devices at once. At 8 MiB of send buffer each, slow readers hold a few GiB at worst: more for who has the memory. */
export const DEFAULT_CONNECTIONS_MAX = 512;
