/** Whatever is counted is said in the form that its language has for that number. */
import { describe, expect, test } from "vitest";
import { arabic } from "./arabic/screens.ts";
import { english } from "./english/screens.ts";
import { german } from "./german/screens.ts";
import { recovery as arabicRecovery } from "./arabic/recovery.ts";
import { recovery as englishRecovery } from "./english/recovery.ts";
import { recovery as germanRecovery } from "./german/recovery.ts";
import { arabic as arabicDemo } from "./arabic/demo.ts";
import { english as englishDemo } from "./english/demo.ts";
import { german as germanDemo } from "./german/demo.ts";

const LANGUAGES = { en: english, de: german, ar: arabic };
const RECOVERIES = { en: englishRecovery, de: germanRecovery, ar: arabicRecovery };
const DEMOS = { en: englishDemo, de: germanDemo, ar: arabicDemo };

test("a key kept elsewhere acts after so many days, in the case that the language asks for", () => {
  const after = (days: number): readonly string[] =>
    Object.values(RECOVERIES).map((recovery) => recovery.otherKeyAfter(days));
  expect(after(1)).toEqual(["After 1 day", "Nach 1 Tag", "بعد يوم واحد"]);
  expect(after(2)).toEqual(["After 2 days", "Nach 2 Tagen", "بعد يومين"]);
  expect(after(7)).toEqual(["After 7 days", "Nach 7 Tagen", "بعد 7 أيام"]);
  expect(after(30)).toEqual(["After 30 days", "Nach 30 Tagen", "بعد 30 يومًا"]);
  expect(after(100)).toEqual(["After 100 days", "Nach 100 Tagen", "بعد 100 يوم"]);
  expect(after(103)).toEqual(["After 103 days", "Nach 103 Tagen", "بعد 103 أيام"]);
  expect(after(365)).toEqual(["After 365 days", "Nach 365 Tagen", "بعد 365 يومًا"]);
});

test("Arabic counts wallets in six ways, and begins anew with each hundred", () => {
  const nearby = [0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111, 200].map((count) =>
    arabic.connection.wallets(count),
  );
  expect(nearby).toEqual([
    "0 محفظة قريبة",
    "محفظة واحدة قريبة",
    "محفظتان قريبتان",
    "3 محافظ قريبة",
    "10 محافظ قريبة",
    "11 محفظة قريبة",
    "99 محفظة قريبة",
    "100 محفظة قريبة",
    "101 محفظة قريبة",
    "102 محفظة قريبة",
    "103 محافظ قريبة",
    "111 محفظة قريبة",
    "200 محفظة قريبة",
  ]);
  expect([11, 100].map((count) => arabicRecovery.helpCount(count))).toEqual(["11 حسابًا اختارتك", "100 حساب اختارتك"]);
});

test("one guardian has agreed, and is needed; several have, and are", () => {
  const agreed = (count: number, needed: number): readonly string[] =>
    Object.values(RECOVERIES).map((recovery) => recovery.alarm.agreed(count, needed));
  expect(agreed(1, 2)).toEqual([
    "1 of the 2 guardians that it takes has agreed.",
    "Zugestimmt hat 1 von 2 Hütern, die nötig sind.",
    "وافق حارس واحد من الحارسين اللازمين.",
  ]);
  expect(agreed(2, 3)[0]).toBe("2 of the 3 guardians that it takes have agreed.");
  expect(agreed(0, 1)).toEqual([
    "The one guardian that it takes has not agreed yet.",
    "Der eine Hüter, der nötig ist, hat noch nicht zugestimmt.",
    "لم يوافق بعد الحارس الوحيد اللازم.",
  ]);
  const { practice, guardian, entryChosen } = englishRecovery;
  expect([practice.partly(1, 2), practice.partly(2, 3)]).toEqual([
    "1 has answered, 2 are needed.",
    "2 have answered, 3 are needed.",
  ]);
  expect([guardian.agreedOf(0, 1), guardian.agreedOf(1, 2)]).toEqual(["0, and 1 is needed", "1, and 2 are needed"]);
  expect([entryChosen(1, 1), entryChosen(1, 3), entryChosen(2, 3)]).toEqual([
    "1 guardian brings it back",
    "1 of 3 guardians brings it back",
    "2 of 3 guardians bring it back",
  ]);
});

/** Every sentence of the screens with one number in it. */
const COUNTED = {
  "wallets nearby": (count) => (id) => LANGUAGES[id].connection.wallets(count),
  "payments that one builds on": (count) => (id) => LANGUAGES[id].weighing.risks.waits(count),
  "rows put aside": (count) => (id) => LANGUAGES[id].safety.storage.damaged(count),
  "places left": (count) => (id) => LANGUAGES[id].devices.placesLeft(count),
  "accounts guarded": (count) => (id) => RECOVERIES[id].helpCount(count),
  "accounts without a name": (count) => (id) => RECOVERIES[id].guardian.yoursMore(count),
  "parties that agree": (count) => (id) => DEMOS[id].badge.agreeHint(count),
  "payments not settled": (count) => (id) => DEMOS[id].badge.open(count),
} satisfies Record<string, (count: number) => (id: keyof typeof LANGUAGES) => string>;

describe.each(["en", "de", "ar"] as const)("in %s", (id) => {
  test.each(Object.entries(COUNTED))("%s: one is said otherwise than many, and the number stands there", (_, say) => {
    const words = (count: number): string => say(count)(id).replace(String(count), "#");
    expect(words(1)).not.toBe(words(5));
    for (const count of [0, 5, 11, 100, 105, 111]) expect(say(count)(id)).toContain(String(count));
    // Arabic has a form for two as well.
    expect(new Set([1, 2, 5].map(words)).size).toBe(id === "ar" ? 3 : 2);
  });
});
