/**
 * When the hub makes checkpoints: on a cadence while there is something to settle, and sooner when much has gathered. What
 * a checkpoint left undecided (its predecessor is missing, its claimed time is ahead) is not tried again with every beat,
 * only when something new came or some time has passed.
 */
import type { EntryId } from "@amigos/core";
import type { Clock, SettlementLedger } from "@amigos/engine/ports";
import type { Log } from "./log.ts";

export interface SettlementOptions {
  readonly ledger: SettlementLedger;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs: number;
  /** Whether a checkpoint may be signed now. */
  readonly maySign: () => boolean;
}

export interface Settlement {
  /** Settles now what there is to settle. */
  readonly settle: () => Promise<void>;
  /** Makes no more checkpoints; resolves when the one under way is durable. */
  readonly stop: () => Promise<void>;
}

/** Undecided entries that do not wait for the next beat: a payee should not wait longer because many pay. */
const ENTRIES_AT_ONCE = 1024;

/** How long what cannot be decided yet rests. Time alone decides only skewed clocks, which are minutes off. */
const RETRY_MS = 60_000;

export function startSettlement(options: SettlementOptions): Settlement {
  return new Cadence(options);
}

class Cadence implements Settlement {
  readonly #options: SettlementOptions;
  readonly #unsubscribe: () => void;
  /** Entries that the last checkpoint looked at and did not decide. */
  #undecided: readonly EntryId[] = [];
  /** The same with accounts and grants: what need not be looked at again soon. */
  #resting: ReadonlySet<string> = new Set();
  #retryAt = 0;
  #cancelBeat: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #isStopped = false;

  constructor(options: SettlementOptions) {
    this.#options = options;
    const { ledger } = options;
    this.#unsubscribe = ledger.subscribe((event) => {
      if (event.type === "settled") this.#undecided = event.undecided;
      else if (ledger.waitingEntries >= ENTRIES_AT_ONCE) this.#beat();
    });
    this.#scheduleBeat();
  }

  async settle(): Promise<void> {
    while (this.#isRunning) await this.#running;
    if (this.#isDue()) await this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelBeat();
    this.#unsubscribe();
    await this.#running;
  }

  #scheduleBeat(): void {
    this.#cancelBeat();
    if (this.#isStopped) return;
    this.#cancelBeat = this.#options.clock.after(this.#options.everyMs, () => {
      this.#beat();
      this.#scheduleBeat();
    });
  }

  #beat(): void {
    if (!this.#isRunning && !this.#isStopped && this.#isDue()) void this.#run();
  }

  #isDue(): boolean {
    if (!this.#options.maySign()) return false;
    const { entries, records } = this.#options.ledger.waiting();
    const pending = [...entries, ...records];
    if (pending.length === 0) return false;
    return pending.some((id) => !this.#resting.has(id)) || this.#options.clock.now() >= this.#retryAt;
  }

  #run(): Promise<void> {
    this.#isRunning = true;
    this.#running = this.#settleOnce().finally(() => {
      this.#isRunning = false;
    });
    return this.#running;
  }

  /** Never rejects: a disk that failed now may work at the next beat, and what is not settled is not lost. */
  async #settleOnce(): Promise<void> {
    const { ledger, clock, log } = this.#options;
    const { records } = ledger.waiting();
    try {
      await ledger.settle(clock.now());
      this.#resting = new Set([...this.#undecided, ...records]);
      this.#retryAt = clock.now() + RETRY_MS;
    } catch (error) {
      log("error", "settlement-failed", { problem: error instanceof Error ? error.message : String(error) });
    }
  }
}
