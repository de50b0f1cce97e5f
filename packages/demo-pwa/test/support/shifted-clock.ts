/** Loaded before a hub: its clock is ahead by as much as the environment says. */
const aheadMs = Number(process.env["AMIGOS_CLOCK_AHEAD_MS"]);
const now = Date.now;
Date.now = () => now() + aheadMs;
