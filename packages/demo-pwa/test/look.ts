/** Pictures of scripted scenes, to look at while working: `node test/look.ts OUT scene#fragment#action#language …`. */
import { mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { SCENE_IDS, BOB } from "./harness/scenes.ts";
import { launchBrowser } from "./support/browser.ts";
import { languageFor } from "../src/texts/language.ts";
import { serveHarness } from "./support/harness.ts";
import { accountToText } from "@amigos/core";

const ACTIONS: Record<string, (page: Page) => Promise<void>> = {
  sheet: async (page) => {
    await page
      .getByLabel("Request or account")
      .fill(`amigos:pay?to=${accountToText(BOB)}&asset=AMI&network=a1b2c3d4&amount=1250&memo=Lunch`);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("dialog").waitFor();
  },
  open: async (page) => {
    await page.getByLabel("Request or account").fill(accountToText(BOB));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Amount").fill("60");
    await page.getByRole("button", { name: /^Pay/ }).click();
    await page.getByText("Not signed").waitFor();
  },
  bad: async (page) => {
    await page.getByLabel("Request or account").fill("hello");
    await page.getByRole("button", { name: "Continue" }).click();
  },
  why: async (page) => {
    await page.locator("[aria-expanded]").click();
    await page.getByRole("table").waitFor();
    await page.locator(".why").evaluate((why) => why.scrollIntoView());
  },
  code: async (page) => {
    await page.getByRole("button", { name: "Show my code" }).click();
    await page.getByRole("img", { name: "Connection code 1" }).waitFor();
  },
  review: async (page) => {
    await page.locator("textarea").fill("code");
    await page.locator("button[type=submit]").click();
    await page.locator(".digits").waitFor();
  },
  guardian: async (page) => {
    await page.locator("textarea").fill("AMIGOS:GAAAA");
    await page.locator("button[type=submit]").click();
    await page.locator(".digits").waitFor();
  },
  lost: async (page) => {
    await page.locator("form .button-quiet").click();
    await page.locator(".stack > .button-secondary").last().click();
  },
  sure: async (page) => {
    await ACTIONS["lost"]?.(page);
    await page.locator("textarea").fill(accountToText(BOB));
    await page.locator("section button[type=submit]").click();
    await page.locator(".will-happen").waitFor();
  },
  words: async (page) => {
    await page.locator("main .button-primary").click();
    await page.locator(".words").waitFor();
  },
  bottom: async (page) => {
    await page.evaluate(() => scrollTo(0, 1e6));
  },
};

const [out = join(tmpdir(), "amigos-look"), ...wanted] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const harness = await serveHarness();
const browser = await launchBrowser();
for (const scheme of ["light", "dark"] as const) {
  const context = await browser.newContext({
    viewport: { width: 360, height: 800 },
    deviceScaleFactor: 2,
    colorScheme: scheme,
  });
  const page = await context.newPage();
  page.on("console", (message) => console.log(message.type(), message.text()));
  page.on("pageerror", (error) => console.log("pageerror", error.message));
  for (const name of wanted) {
    const [scene = "", fragment = "", action = "", language = "en"] = name.split("#");
    const path = fragment.replace(/\{(\w+)\}/, (_, key: keyof typeof SCENE_IDS) => String(SCENE_IDS[key]));
    await page.goto(harness.address(scene, path, languageFor(language, [])));
    await page.waitForSelector("#app h1");
    await page.evaluate(() => document.fonts.ready);
    await ACTIONS[action]?.(page);
    await page.waitForFunction(() => document.getAnimations().length === 0);
    await page.screenshot({ path: `${out}/${name.replace(/\W+/g, "_")}-${scheme}.png`, fullPage: false });
  }
  await context.close();
}
const sheet = await browser.newPage();
for (const scheme of ["light", "dark"]) {
  const files = wanted.map((name) => `${out}/${name.replace(/\W+/g, "_")}-${scheme}.png`);
  await sheet.setViewportSize({ width: 368 * files.length, height: 808 });
  const images = files
    .map(
      (file) =>
        `<img width=360 style="margin:4px" src="data:image/png;base64,${readFileSync(file).toString("base64")}">`,
    )
    .join("");
  await sheet.setContent(`<body style="margin:0;display:flex;background:#888">${images}`);
  await sheet.screenshot({ path: `${out}/all-${scheme}.png` });
}
await browser.close();
await harness.close();
