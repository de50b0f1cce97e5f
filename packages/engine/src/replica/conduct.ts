/**
 * What is held against peers, and what comes of it (spec [CON2] to [CON4]). Only what no honest device sends, whatever came
 * late, twice or out of order, counts as a fault. Faults add up by key over all lanes and connections and wear off; too
 * many close the key's connections and keep it out, longer each time, and never for good.
 *
 * Keys cost nothing, so this keeps no determined stranger away: it makes one device that is broken or hostile cheap to
 * bear. What strangers can use up is bounded elsewhere, whoever they say they are.
 */
import { timeMs, type PublicKey, type TimeMs } from "@amigos/core";
import type { Clock } from "../ports/runtime.ts";
import type { RefusalType } from "../replication/refusal.ts";

/** Faults at once. An honest device has none; one with a defect gets to the end of what it had to say. */
const FAULTS_MAX = 64;
/** One fault wears off in this time. */
const FAULT_MS = 10_000;
/** To be cut off from a document takes several bad messages, which count, and says more than they do. */
const CUT_OFF_FAULTS = 8;
/** For how long a key is kept out the first time. Each further time doubles it, up to the most. */
const KEPT_OUT_MS = 15_000;
const KEPT_OUT_MS_MAX = 3_600_000;
/** Without a fault for this long, one time is forgiven. */
const FORGIVEN_MS = 3_600_000;
/** Keys that something is held against. Of more, who has least against it is forgotten. */
const KEYS_MAX = 4096;

/**
 * Refusals of what no honest device of this version sends. Everything else an honest one may cause: it was early or late,
 * knows less or more than we do, shows a fork, or our own disk was full.
 */
const FAULTS: ReadonlyMap<string, number> = new Map<string, number>([
  ...(
    [
      "malformed",
      "not-canonical",
      "schema-mismatch",
      "too-large",
      "unsupported-version",
      "wrong-network",
      "not-a-bundle",
      "signature-invalid",
      "key-refused",
      "wrong-account",
      "checkpoint-part-out-of-order",
      "state-part-out-of-order",
      "state-differs",
    ] as const
  ).map((code): [string, number] => [code, 1]),
  ...(
    [
      "message-malformed",
      "sync-message-malformed",
      "too-many-changes",
      "change-too-large",
      "whole-document",
      "change-compressed",
      "change-malformed",
      "change-not-canonical",
    ] as const satisfies readonly RefusalType[]
  ).map((code): [string, number] => [code, 1]),
  ["document-cut-off" satisfies RefusalType, CUT_OFF_FAULTS],
]);

interface Held {
  readonly faults: number;
  /** Of the newest fault. */
  readonly at: TimeMs;
  /** How often it was kept out, less what was forgiven. */
  readonly times: number;
  readonly until: TimeMs;
}

export class Conduct {
  readonly #clock: Clock;
  readonly #heldByKey = new Map<PublicKey, Held>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many keys something is, or was until lately, held against. */
  get size(): number {
    return this.#heldByKey.size;
  }

  /** For how many milliseconds a key is still kept out. */
  keptOutMs(key: PublicKey): number {
    const held = this.#heldByKey.get(key);
    if (held === undefined) return 0;
    // No longer than it was meant, also when the clock was put back.
    return Math.max(0, Math.min(held.until - this.#clock.now(), lengthMs(held.times)));
  }

  /** Counts a refusal of what a key sent. Returns for how many milliseconds it is kept out, if this was one too many. */
  note(key: PublicKey, code: string): number | undefined {
    const weight = FAULTS.get(code);
    if (weight === undefined) return undefined;
    const now = this.#clock.now();
    const known = this.#heldByKey.get(key);
    if (known === undefined && this.#heldByKey.size >= KEYS_MAX) this.#forgetOne(now);
    const before = known === undefined ? { faults: 0, times: 0 } : left(known, now);
    const faults = before.faults + weight;
    if (faults <= FAULTS_MAX) {
      this.#heldByKey.set(key, { faults, at: now, times: before.times, until: known?.until ?? now });
      return undefined;
    }
    const times = before.times + 1;
    this.#heldByKey.set(key, { faults: 0, at: now, times, until: timeMs(now + lengthMs(times)) });
    return lengthMs(times);
  }

  /** Newcomers take the place of whoever has least against it: nobody gets rid of much by bringing many with little. */
  #forgetOne(now: TimeMs): void {
    let least: { readonly key: PublicKey; readonly faults: number; readonly times: number } | undefined;
    for (const [key, held] of this.#heldByKey) {
      const { faults, times } = left(held, now);
      if (least === undefined || times < least.times || (times === least.times && faults < least.faults))
        least = { key, faults, times };
    }
    if (least !== undefined) this.#heldByKey.delete(least.key);
  }
}

function lengthMs(times: number): number {
  return times === 0 ? 0 : Math.min(KEPT_OUT_MS_MAX, KEPT_OUT_MS * 2 ** (times - 1));
}

/** What has not worn off yet. */
function left({ faults, at, times, until }: Held, now: TimeMs): Pick<Held, "faults" | "times"> {
  const quietMs = Math.max(0, now - Math.max(at, until));
  return {
    faults: Math.max(0, faults - Math.max(0, now - at) / FAULT_MS),
    times: Math.max(0, times - Math.floor(quietMs / FORGIVEN_MS)),
  };
}
