/**
 * Plays a story on a world: step by step, or by itself with time to read each sentence. Whoever is there may act in between; then
 * the story goes on in the world as it has become, and its ending may be another one.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import type { DemoCalls } from "./demo-calls.ts";
import { STORIES, type Address } from "./stories/index.ts";
import type { Step } from "./stories/story.ts";
import type { Action } from "./world/action.ts";

export interface PlayerState extends Address {
  readonly steps: readonly Step[];
  /** How many of them have been told. */
  readonly told: number;
  readonly isPlaying: boolean;
  /** A step is under way. */
  readonly isBusy: boolean;
  /** Somebody acted beside the story. */
  readonly isJoined: boolean;
  readonly hasFailed: boolean;
}

export interface PlayerOptions {
  readonly calls: DemoCalls;
  /** Calls `action` once, when a sentence has been read. Returns what cancels it. */
  readonly afterReading: (action: () => void) => () => void;
  readonly onAddress: (address: Address) => void;
}

export class Player {
  readonly #options: PlayerOptions;
  readonly #state;
  #cancel: () => void = () => undefined;
  /** Which beginning is the newest: what an older one has under way changes nothing any more. */
  #beginning = 0;

  constructor(options: PlayerOptions, address: Address) {
    this.#options = options;
    this.#state = signal<PlayerState>(untold(address));
  }

  get state(): ReadonlySignal<PlayerState> {
    return this.#state;
  }

  /** From the start: the same story, or another one. */
  async begin(address: Address = this.#state.peek()): Promise<void> {
    const { story, seed } = address;
    const beginning = ++this.#beginning;
    this.#cancel();
    this.#state.value = { ...untold({ story, seed }), isBusy: true };
    this.#options.onAddress({ story, seed });
    await this.#doing(beginning, () => this.#options.calls.begin({ seed }));
  }

  /** The next step. Does nothing while one is under way, or at the end. */
  async step(): Promise<void> {
    const { steps, told, isBusy } = this.#state.peek();
    const step = steps[told];
    if (step === undefined || isBusy) return;
    this.#cancel();
    this.#change({ told: told + 1, isBusy: true });
    const beginning = this.#beginning;
    await this.#doing(beginning, async () => {
      for (const action of step.actions) if (beginning === this.#beginning) await this.#options.calls.act({ action });
    });
    if (beginning === this.#beginning) this.#goOn();
  }

  async play(): Promise<void> {
    if (this.#isOver) await this.begin();
    this.#change({ isPlaying: true });
    await this.step();
  }

  pause(): void {
    this.#cancel();
    this.#change({ isPlaying: false });
  }

  /** What somebody does beside the story. A story that plays by itself waits then. */
  async act(action: Action): Promise<void> {
    this.pause();
    this.#change({ isJoined: true });
    await this.#options.calls.act({ action }).catch(() => this.#change({ hasFailed: true }));
  }

  get #isOver(): boolean {
    const { steps, told } = this.#state.peek();
    return told >= steps.length;
  }

  #goOn(): void {
    if (!this.#state.peek().isPlaying) return;
    if (this.#isOver) return this.#change({ isPlaying: false });
    this.#cancel = this.#options.afterReading(() => void this.step());
  }

  async #doing(beginning: number, action: () => Promise<void>): Promise<void> {
    let hasFailed = false;
    await action().catch(() => (hasFailed = true));
    if (beginning === this.#beginning) this.#change({ isBusy: false, ...(hasFailed ? { hasFailed } : {}) });
  }

  #change(change: Partial<PlayerState>): void {
    this.#state.value = { ...this.#state.peek(), ...change };
  }
}

function untold({ story, seed }: Address): PlayerState {
  const steps = story === undefined ? [] : STORIES[story](seed);
  return { story, seed, steps, told: 0, isPlaying: false, isBusy: false, isJoined: false, hasFailed: false };
}
