/** The app in other languages: the main job from right to left, and a language that its owner chose. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arabic } from "../../src/texts/arabic/index.ts";
import { german } from "../../src/texts/german/index.ts";
import { Stage } from "../support/stage.ts";
import { takePicture } from "../support/pictures.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const { texts } = arabic;

test("a browser that prefers Arabic gets Arabic, from right to left, and pays", async () => {
  const bob = await stage.phone(await stage.context(), "bob");
  await bob.createWallet();
  const request = await bob.requestText("12.50");

  const { page } = await stage.phone(await stage.context({ locale: "ar-EG" }), "alice");
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  await button(texts.firstRun.create).waitFor();
  expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
    "ar",
    "rtl",
  ]);
  await expectNothingWider(page);
  await button(texts.firstRun.create).click();
  await button(texts.lock.notNow).waitFor();
  await expectNothingWider(page);
  await button(texts.lock.notNow).click();
  await page.getByText("+100.00").first().waitFor();
  await page.getByText(texts.paymentState.settled).first().waitFor();
  await expectNothingWider(page);

  await link(texts.home.pay).click();
  await page.getByLabel(texts.pay.pasteLabel).fill(request);
  await expectNothingWider(page);
  await button(texts.pay.continue).click();
  await page.getByRole("dialog").waitFor();
  await expectNothingWider(page);
  await takePicture(page, "13-arabic-confirm");
  await page.getByRole("dialog").locator("button[type=submit]").click();
  await page.getByRole("heading", { name: texts.handover.title }).waitFor();
  await expectNothingWider(page);
  await link(texts.common.done).click();
  await page
    .getByText(/12\.50/)
    .first()
    .waitFor();
  await bob.hasPayment("+12.50", "Settled");
  await expect.poll(() => page.locator("[data-state=settled]").filter({ hasText: "12.50" }).count()).toBe(1);
  await takePicture(page, "14-arabic-home", "both");

  await link(texts.home.receive).click();
  await page.getByRole("img", { name: texts.receive.qrLabel }).waitFor();
  await page.getByLabel(texts.receive.amountLabel).fill("٧٫٥٠");
  await page.waitForFunction(() => document.querySelector("svg[data-text*='amount=750']"));
  await expectNothingWider(page);
  await button(texts.common.back).click();
  await link(texts.home.device).click();
  await expectNothingWider(page);
  await page.getByRole("link", { name: texts.devices.title }).click();
  await page.locator(".device-card").waitFor();
  await expectNothingWider(page);
});

test("a language is chosen on the device screen, at once and for the next time", async () => {
  const carol = await stage.phone(await stage.context(), "carol");
  await carol.createWallet();
  await carol.link("Device and limits").click();
  await carol.page.getByRole("radio", { name: "Deutsch" }).check();
  await carol.heading(german.texts.device.title).waitFor();
  expect(await carol.page.evaluate(() => document.documentElement.lang)).toBe("de");
  await carol.page.reload();
  await carol.heading(german.texts.device.title).waitFor();
  await carol.page.getByRole("radio", { name: "العربية" }).check();
  await carol.heading(arabic.texts.device.title).waitFor();
  await carol.page.getByRole("radio", { name: "English" }).check();
  await carol.heading("This device").waitFor();
});

async function expectNothingWider(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
}
