/**
 * What has arrived and waits to be taken in, in the order in which it came. A disk writes many entries about as soon as one, so
 * whatever waits while it writes is taken in together, in one batch, and is durable together (spec [PEER16]). What is refused
 * of it harms nothing beside it; what the disk refuses, all of it was refused.
 */
import { err, type Bundle, type DecodedEntry, type Result } from "@amigos/core";
import {
  examineBundle,
  examineEntries,
  isGroundForMore,
  type IngestError,
  type Intake,
  type Taker,
} from "./taking-in.ts";
import { UndecidedWithArriving } from "./undecided.ts";

/** A bundle, or entries that a document carried. */
export type Given =
  | { readonly type: "bundle"; readonly bundle: Bundle }
  | { readonly type: "entries"; readonly entries: readonly DecodedEntry[] };

export interface Arrival {
  readonly given: Given;
  /** The peer that sent it. */
  readonly from: string | undefined;
}

/** What came of examining it. `failed`: the disk could not be asked. */
export type Examined =
  | Result<Intake, IngestError>
  | { readonly ok: false; readonly error: { readonly type: "failed"; readonly cause: unknown } };

/**
 * Entries that are taken in together: some 50 ms of verifying, for which everything else waits, and by far most of what one
 * write for each would cost. One bundle may bring more, and is taken in by itself then.
 */
const ENTRIES_TOGETHER_MAX = 256;

/** Arrivals beside: of those that bring no entry, or none that is new, each costs something too. */
const ARRIVALS_TOGETHER_MAX = 256;

/**
 * Takes from the front of `waiting` what can be taken in together, and examines it: each on top of those before it. What brings
 * accounts or proves a fork is the last one, for what comes after rests on that being known.
 */
export async function examineTogether<Waiting extends Arrival>(
  taker: Taker,
  waiting: Waiting[],
): Promise<readonly { readonly arrival: Waiting; readonly examined: Examined }[]> {
  const group: { readonly arrival: Waiting; readonly examined: Examined }[] = [];
  const undecided = new UndecidedWithArriving(taker.knowledge.undecided);
  let entries = 0;
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    entries += entriesOf(next.given).length;
    if (group.length > 0 && (entries > ENTRIES_TOGETHER_MAX || group.length >= ARRIVALS_TOGETHER_MAX)) break;
    waiting.shift();
    const examined = await examine(taker, next.given, undecided);
    group.push({ arrival: next, examined });
    if (!examined.ok) continue;
    undecided.add(examined.value.entries);
    if (isGroundForMore(examined.value)) break;
  }
  return group;
}

/** Never rejects: what cannot be looked up for one concerns no other. */
async function examine(taker: Taker, given: Given, undecided: UndecidedWithArriving): Promise<Examined> {
  try {
    return given.type === "bundle"
      ? await examineBundle(taker, given.bundle, undecided)
      : await examineEntries(taker, given.entries, undecided);
  } catch (cause) {
    return err({ type: "failed", cause });
  }
}

function entriesOf(given: Given): readonly unknown[] {
  return given.type === "bundle" ? given.bundle.entries : given.entries;
}
