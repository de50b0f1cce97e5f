/** Every screen in every state, light and dark, held against axe-core's rules; and that nothing is wider than a phone. */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accountToText } from "@amigos/core";
import { BOB, SCENE_IDS } from "../harness/scenes.ts";
import { launchBrowser } from "../support/browser.ts";
import { serveHarness, type Harness } from "../support/harness.ts";

/** When the scenes play. */
const NOON = new Date("2026-11-26T12:00:00Z");

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface Look {
  readonly name: string;
  readonly scene: string;
  readonly screen?: string;
  /** What a person does there first. */
  readonly act?: (page: Page) => Promise<void>;
}

const LOOKS: readonly Look[] = [
  { name: "opening", scene: "starting" },
  { name: "first run", scene: "empty" },
  { name: "first run, the lock", scene: "empty", act: chooseLock },
  { name: "first run, an account already", scene: "empty", act: haveAccount },
  { name: "locked", scene: "locked" },
  { name: "locked by a PIN, wrong", scene: "locked-pin", act: unlockWrong },
  { name: "open in another tab", scene: "busy" },
  { name: "taken over by another tab", scene: "handed-over" },
  { name: "network unknown", scene: "network-unknown" },
  { name: "store damaged", scene: "failed" },
  { name: "home, new", scene: "fresh" },
  { name: "home, settled", scene: "settled" },
  { name: "home, pending", scene: "pending" },
  { name: "home, disputed", scene: "disputed" },
  { name: "home, frozen", scene: "frozen" },
  { name: "home, removed", scene: "revoked" },
  { name: "home, hub set up anew", scene: "other-network" },
  { name: "home, new version", scene: "update" },
  { name: "receive", scene: "settled", screen: "receive" },
  { name: "receive, refused", scene: "settled", screen: "receive", act: takeFalsePayment },
  { name: "pay", scene: "settled", screen: "pay" },
  { name: "pay, not a request", scene: "settled", screen: "pay", act: (page) => paste(page, "hello") },
  { name: "confirm", scene: "settled", screen: "pay", act: openSheet },
  { name: "confirm, refused", scene: "pending", screen: "pay", act: overTheLimit },
  { name: "handover", scene: "pending", screen: `handover/${SCENE_IDS.out}` },
  { name: "handover, in several codes", scene: "many", screen: `handover/${SCENE_IDS.out}` },
  { name: "handover, with proof", scene: "pending", screen: `handover/${SCENE_IDS.out}`, act: showProof },
  { name: "payment on its way", scene: "pending", screen: `payment/${SCENE_IDS.out}` },
  { name: "payment received", scene: "pending", screen: `payment/${SCENE_IDS.in}` },
  { name: "payment settled", scene: "settled", screen: `payment/${SCENE_IDS.settled}` },
  { name: "payment disputed", scene: "disputed", screen: `payment/${SCENE_IDS.disputed}` },
  { name: "payment refused", scene: "refused", screen: `payment/${SCENE_IDS.disputed}` },
  { name: "payment unknown", scene: "settled", screen: `payment/${"00".repeat(32)}` },
  { name: "conflict, undecided", scene: "disputed", screen: `conflict/${SCENE_IDS.conflict}` },
  { name: "conflict, decided", scene: "decided", screen: `conflict/${SCENE_IDS.conflict}` },
  { name: "conflict, why", scene: "decided", screen: `conflict/${SCENE_IDS.conflict}`, act: showWhy },
  { name: "device", scene: "settled", screen: "device" },
  { name: "device, money set aside", scene: "set-aside", screen: "device" },
  { name: "devices", scene: "devices", screen: "devices" },
  { name: "devices, one to remove", scene: "devices", screen: "devices", act: askToRemove },
  { name: "devices, one to rename", scene: "devices", screen: "devices", act: renameDevice },
  { name: "devices, switched off", scene: "killed", screen: "devices" },
  { name: "home, switched off", scene: "killed" },
  { name: "asking to be let in", scene: "joining" },
  { name: "asking, told no", scene: "joining-denied" },
  { name: "asking, too late", scene: "joining-late" },
  { name: "let in", scene: "offered" },
  { name: "devices, one asks", scene: "asked", screen: "devices" },
  { name: "add a device", scene: "asked", screen: "add-device" },
  {
    name: "add a device, not its code",
    scene: "settled",
    screen: "add-device",
    act: (page) => reviewDevice(page, "hello"),
  },
  {
    name: "add a device, what it may do",
    scene: "settled",
    screen: "add-device",
    act: (page) => reviewDevice(page, "code"),
  },
  { name: "add a device, added", scene: "settled", screen: "add-device", act: approveDevice },
  { name: "payment received, a receipt", scene: "pending", screen: `payment/${SCENE_IDS.in}`, act: giveReceipt },
  { name: "backup", scene: "settled", screen: "backup" },
  { name: "backup, the words", scene: "settled", screen: "backup", act: showWords },
  { name: "backup, the drill", scene: "settled", screen: "backup", act: failDrill },
  { name: "safety", scene: "settled", screen: "safety" },
  { name: "safety, no lock", scene: "fresh", screen: "safety" },
  { name: "home, with names", scene: "named" },
  { name: "pay, with names", scene: "named", screen: "pay" },
  { name: "people", scene: "named", screen: "people" },
  { name: "people, one to rename", scene: "named", screen: "people", act: rename },
  { name: "people, nobody", scene: "settled", screen: "people" },
  { name: "connect", scene: "settled", screen: "meet" },
  { name: "connect, the first code", scene: "settled", screen: "meet", act: showConnectionCode },
  { name: "what one takes, anything", scene: "settled", screen: "acceptance" },
  { name: "what one takes, refused", scene: "choosy", screen: "acceptance", act: keepRules },
  { name: "payment received, against one's rules", scene: "choosy", screen: `payment/${SCENE_IDS.in}`, act: weighed },
  { name: "stake, nothing", scene: "settled", screen: "stake" },
  { name: "stake", scene: "staked", screen: "stake" },
  { name: "stake, refused", scene: "staked", screen: "stake", act: stakeTooMuch },
  { name: "home, somebody recovers the account", scene: "recovery-under-way" },
  { name: "recovery, no guardians", scene: "settled", screen: "recovery" },
  { name: "recovery", scene: "guarded", screen: "recovery" },
  { name: "recovery, practised", scene: "practised", screen: "recovery", act: showPractice },
  { name: "recovery, under way", scene: "recovery-under-way", screen: "recovery", act: askToVeto },
  { name: "recovery, stopped", scene: "recovery-under-way", screen: "recovery", act: veto },
  { name: "recovery, on a device without the key", scene: "let-in", screen: "recovery" },
  { name: "guardians, on a device without the key", scene: "let-in", screen: "guardians" },
  { name: "guardians, nobody to choose", scene: "settled", screen: "guardians" },
  { name: "guardians", scene: "guarded", screen: "guardians" },
  { name: "guardians, inviting", scene: "guarded", screen: "guardians", act: invite },
  { name: "a guardian, invited", scene: "named", screen: "guardian", act: (page) => readAsGuardian(page, "AMIGOS:PB") },
  { name: "a guardian", scene: "named", screen: "guardian", act: showGuarded },
  { name: "a guardian, reviewing", scene: "named", screen: "guardian", act: reviewRecovery },
  { name: "a guardian, agreed", scene: "named", screen: "guardian", act: approveRecovery },
  { name: "a guardian, practised", scene: "named", screen: "guardian", act: answerPractice },
  { name: "first run, all devices lost", scene: "empty", act: loseDevices },
  { name: "a guardian, of many", scene: "guarded", screen: "guardian" },
  { name: "first run, is it yours", scene: "empty", act: confirmLost },
  { name: "recovering, looking", scene: "recovering-looking" },
  { name: "recovering, cannot", scene: "recovering-unknown", act: giveUp },
  { name: "recovering", scene: "recovering", act: takeNoStatement },
  { name: "recovering, too late", scene: "recovering-late" },
  { name: "recovering, waiting", scene: "recovering-waiting" },
  { name: "recovering, due", scene: "recovering-due" },
  { name: "recovering, stopped", scene: "recovering-stopped" },
  { name: "recovering, other guardians", scene: "recovering-other-ways" },
  { name: "recovering, other keys", scene: "recovering-other-keys" },
  { name: "recovering, nobody agrees", scene: "recovering-not-held" },
  { name: "recovering, not open yet", scene: "recovering-not-open" },
  { name: "set aside, refused", scene: "settled", screen: "device", act: setAsideTooMuch },
];

let browser: Browser;
let harness: Harness;
beforeAll(async () => {
  [browser, harness] = await Promise.all([launchBrowser(), serveHarness()]);
});
afterAll(async () => {
  await browser.close();
  await harness.close();
});

describe.each([
  ["light", "en"],
  ["dark", "en"],
  ["light", "ar"],
] as const)("in %s, %s", (colorScheme, language) => {
  let page: Page;
  beforeAll(async () => {
    const context = await browser.newContext({
      viewport: { width: 360, height: 800 },
      colorScheme,
      reducedMotion: "reduce",
      timezoneId: "UTC",
    });
    // So that what was paid a while ago was paid today: what lies under what after midnight is another matter.
    await context.clock.setFixedTime(NOON);
    page = await context.newPage();
    return () => context.close();
  });

  test.each(LOOKS)("$name", async ({ scene, screen, act }) => {
    // The same address once more would leave the screen as the one before left it.
    await page.goto("about:blank");
    await page.goto(harness.address(scene, screen, language));
    await page.getByRole("heading", { level: 1 }).waitFor();
    // What people do is told in English.
    if (language === "en") await act?.(page);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(
      (rules) =>
        (window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({ runOnly: rules }),
      RULES,
    );
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
    const [width, viewport] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(width).toBe(viewport);
  });
});

test.each(["en", "de", "ar"] as const)("at 200 percent nothing is wider than the screen, %s", async (language) => {
  // 200 % zoom on a phone of 360 pixels is a layout of 180.
  const context = await browser.newContext({ viewport: { width: 180, height: 400 }, timezoneId: "UTC" });
  await context.clock.setFixedTime(NOON);
  const page = await context.newPage();
  const widths: Record<string, number> = {};
  for (const { name, scene, screen } of LOOKS) {
    await page.goto(harness.address(scene, screen, language));
    await page.getByRole("heading", { level: 1 }).waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 180) widths[name] = width;
  }
  expect(widths).toEqual({});
  await context.close();
});

test("a sheet keeps the focus, closes on Escape and gives it back", async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
  await page.goto(harness.address("settled", "pay"));
  await openSheet(page);
  const dialog = page.getByRole("dialog", { name: "Confirm payment" });
  for (let presses = 0; presses < 8; presses++) {
    await page.keyboard.press("Tab");
    expect(
      await page.evaluate(
        () => document.activeElement === document.body || document.activeElement?.closest("dialog") !== null,
      ),
    ).toBe(true);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.textContent === "Continue");
  await page.close();
});

async function paste(page: Page, text: string): Promise<void> {
  await page.getByLabel("Request or account").fill(text);
  await page.getByRole("button", { name: "Continue" }).click();
}

async function openSheet(page: Page): Promise<void> {
  await paste(page, `amigos:pay?to=${accountToText(BOB)}&asset=AMI&network=a1b2c3d4&amount=1250&memo=Lunch`);
  await page.getByRole("dialog").waitFor();
}

async function overTheLimit(page: Page): Promise<void> {
  await paste(page, accountToText(BOB));
  await page.getByRole("dialog").getByLabel("Amount").fill("60");
  await page.getByRole("button", { name: /^Pay 60/ }).click();
  await page.getByText("Not signed").waitFor();
}

async function chooseLock(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Create my wallet" }).click();
  await page.getByRole("button", { name: "Use a PIN or password" }).click();
  await page.getByRole("button", { name: "Lock with it" }).click();
  await page.getByText("At least 6 digits or letters, and").waitFor();
}

async function unlockWrong(page: Page): Promise<void> {
  await page.getByLabel("PIN or password").fill("123456");
  await page.getByRole("button", { name: "Unlock" }).click();
  await page.getByText("This is not the PIN").waitFor();
}

async function reviewDevice(page: Page, request: string): Promise<void> {
  await page.getByLabel("Or paste its request").fill(request);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText(request === "hello" ? "This is not the code of a new device" : "For how long").waitFor();
}

async function approveDevice(page: Page): Promise<void> {
  await reviewDevice(page, "code");
  await page.getByLabel("Up to, each day").fill("20");
  await page.getByRole("button", { name: "The digits are the same: let it in" }).click();
  await page.getByRole("img", { name: "The answer as a QR code" }).waitFor();
}

async function giveReceipt(page: Page): Promise<void> {
  await page.getByText("What could still go wrong").waitFor();
  await page.getByRole("button", { name: "Give the payer a receipt" }).click();
  await page.getByRole("img", { name: "The receipt as a QR code" }).waitFor();
}

async function haveAccount(page: Page): Promise<void> {
  await page.getByRole("button", { name: "I have an account already" }).click();
  await page.getByRole("button", { name: "I have my words and my file" }).click();
  await page.getByRole("button", { name: "Bring my account back" }).click();
  await page.getByText("It takes both").waitFor();
}

async function showWords(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show my words" }).click();
  await page.getByText("blade").waitFor();
}

async function failDrill(page: Page): Promise<void> {
  await showWords(page);
  await page.getByRole("button", { name: "I have written them down" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("That is not what the words were.").waitFor();
}

async function renameDevice(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Rename Tablet" }).click();
  await page.getByRole("dialog").waitFor();
}

async function showProof(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^The payee has never met you/ }).click();
  await page.getByText("With it comes what proves").waitFor();
}

async function showWhy(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show why" }).click();
  await page.getByRole("table").waitFor();
}

async function rename(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Change the name: Bob/ }).click();
  await page.getByRole("dialog").waitFor();
}

async function showConnectionCode(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show my code" }).click();
  await page.getByRole("img", { name: "Connection code 1" }).waitFor();
}

async function askToRemove(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Remove Tablet" }).click();
  await page.getByRole("dialog").waitFor();
}

async function keepRules(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Keep these rules" }).click();
  await page.getByText("This is no bound that can be kept.").waitFor();
}

async function weighed(page: Page): Promise<void> {
  await page.getByText("Your rules speak against it").waitFor();
}

async function stakeTooMuch(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Stake", exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Amount").fill("999");
  await sheet.getByRole("button", { name: "Stake" }).click();
  await sheet.getByText("Not signed").waitFor();
}

async function showPractice(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show the code" }).click();
  await page.getByRole("img", { name: "The practice as a QR code" }).waitFor();
}

async function askToVeto(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Stop it" }).click();
  await page.getByRole("dialog").waitFor();
}

async function veto(page: Page): Promise<void> {
  await askToVeto(page);
  await page.getByRole("dialog").getByRole("button", { name: "Stop it" }).click();
  await page.getByRole("img", { name: "Your word that stops it as a QR code" }).waitFor();
}

async function invite(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Ask them first" }).click();
  await page.getByRole("img", { name: "The invitation as a QR code" }).waitFor();
}

async function showGuarded(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show the account of Bob" }).click();
  await page.getByRole("img", { name: "The account of Bob as a QR code" }).waitFor();
}

async function readAsGuardian(page: Page, text: string): Promise<void> {
  await page.getByLabel("Or paste what they sent").fill(text);
  await page.getByRole("button", { name: "Continue" }).click();
}

async function reviewRecovery(page: Page): Promise<void> {
  await readAsGuardian(page, "AMIGOS:GAAAA");
  await page.getByText("Meet them, or call them").waitFor();
}

async function approveRecovery(page: Page): Promise<void> {
  await reviewRecovery(page);
  await page.getByRole("button", { name: "It is them" }).click();
  await page.getByRole("img", { name: "What you signed as a QR code" }).waitFor();
}

async function answerPractice(page: Page): Promise<void> {
  await readAsGuardian(page, "AMIGOS:PAAAA");
  await page.getByRole("img", { name: "Your answer as a QR code" }).waitFor();
}

async function loseDevices(page: Page): Promise<void> {
  await page.getByRole("button", { name: "I have an account already" }).click();
  await page.getByRole("button", { name: "All my devices are lost" }).click();
  await page.getByLabel("Your account").fill("hello");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("This is neither a request").waitFor();
}

async function confirmLost(page: Page): Promise<void> {
  await page.getByRole("button", { name: "I have an account already" }).click();
  await page.getByRole("button", { name: "All my devices are lost" }).click();
  await page.getByLabel("Your account").fill(accountToText(BOB));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Is this your account?" }).waitFor();
}

async function takeNoStatement(page: Page): Promise<void> {
  await page.getByLabel("Text of what they signed").fill("hello");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("This is nothing that a guardian signed.").waitFor();
}

async function giveUp(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Give up" }).click();
  await page.getByRole("dialog").waitFor();
}

async function setAsideTooMuch(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Set aside" }).click();
  await page.getByRole("dialog").getByLabel("Amount").fill("999");
  await page.getByRole("dialog").getByRole("button", { name: "Set aside" }).click();
  await page.getByText("Not signed").waitFor();
}

async function takeFalsePayment(page: Page): Promise<void> {
  await page.getByLabel("Payment text").fill("AMIGOS:BABCDEF");
  await page.getByRole("button", { name: "Take the payment" }).click();
  await page.getByText("signature is false").waitFor();
}
