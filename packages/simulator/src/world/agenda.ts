/** What is going to happen, in order of time and, at one time, in the order in which it was planned: a binary heap. */
import { assert, timeMs, type TimeMs } from "@amigos/core";

/** Something that happens at its time. */
export type Happening = () => void | Promise<void>;

interface Appointment {
  readonly time: number;
  readonly order: number;
  readonly happen: Happening;
}

export class Agenda {
  readonly #heap: Appointment[] = [];
  #order = 0;
  #now: TimeMs;

  constructor(start: TimeMs) {
    this.#now = start;
  }

  get now(): TimeMs {
    return this.#now;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Plans something for a time, in ms since 1970. What is planned for the past happens next. */
  at(time: number, happen: Happening): void {
    assert(Number.isSafeInteger(time), "a time is a whole number of milliseconds");
    const heap = this.#heap;
    heap.push({ time, order: this.#order++, happen });
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index] as Appointment, heap[parent] as Appointment)) break;
      swap(heap, index, parent);
      index = parent;
    }
  }

  after(ms: number, happen: Happening): void {
    this.at(this.#now + ms, happen);
  }

  /** Lets everything up to and including `end` happen. */
  async runUntil(end: number): Promise<void> {
    for (let first = this.#heap[0]; first !== undefined && first.time <= end; first = this.#heap[0]) {
      this.#removeFirst();
      if (first.time > this.#now) this.#now = timeMs(first.time);
      // Most of what happens is done at once, and waiting for nothing costs more than doing it.
      const isDone = first.happen();
      if (isDone !== undefined) await isDone;
    }
    if (end > this.#now) this.#now = timeMs(end);
  }

  /** Nothing of what was planned happens any more. */
  clear(): void {
    this.#heap.length = 0;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Appointment;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let index = 0; ;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let least = index;
      if (left < heap.length && isBefore(heap[left] as Appointment, heap[least] as Appointment)) least = left;
      if (right < heap.length && isBefore(heap[right] as Appointment, heap[least] as Appointment)) least = right;
      if (least === index) return;
      swap(heap, index, least);
      index = least;
    }
  }
}

function isBefore(a: Appointment, b: Appointment): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

function swap(heap: Appointment[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b] as Appointment, heap[a] as Appointment];
}
