/** The page `/demo`: stories that end as their seed says, and a world that anybody may take part in. */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arabic } from "../../src/texts/arabic/demo.ts";
import { english } from "../../src/texts/english/demo.ts";
import { german } from "../../src/texts/german/demo.ts";
import { Demo } from "../support/demo.ts";
import { takePicture } from "../support/pictures.ts";
import { Stage } from "../support/stage.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const DESKTOP = { width: 1280, height: 900 };

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

test("the double spend ends with one root everywhere and the proof in sight, and again with the same root", async () => {
  const demo = await Demo.open(stage, await stage.context({ viewport: DESKTOP }), "?story=double-spend&seed=7");
  expect(await demo.agreement()).toMatchObject({ isAgreed: true, height: 1 });
  await demo.tell();
  const ending = await demo.agreement();
  expect(ending).toMatchObject({ isAgreed: true, height: 3 });
  for (const id of ["alice", "bob", "carol", "copy"] as const)
    await demo.phone(id).getByRole("heading", { name: english.phone.conflict }).waitFor();
  await demo.phone("carol").getByRole("button", { name: "Show why: Carol" }).click();
  const why = demo.page.getByRole("dialog", { name: english.phone.conflict });
  await why.getByRole("table").waitFor();
  await why.getByRole("button", { name: "Copy the proof" }).waitFor();
  await demo.page.keyboard.press("Escape");
  await why.waitFor({ state: "detached" });
  const happened = await demo.happened();
  expect(happened).toContain(`Bob: ${english.happened.proven}`);
  await demo.page.getByRole("img", { name: english.happened.picture }).waitFor();
  await demo.page.evaluate(() => scrollTo(0, 0));
  await takePicture(demo.page, "30-demo-desktop", "both");

  await demo.page.reload();
  await demo.isThere();
  await demo.tell();
  expect(await demo.agreement()).toEqual(ending);
  expect(await demo.happened()).toEqual(happened);
});

test("a story plays by itself, waits when it is told, and another seed has another ending", async () => {
  const demo = await Demo.open(stage, await stage.context(), "?story=killed-phone&seed=3");
  await demo.button(english.story.play).click();
  await demo.page.getByText(english.story.step("1", "7")).waitFor();
  await demo.button(english.story.pause).click();
  await demo.tell();
  const { root } = await demo.agreement();
  await demo.button(english.story.another).click();
  await demo.page.getByText(english.story.beginning).waitFor();
  await demo.page.waitForFunction(() => !location.search.endsWith("seed=3"));
  await demo.tell();
  const other = await demo.agreement();
  expect(other.isAgreed).toBe(true);
  expect(other.root).not.toBe(root);
});

test("by hand: the network is cut in two, a payment stays open, and all agree when it is healed", async () => {
  const demo = await Demo.open(stage, await stage.context({ viewport: DESKTOP }), "?story=none");
  await demo.button(english.world.part).click();
  await demo.phone("alice").getByText(english.phone.notReached).waitFor({ state: "attached" });
  await demo.pay("alice", "Bob", "12.50");
  await demo.phone("bob").getByText("Received, not settled").waitFor();
  await demo.phone("bob").getByText("+12.50").first().waitFor();

  await demo
    .phone("bob")
    .getByRole("button", { name: english.phone.reach("Bob", "Hub") })
    .click();
  await demo.page.getByText(english.badge.differ).waitFor();
  expect(await demo.agreement()).toMatchObject({ isAgreed: false });

  await demo.button(english.world.heal).click();
  await demo.page.getByText(english.badge.agree).waitFor();
  await demo.phone("alice").getByText("Settled", { exact: true }).waitFor();
  expect(await demo.agreement()).toMatchObject({ isAgreed: true, height: 2 });
});

test("by hand: a phone is copied, both pay with one number, and everybody sees the conflict", async () => {
  const demo = await Demo.open(stage, await stage.context({ viewport: DESKTOP }), "?story=none");
  await demo.phone("bob").getByRole("button", { name: english.phone.copy }).click();
  await demo.phone("copy").waitFor();
  await demo.button(english.world.part).click();
  await demo.page.getByText(english.phone.notReached).nth(3).waitFor({ state: "attached" });
  await demo.pay("bob", "Alice", "30");
  await demo.phone("alice").getByText("+30.00").first().waitFor();
  await demo.pay("copy", "Carol", "30");
  await demo.phone("carol").getByText("+30.00").first().waitFor();
  await demo.button(english.world.heal).click();
  for (const id of ["alice", "bob", "carol", "copy"] as const)
    await demo.phone(id).getByRole("heading", { name: english.phone.conflict }).waitFor();
  await expect.poll(() => demo.agreement()).toMatchObject({ isAgreed: true });
  await demo.pay("bob", "Carol", "1");
  await demo.phone("bob").locator(".demo-refusal").waitFor();
});

test("by hand: a phone that is off and a clock that is wrong keep others from nothing", async () => {
  const demo = await Demo.open(stage, await stage.context({ viewport: DESKTOP }), "?story=none");
  await demo.phone("carol").getByRole("button", { name: english.phone.switchOff }).click();
  await demo.phone("carol").getByText(english.phone.off).first().waitFor();
  await demo.phone("alice").getByLabel(english.phone.clock).selectOption({ label: english.phone.ahead });
  await demo.pay("alice", "Bob", "5");
  await demo.pay("bob", "Alice", "7");
  await demo.phone("alice").getByText("Settled", { exact: true }).waitFor();
  await demo.phone("bob").getByText("Waiting", { exact: true }).waitFor();
  await demo.phone("carol").getByRole("button", { name: english.phone.switchOn }).click();
  await expect.poll(() => demo.agreement()).toMatchObject({ isAgreed: true });
  for (let hours = 0; hours < 3; hours++) await demo.button(english.world.hour).click();
  await demo.page.locator('[data-phone="bob"] [data-state="settled"]').nth(1).waitFor();
});

test("an amount that is none is not paid, and says why; the keyboard alone tells the story", async () => {
  const { page } = await Demo.open(stage, await stage.context({ viewport: DESKTOP }), "?seed=7");
  const alice = page.locator('[data-phone="alice"]');
  await alice.getByLabel(english.phone.amount).fill("much");
  await page.keyboard.press("Enter");
  await alice.getByRole("alert").filter({ hasText: /./ }).first().waitFor();
  await page.getByRole("button", { name: english.story.next }).focus();
  await page.keyboard.press("Enter");
  await page.getByText(english.story.step("1", "8")).waitFor();
});

test("once it was there, it opens with no network at all", async () => {
  const demo = await Demo.open(stage, await stage.context(), "?story=wrong-clock&seed=2");
  await demo.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await stage.stopHub();
  await demo.page.reload();
  await demo.isThere();
  await demo.tell();
  expect(await demo.agreement()).toMatchObject({ isAgreed: true });
  await stage.startHub();
});

test("the wallet leads to it, and it leads back", async () => {
  const context = await stage.context();
  const { page } = await stage.phone(context, "walker");
  await page.getByRole("link", { name: "See how it works" }).click();
  await page.getByRole("heading", { level: 1, name: english.title }).waitFor();
  await page.getByRole("link", { name: english.toWallet }).click();
  await page.getByRole("button", { name: "Create my wallet" }).waitFor();
});

describe.each(["light", "dark"] as const)("axe-core, %s", (colorScheme) => {
  test.each([
    ["en-GB", "the beginning", "?seed=7", 0],
    ["en-GB", "in the middle", "?seed=7", 6],
    ["en-GB", "the end", "?seed=7", 8],
    ["de-DE", "a phone that is off", "?story=killed-phone&seed=7", 4],
    ["ar-EG", "a clock that is wrong", "?story=wrong-clock&seed=7", 2],
  ] as const)("%s, %s: no violation, and nothing wider than a phone", async (locale, _what, search, steps) => {
    const context = await stage.context({ colorScheme, locale });
    const demo = await Demo.open(stage, context, search);
    for (let step = 0; step < steps; step++) await demo.step();
    expect(await violationsOn(demo.page)).toEqual([]);
    expect(await demo.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await context.close();
  });
});

test("in Arabic from right to left, and another language when it is chosen", async () => {
  const demo = await Demo.open(stage, await stage.context({ locale: "ar-EG" }), "?seed=7");
  const { page } = demo;
  await page.getByRole("heading", { level: 1, name: arabic.title }).waitFor();
  expect(await page.evaluate(() => document.documentElement.dir)).toBe("rtl");
  for (let step = 0; step < 5; step++) await demo.step();
  await page.evaluate(() => scrollTo(0, 0));
  await takePicture(page, "34-demo-arabic");
  const payee = page.locator(".demo-payment-who bdi").first();
  const everybody = Object.values(arabic.names).filter((name) => typeof name === "string");
  expect(everybody).toContain(await payee.innerText());
  await page.getByRole("combobox").first().selectOption("de");
  await page.getByRole("heading", { level: 1, name: german.title }).waitFor();
  await page.getByText(german.story.step("5", "8")).waitFor();
  // Nothing happens meanwhile: the people are called otherwise all the same.
  const others = Object.values(german.names).filter((name) => typeof name === "string");
  expect(others).toContain(await payee.innerText());
});

test.each(["en-GB", "de-DE", "ar-EG"])("at 200 percent nothing is wider than the screen, %s", async (locale) => {
  // 200 % zoom on a phone of 360 pixels is a layout of 180.
  const context = await stage.context({ viewport: { width: 180, height: 400 }, locale });
  const demo = await Demo.open(stage, context, "?seed=7");
  await demo.tell();
  expect(await demo.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
});

test("on a phone", async () => {
  const demo = await Demo.open(stage, await stage.context(), "?seed=7");
  for (let step = 0; step < 6; step++) await demo.step();
  await takePicture(demo.page, "31-demo-story", "both");
  await demo.page.locator(".demo-phones").evaluate((phones) => phones.scrollIntoView());
  await takePicture(demo.page, "32-demo-phone");
  await demo.page.locator(".demo-happened").evaluate((happened) => happened.scrollIntoView());
  await takePicture(demo.page, "33-demo-lanes");
});

async function violationsOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (rules) =>
      (window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({ runOnly: rules }),
    RULES,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}
