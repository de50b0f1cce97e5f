/**
 * What has arrived and waits to be taken in, in the order in which it came. A disk writes many entries about as soon as one, so
 * whatever waits while it writes is taken in together, in one batch, and is durable together (spec [PEER16]). What is refused
 * of it harms nothing beside it; what does not fit on the disk together is tried one by one.
 */
import { err, ok, type Bundle, type DecodedEntry, type Result } from "@amigos/core";
import type { Clock } from "../ports/runtime.ts";
import { StoreError, type Store } from "../ports/store.ts";
import { giveBackFor } from "./intake-policy.ts";
import {
  examineBundle,
  examineEntries,
  intakeOperations,
  isGroundForMore,
  type IngestError,
  type IngestReport,
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

/** What is durable now, and who sent it. */
export interface TakenIn {
  readonly intake: Intake;
  readonly from: string | undefined;
}

export interface ArrivalsHost {
  readonly taker: Taker;
  readonly store: Store;
  readonly clock: Clock;
  /** Runs it when nothing else that changes the journal does. Rejects without having begun it when nothing may any more. */
  readonly exclusive: (step: () => Promise<void>) => Promise<void>;
  /** From here on it is known, and told to whom it concerns. */
  readonly know: (group: readonly TakenIn[]) => void;
}

/** What came of examining it. `failed`: the disk could not be asked. */
type Examined =
  | Result<Intake, IngestError>
  | { readonly ok: false; readonly error: { readonly type: "failed"; readonly cause: unknown } };

interface Waiting extends Arrival {
  /** It did not fit on the disk beside others: what is small may fit still, and what is refused is refused for its own reason. */
  readonly isAlone: boolean;
  readonly resolve: (report: Result<IngestReport, IngestError>) => void;
  readonly reject: (error: unknown) => void;
}

interface ExaminedArrival {
  readonly arrival: Waiting;
  readonly examined: Examined;
}

/**
 * Entries and records of accounts that are taken in together: some 50 ms of verifying, for which everything else waits, and by far
 * most of what one write for each would cost. One bundle may bring more, and is taken in by itself then.
 */
const ITEMS_TOGETHER_MAX = 256;

/** Arrivals beside: of those that bring nothing, or nothing that is new, each costs something too. */
const ARRIVALS_TOGETHER_MAX = 256;

export class Arrivals {
  readonly #host: ArrivalsHost;
  /** Bounded by what links and documents let wait of each peer. */
  readonly #waiting: Waiting[] = [];
  /** Whether a step waits to take it in, or does. What arrives meanwhile gets the next one. */
  #isStepUnderWay = false;
  /**
   * What was examined since the last write that resolved, or the last turn that was waited for. A disk that writes gives timers and
   * links their turn; what brings nothing to write does not, nor does a disk that refuses before it has begun.
   */
  #itemsSinceTurn = 0;
  /** Ends the wait for a turn. */
  #cancelTurn: (() => void) | undefined;
  #isClosed = false;

  constructor(host: ArrivalsHost) {
    this.#host = host;
  }

  /** It is taken in by the next step that takes in, with whatever else has arrived by then. Rejects with what the disk says. */
  take(arrival: Arrival): Promise<Result<IngestReport, IngestError>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...arrival, isAlone: false, resolve, reject });
      this.#stepSoon();
    });
  }

  #stepSoon(): void {
    if (this.#isStepUnderWay || this.#waiting.length === 0) return;
    if (this.#isClosed)
      return this.#refuseWaiting(new StoreError("store-closed", `${this.#host.store.name} was closed`));
    if (this.#itemsSinceTurn >= ITEMS_TOGETHER_MAX) return this.#awaitTurn();
    this.#isStepUnderWay = true;
    let hasBegun = false;
    const step = this.#host.exclusive(() => {
      hasBegun = true;
      return this.#takeInTogether();
    });
    step.catch((error: unknown) => {
      // A step that began has told whoever waited for it, and what has arrived since is not its.
      if (hasBegun) return;
      this.#isStepUnderWay = false;
      this.#refuseWaiting(error);
    });
  }

  #refuseWaiting(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** So who sends what leads nowhere, or what a full disk refuses, stops nobody. */
  #awaitTurn(): void {
    this.#cancelTurn ??= this.#host.clock.after(0, () => {
      this.#noteTurn();
      this.#stepSoon();
    });
  }

  #noteTurn(): void {
    this.#cancelTurn?.();
    this.#cancelTurn = undefined;
    this.#itemsSinceTurn = 0;
  }

  /** Whoever waits for a turn is told so, and nobody waits for one any more. A step that is under way is the last. */
  close(): void {
    this.#isClosed = true;
    this.#noteTurn();
    this.#stepSoon();
  }

  /** What is left behind gets a step of its own, so that others have theirs in between. */
  async #takeInTogether(): Promise<void> {
    try {
      await this.#takeIn(await this.#examineTogether());
    } finally {
      this.#isStepUnderWay = false;
      this.#stepSoon();
    }
  }

  async #takeIn(group: readonly ExaminedArrival[]): Promise<void> {
    try {
      await this.#write(group);
    } catch (error) {
      giveBackFor(
        this.#host.taker.policy,
        takenOf(group).flatMap(({ intake }) => intake.entries),
      );
      const isFull = error instanceof StoreError && error.type === "store-full";
      if (isFull && group.length > 1) return this.#waitAlone(group);
      refuseAll(group, error);
    }
    this.#conclude(group);
  }

  /** Before whatever came after them. */
  #waitAlone(group: readonly ExaminedArrival[]): void {
    this.#waiting.unshift(...group.map(({ arrival }) => ({ ...arrival, isAlone: true })));
  }

  async #write(group: readonly ExaminedArrival[]): Promise<void> {
    const operations = takenOf(group).flatMap(({ intake }) => intakeOperations(intake));
    if (operations.length === 0) return;
    await this.#host.store.write(operations);
    this.#noteTurn();
  }

  /** It is durable. Throws what could not be looked up, for that may be damage. */
  #conclude(group: readonly ExaminedArrival[]): void {
    try {
      this.#host.know(takenOf(group));
    } catch (error) {
      refuseAll(group, error);
    }
    const failures: unknown[] = [];
    for (const { arrival, examined } of group) {
      if (examined.ok) arrival.resolve(ok({ fresh: examined.value.entries, known: examined.value.known }));
      else if (examined.error.type !== "failed") arrival.resolve(err(examined.error));
      else {
        failures.push(examined.error.cause);
        arrival.reject(examined.error.cause);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /**
   * Takes from the front of what waits what can be taken in together, and examines it: each on top of those before it. What brings
   * accounts or proves a fork is the last one, for what comes after rests on that being known.
   */
  async #examineTogether(): Promise<readonly ExaminedArrival[]> {
    const { taker } = this.#host;
    const waiting = this.#waiting;
    const group: ExaminedArrival[] = [];
    const undecided = new UndecidedWithArriving(taker.knowledge.undecided);
    let items = 0;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      items += itemsIn(next.given);
      const isTogether = !next.isAlone && items <= ITEMS_TOGETHER_MAX && group.length < ARRIVALS_TOGETHER_MAX;
      if (group.length > 0 && !isTogether) break;
      waiting.shift();
      this.#itemsSinceTurn += Math.max(1, itemsIn(next.given));
      const examined = await examine(taker, next.given, undecided);
      group.push({ arrival: next, examined });
      if (next.isAlone) break;
      if (!examined.ok) continue;
      undecided.add(examined.value.entries);
      if (isGroundForMore(examined.value)) break;
    }
    return group;
  }
}

function takenOf(group: readonly ExaminedArrival[]): readonly TakenIn[] {
  return group.flatMap(({ arrival: { from }, examined }) => (examined.ok ? [{ from, intake: examined.value }] : []));
}

function refuseAll(group: readonly ExaminedArrival[], error: unknown): never {
  for (const { arrival } of group) arrival.reject(error);
  throw error;
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

/** How many entries, and records of accounts. */
function itemsIn(given: Given): number {
  if (given.type === "entries") return given.entries.length;
  const { entries, accounts } = given.bundle;
  return accounts.reduce((sum, { control }) => sum + 1 + control.length, entries.length);
}
