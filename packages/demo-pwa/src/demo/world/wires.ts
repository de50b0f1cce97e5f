/**
 * Every connection between two of the world, within this page. Messages arrive one at a time, in the order in which they were
 * sent, each in a turn of its own, so that it can be seen when nothing is under way any more.
 */
import { createMemoryLinkPair, type MemoryLinkPair } from "@amigos/adapters/link-memory";

export class Wires {
  readonly #nextTurn: NextTurn;
  readonly #underWay: (() => void)[] = [];
  #isPumping = false;

  constructor(nextTurn: NextTurn) {
    this.#nextTurn = nextTurn;
  }

  get underWayCount(): number {
    return this.#underWay.length;
  }

  between(a: string, b: string): MemoryLinkPair {
    return createMemoryLinkPair({ names: [`${a} to ${b}`, `${b} to ${a}`], schedule: this.#schedule });
  }

  readonly #schedule = (action: () => void): void => {
    this.#underWay.push(action);
    if (!this.#isPumping) void this.#pump();
  };

  async #pump(): Promise<void> {
    this.#isPumping = true;
    while (this.#underWay.length > 0) {
      await this.#nextTurn();
      this.#underWay.shift()?.();
    }
    this.#isPumping = false;
  }
}

/** Resolves in a later turn of the event loop, when what is ready to run has run. */
export type NextTurn = () => Promise<void>;

/** By a channel: timers that follow one another are made to wait for milliseconds in a browser. */
export function createTurns(): { readonly next: NextTurn; readonly close: () => void } {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.addEventListener("message", () => waiting.shift()?.());
  port1.start();
  return {
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        port2.postMessage(0);
      }),
    close: () => port1.close(),
  };
}
