import { describe, expect, it } from "vitest";
import { timeMs, type AccountId } from "@amigos/core";
import { AccountRates, ENTRIES_BURST } from "./account-rates.ts";

const alice = "a1".repeat(32) as AccountId;
const bob = "b0".repeat(32) as AccountId;

function rates(perMinute: number): { readonly rates: AccountRates; readonly set: (ms: number) => void } {
  let now = 1_000_000;
  const clock = { now: () => timeMs(now), after: () => () => undefined };
  return { rates: new AccountRates({ clock, perMinute }), set: (ms) => (now = 1_000_000 + ms) };
}

function ask(of: AccountRates, entries: Readonly<Record<string, number>>): string | undefined {
  return of.spend(new Map(Object.entries(entries) as [AccountId, number][]));
}

describe("rates of accounts", () => {
  it("[ADM2] give a burst, and then so many a minute", () => {
    const { rates: of, set } = rates(60);
    expect(ask(of, { [alice]: ENTRIES_BURST })).toBe(undefined);
    expect(ask(of, { [alice]: 1 })).toBe(alice);
    set(1_000);
    expect([ask(of, { [alice]: 2 }), ask(of, { [alice]: 1 }), ask(of, { [alice]: 1 })]).toEqual([
      alice,
      undefined,
      alice,
    ]);
    set(-60_000);
    expect(ask(of, { [alice]: 1 })).toBe(alice);
  });

  it("[ADM2] count nothing of a bundle in which one account has too much", () => {
    const { rates: of } = rates(60);
    expect(ask(of, { [bob]: ENTRIES_BURST - 1 })).toBe(undefined);
    expect(ask(of, { [alice]: ENTRIES_BURST, [bob]: 2 })).toBe(bob);
    expect(ask(of, { [alice]: ENTRIES_BURST, [bob]: 1 })).toBe(undefined);
  });

  it("[ADM2] give back what was counted and not taken in, and no more than that", () => {
    const { rates: of, set } = rates(60);
    ask(of, { [alice]: ENTRIES_BURST, [bob]: 1 });
    of.giveBack(new Map([[alice, 2]]));
    expect([ask(of, { [alice]: 3 }), ask(of, { [alice]: 2 }), ask(of, { [alice]: 1 })]).toEqual([
      alice,
      undefined,
      alice,
    ]);
    set(1_000);
    of.giveBack(new Map([[alice, ENTRIES_BURST]]));
    expect([ask(of, { [alice]: ENTRIES_BURST }), ask(of, { [alice]: 1 })], "a burst at most").toEqual([
      undefined,
      alice,
    ]);
  });

  it("remember nobody whose burst is full again", () => {
    const { rates: of, set } = rates(60);
    ask(of, { [alice]: 10 });
    set(5_000);
    ask(of, { [bob]: 10 });
    expect(of.size).toBe(2);
    set(12_000);
    ask(of, { [bob]: 1 });
    expect(of.size).toBe(1);
  });
});
