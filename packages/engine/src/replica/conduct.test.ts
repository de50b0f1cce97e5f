import { START } from "@amigos/core/testing";
import { describe, expect, it } from "vitest";
import { type PublicKey } from "@amigos/core";
import { Quota } from "../peer/quota.ts";
import { Conduct } from "./conduct.ts";
import { SteppedClock } from "@amigos/adapters/clock-stepped";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const mallory = "mallory" as PublicKey;

/** As many faults as it takes. Returns for how many seconds she is kept out then. */
function misbehave(conduct: Conduct, key: PublicKey = mallory): number {
  for (let count = 1; count < 1000; count++) {
    const ms = conduct.note(key, "malformed");
    if (ms !== undefined) return ms / 1000;
  }
  return 0;
}

describe("a quota", () => {
  it("[CON1] lets a burst through, makes whoever is faster wait, and gives nothing for a clock that goes back", () => {
    const clock = new SteppedClock(START);
    const quota = new Quota({ burst: 10, perSecond: 2 }, clock.now());
    const take = (amount: number): number => quota.take(amount, clock.now());
    expect([take(10), take(1), take(1)]).toEqual([0, 500, 1000]);
    clock.pass(1000);
    expect([take(0), take(1)]).toEqual([0, 500]);
    clock.pass(-HOUR_MS);
    expect(take(0)).toBe(500);
    clock.pass(2 * HOUR_MS);
    expect([take(10), take(2)], "and never saves up more than a burst").toEqual([0, 1000]);
  });
});

describe("conduct", () => {
  it("[CON2] what an honest device may cause is no fault, however often", () => {
    const conduct = new Conduct(new SteppedClock(START));
    const innocent = [
      ...[
        "account-not-admitted",
        "log-frozen",
        "document-full",
        "document-unknown",
        "document-denied",
        "document-suspended",
      ],
      ...["too-busy", "journal-failed", "not-stored", "too-many-unsettled", "carried-too-much", "account-unknown"],
      ...["account-not-admitted", "account-too-fast", "account-full"],
      ...["session-unknown", "signer-unknown", "asked-before", "checkpoint-stalled", "kept-out", "there: malformed"],
    ];
    for (const code of innocent)
      for (let count = 0; count < 1000; count++) expect(conduct.note(mallory, code), code).toBeUndefined();
    expect([conduct.size, conduct.keptOutMs(mallory)]).toEqual([0, 0]);
  });

  it("[CON2] 64 faults are borne, and to be cut off from a document is eight", () => {
    const conduct = new Conduct(new SteppedClock(START));
    for (let count = 0; count < 7; count++) conduct.note(mallory, "document-cut-off");
    for (let count = 0; count < 8; count++) expect(conduct.note(mallory, "change-not-canonical")).toBeUndefined();
    expect(conduct.keptOutMs(mallory)).toBe(0);
    expect(conduct.note(mallory, "signature-invalid")).toBe(15_000);
  });

  it("[CON3] faults wear off, one in ten seconds", () => {
    const clock = new SteppedClock(START);
    const conduct = new Conduct(clock);
    for (let count = 0; count < 500; count++) {
      expect(conduct.note(mallory, "malformed")).toBeUndefined();
      clock.pass(10_000);
    }
  });

  it("[CON3] each time it is for twice as long, an hour at most, and each quiet hour forgives one time", () => {
    const clock = new SteppedClock(START);
    const conduct = new Conduct(clock);
    const times: number[] = [];
    for (let count = 0; count < 10; count++) {
      times.push(misbehave(conduct));
      clock.pass(conduct.keptOutMs(mallory));
    }
    expect(times).toEqual([15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    clock.pass(3 * HOUR_MS);
    expect(misbehave(conduct)).toBe(1920);
    clock.pass(2000 * 1000 + 24 * HOUR_MS);
    expect(misbehave(conduct)).toBe(15);
  });

  it("[CON3] is over when its time is, and a clock that is put back makes it no longer", () => {
    const clock = new SteppedClock(START);
    const conduct = new Conduct(clock);
    misbehave(conduct);
    clock.pass(14_999);
    expect(conduct.keptOutMs(mallory)).toBe(1);
    clock.pass(1);
    expect(conduct.keptOutMs(mallory)).toBe(0);
    clock.pass(-365 * 24 * HOUR_MS);
    expect(conduct.keptOutMs(mallory)).toBe(15_000);
  });

  it("[CON4] ten thousand keys with a fault each are held to 4096, and whoever was kept out stays so", () => {
    const clock = new SteppedClock(START);
    const conduct = new Conduct(clock);
    misbehave(conduct);
    for (let count = 0; count < 10_000; count++) conduct.note(`key ${count}` as PublicKey, "malformed");
    expect([conduct.size, conduct.keptOutMs(mallory)]).toEqual([4096, 15_000]);
  });
});
