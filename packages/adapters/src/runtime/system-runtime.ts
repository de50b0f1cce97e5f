/** The real clock and real chance, for browsers and Node alike. Tests and the simulator bring their own. */
import { timeMs } from "@amigos/core";
import type { Clock, Random } from "@amigos/engine/ports";

/** Longer delays overflow `setTimeout`'s 32 bits and would fire at once. */
const DELAY_MS_MAX = 2 ** 31 - 1;
/** What `getRandomValues` gives at a time. */
const RANDOM_BYTES_MAX = 65_536;

export const systemClock: Clock = { now: () => timeMs(Date.now()), after };

export const systemRandom: Random = {
  bytes: (length) => {
    const bytes = new Uint8Array(length);
    for (let from = 0; from < length; from += RANDOM_BYTES_MAX) {
      crypto.getRandomValues(bytes.subarray(from, from + RANDOM_BYTES_MAX));
    }
    return bytes;
  },
};

function after(delayMs: number, action: () => void): () => void {
  return delayMs > 0 ? afterTime(delayMs, action) : afterOthers(action);
}

/** Messages have their turn between others as timers have, and are not held up in pages that nobody sees. */
function afterOthers(action: () => void): () => void {
  const { port1: here, port2: there } = new MessageChannel();
  let isDone = false;
  const end = (): void => {
    isDone = true;
    here.close();
  };
  here.addEventListener("message", () => {
    if (isDone) return;
    end();
    action();
  });
  here.start();
  there.postMessage(undefined);
  return end;
}

function afterTime(delayMs: number, action: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (leftMs: number): void => {
    if (leftMs <= DELAY_MS_MAX) timer = setTimeout(action, leftMs);
    else timer = setTimeout(() => wait(leftMs - DELAY_MS_MAX), DELAY_MS_MAX);
  };
  wait(delayMs);
  return () => clearTimeout(timer);
}
