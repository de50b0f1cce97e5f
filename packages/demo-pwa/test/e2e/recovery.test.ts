/**
 * An account that is given back by its guardians: chosen and practised with, asked on a new device, by hand where there is no
 * hub; stopped by a tablet of the account, which did not ask for it; and won when nobody stops it for a week.
 */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accountToText, type AccountId } from "@amigos/core";
import { failAt, keptBy } from "../support/disk.ts";
import type { Phone } from "../support/phone.ts";
import { takePicture } from "../support/pictures.ts";
import { Stage } from "../support/stage.ts";

const DAY_MS = 86_400_000;

let stage: Stage;
let alice: Phone;
let bob: Phone;
let carol: Phone;
/** Alice's, after she lost hers; or somebody's who says so. */
let fresh: Phone;
/** Alice's account, as a guardian shows it. */
let lostAccount: string;

beforeAll(async () => {
  stage = await Stage.open();
  [alice, bob, carol] = await Promise.all([funded("alice"), funded("bob"), funded("carol")]);
});
afterAll(() => stage.close());

async function funded(name: string): Promise<Phone> {
  const phone = await stage.phone(await stage.context(), name);
  await phone.createWallet();
  await phone.hasAvailable("100.00");
  return phone;
}

async function openSafety(phone: Phone): Promise<void> {
  await phone.goHome();
  await phone.link("Device and limits").click();
  await phone.page.getByRole("link", { name: /^Safety/ }).click();
  await phone.heading("Safety").waitFor();
}

async function openRecovery(phone: Phone): Promise<void> {
  await openSafety(phone);
  await phone.page.getByRole("link", { name: /^Recovery/ }).click();
  await phone.heading("Recovery").waitFor();
}

async function nameAccount(phone: Phone, who: string, account: string): Promise<void> {
  await phone.goHome();
  await phone.link("Device and limits").click();
  await phone.page.getByRole("link", { name: /^People/ }).click();
  await phone.page.getByLabel("An account or a request of somebody").fill(account);
  await phone.button("Name it").click();
  await phone.page.getByRole("dialog").getByLabel("Name").fill(who);
  await phone.button("Keep the name").click();
  await phone.page.getByRole("button", { name: new RegExp(`: ${who}`) }).waitFor();
}

const codeOn = (phone: Phone, label: string | RegExp): Locator => phone.page.getByRole("img", { name: label });

async function textOf(code: Locator): Promise<string> {
  await code.waitFor();
  return (await code.getAttribute("data-text")) ?? "";
}

/** Opens what guardians read with, and gives it a text. */
async function readAsGuardian(phone: Phone, text: string): Promise<void> {
  await openRecovery(phone);
  await phone.page.getByRole("link", { name: /^Help somebody else/ }).click();
  await phone.page.getByLabel("Or paste what they sent").fill(text);
  await phone.button("Continue").click();
}

/** Compares the digits, and agrees. Gives what was signed. */
async function agree(phone: Phone, request: string): Promise<string> {
  await readAsGuardian(phone, request);
  await phone.heading("Meet them, or call them").waitFor();
  expect(await phone.page.locator(".digits").innerText()).toBe(await fresh.page.locator(".digits").innerText());
  await hasFocus(phone, "Is it really them?");
  await phone.button("It is them, and the digits are the same: agree").click();
  await hasFocus(phone, "You have agreed");
  return textOf(codeOn(phone, "What you signed as a QR code"));
}

/** A device with no wallet is told which account was lost. */
async function tellOf(phone: Phone, account: string): Promise<void> {
  await phone.page.getByLabel("Your account").fill(account);
  await phone.button("Continue").click();
  await hasFocus(phone, "Is this your account?");
}

/** It asks the guardians of the account. */
async function askFor(phone: Phone, account: string): Promise<void> {
  await phone.button("I have an account already").click();
  await phone.button("All my devices are lost").click();
  await hasFocus(phone, "Get an account back");
  await tellOf(phone, account);
  await phone.button("Ask my guardians").click();
  await phone.button("Not now").click();
  await hasFocus(phone, "Get an account back");
}

/** Whoever goes by keyboard, or listens, is where the step has led them. */
async function hasFocus({ page }: Phone, heading: string): Promise<void> {
  await page.waitForFunction((text) => document.activeElement?.textContent === text, heading);
}

const requestOf = (): Promise<string> => textOf(codeOn(fresh, "Your request as a QR code"));

async function haveAgreed(count: string): Promise<void> {
  await fresh.page.bringToFront();
  await fresh.page.getByTestId("agreed").filter({ hasText: count }).waitFor();
}

test("guardians are chosen, and practised with", async () => {
  await openRecovery(alice);
  await alice.heading("Nobody can bring it back").waitFor();
  await nameAccount(alice, "Bob", await bob.requestText());
  await nameAccount(alice, "Carol", await carol.requestText());
  await openRecovery(alice);
  await alice.link("Choose guardians").click();
  await alice.button("Ask them first").click();
  await readAsGuardian(bob, await textOf(codeOn(alice, "The invitation as a QR code")));
  await bob.heading("Would you be a guardian?").waitFor();
  await bob.button("Yes, I would").click();
  const acceptance = await textOf(codeOn(bob, "Your answer as a QR code"));
  await alice.page.bringToFront();
  await alice.page.getByLabel("Or paste their answer").fill(acceptance);
  await alice.button("Continue").click();
  await alice.page.getByText(/^Said yes /).waitFor();
  await hasFocus(alice, "Choose guardians");
  await alice.button("Hide the invitation").click();
  await alice.button("Sign it").click();
  await alice.page.getByRole("alert").getByText("Choose at least one person.").waitFor();
  await alice.page.getByRole("checkbox", { name: "Bob" }).check();
  await alice.page.getByText("One guardian alone can take over your account").waitFor();
  await alice.page.getByRole("checkbox", { name: "Carol" }).check();
  expect(await alice.page.getByRole("radio", { name: "All 2" }).isChecked(), "more than half").toBe(true);
  expect(await alice.page.getByRole("radio", { name: "7 days" }).isChecked()).toBe(true);
  await takePicture(alice.page, "22-guardians");
  await alice.button("Sign it").click();
  await alice.page.getByRole("definition").getByText("2 of 2").waitFor();

  await alice.button("Begin a practice").click();
  const practice = await textOf(codeOn(alice, "The practice as a QR code"));
  expect(practice).toMatch(/^AMIGOS:P/);
  for (const guardian of [bob, carol]) {
    await readAsGuardian(guardian, practice);
    const answer = await textOf(codeOn(guardian, "Your answer as a QR code"));
    await openRecovery(alice);
    await alice.page.getByLabel("Or paste an answer").fill(answer);
    await alice.button("Continue").click();
    if (guardian === bob) await alice.page.getByText("1 has answered, 2 are needed.").waitFor();
    await hasFocus(alice, "Practise");
  }
  await alice.heading(/^Passed /).waitFor();
  await alice.heading("Practise").evaluate((heading) => heading.scrollIntoView());
  await takePicture(alice.page, "23-practised");
});

/** A device of alice's that holds no key of the account, and may speak for it. */
async function letIn(device: string): Promise<Phone> {
  const tablet = await stage.phone(await stage.context(), device);
  await tablet.button("I have an account already").click();
  await tablet.button("Another device of mine has it").click();
  await tablet.button("Not now").click();
  const request = await textOf(codeOn(tablet, "This device’s request as a QR code"));
  await alice.openDevices();
  await alice.link("Add a device").click();
  await alice.page.getByLabel("Or paste its request").fill(request);
  await alice.button("Continue").click();
  await alice.page.getByRole("checkbox", { name: "Pay" }).uncheck();
  await alice.page.getByRole("checkbox", { name: /^Stop a recovery/ }).check();
  await alice.button("The digits are the same: let it in").click();
  await tablet.button("Join").click();
  await tablet.hasAvailable("100.00");
  return tablet;
}

/** Before anything is chosen: this device holds no key to choose with. */
async function saysWhereGuardiansAreChosen(phone: Phone): Promise<void> {
  await openRecovery(phone);
  await phone.heading("Not on this device").waitFor();
  expect(await phone.link("Change them").count()).toBe(0);
  await phone.page.evaluate(() => void (location.hash = "#/guardians"));
  await phone.heading("Choose guardians").waitFor();
  await phone.heading("Not on this device").waitFor();
  expect(await phone.button("Sign it").count()).toBe(0);
}

test("a new device asks; what a guardian signs with no hub goes by hand; the account’s devices are warned, and one of them stops it", async () => {
  await nameAccount(bob, "Alice", await alice.requestText());
  await openRecovery(bob);
  await bob.page.getByRole("link", { name: /^Help somebody else/ }).click();
  await bob.page.getByRole("button", { name: "Show the account of Alice" }).click();
  lostAccount = await textOf(codeOn(bob, "The account of Alice as a QR code"));

  fresh = await stage.phone(await stage.context(), "fresh");
  await askFor(fresh, lostAccount);
  const request = await requestOf();
  await haveAgreed("0 of 2");
  await takePicture(fresh.page, "24-ask-guardians");
  expect(await alice.page.getByText("Somebody is recovering").count(), "nobody has agreed").toBe(0);

  await readAsGuardian(bob, request);
  await bob.heading("Meet them, or call them").waitFor();
  await takePicture(bob.page, "25-is-it-them", "both");
  await agree(bob, request);
  await haveAgreed("1 of 2");
  await stage.stopHub();
  await carol.hasHub(false);
  const statement = await agree(carol, request);
  await fresh.page.bringToFront();
  await fresh.page.getByLabel("Text of what they signed").fill("hello");
  await fresh.button("Continue").click();
  await fresh.page.getByRole("alert").getByText("This is nothing that a guardian signed.").waitFor();
  await fresh.page.getByLabel("Text of what they signed").fill(statement);
  await fresh.button("Continue").click();
  await haveAgreed("2 of 2");
  // Carol goes without a network, so only what was taken by hand can arrive.
  await carol.page.close();
  await stage.startHub();
  await fresh.heading(/^Yours in 7 days/).waitFor();
  await takePicture(fresh.page, "26-waiting");

  await alice.goHome();
  await alice.page.getByRole("link", { name: /Somebody is recovering your account/ }).click();
  await alice.page.getByText("2 of the 2 guardians that it takes have agreed.").waitFor();
  await takePicture(alice.page, "27-somebody-recovers");
  const tablet = await letIn("tablet");
  await saysWhereGuardiansAreChosen(tablet);
  await tablet.goHome();
  await tablet.page.getByRole("link", { name: /Somebody is recovering your account/ }).click();
  await tablet.button("Stop it").click();
  await tablet.page.getByRole("dialog").getByRole("button", { name: "Stop it" }).click();
  await tablet.page.getByRole("dialog").waitFor({ state: "detached" });
  await tablet.page.waitForFunction(() => document.activeElement?.matches("h1, h2"));
  for (const { page } of [tablet, alice])
    await page.getByText("Somebody is recovering").first().waitFor({ state: "detached" });
  await fresh.heading("It was stopped").waitFor();
  await fresh.page.getByText("A device that may speak for the account has ended").waitFor();
});

test("a wrong account is noticed before anything is made, and going back leaves nothing behind", async () => {
  const lost = await stage.phone(await stage.context(), "frank");
  await lost.button("Create my wallet").waitFor();
  await lost.button("I have an account already").click();
  await lost.button("All my devices are lost").click();
  const before = await keptBy(lost.page);
  await tellOf(lost, accountToText("7a1c93e05bd2486f".repeat(4) as AccountId));
  await lost.page.getByText("So far nothing has been made.").waitFor();
  await takePicture(lost.page, "36-is-it-yours");
  await lost.button("Ask my guardians").click();
  await lost.page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await hasFocus(lost, "Ask my guardians");
  await lost.button("No, another one").click();
  await hasFocus(lost, "Get an account back");
  expect(await keptBy(lost.page)).toEqual(before);
  await tellOf(lost, lostAccount);
  await lost.page.reload();
  await lost.button("Create my wallet").waitFor();
  expect(await keptBy(lost.page)).toEqual(before);
});

test("what interrupts the beginning leaves no wallet that asks for nothing", async () => {
  const lost = await stage.phone(await stage.context(), "grace");
  await lost.button("I have an account already").click();
  await lost.button("All my devices are lost").click();
  await tellOf(lost, lostAccount);
  await failAt(lost.page, "recovering/");
  await lost.button("Ask my guardians").click();
  await lost.button("Not now").click();
  await lost.page.getByRole("dialog").getByRole("alert").getByText(/./).waitFor();
  await lost.page.reload();
  await askFor(lost, lostAccount);
  await lost.heading("Show this to your guardians").waitFor();
});

test("nobody stops it for a week: the account opens on the new device with its money, and the old phone is off", async () => {
  carol = await reopened(carol);
  await fresh.page.bringToFront();
  await fresh.button("Ask again").click();
  await hasFocus(fresh, "Get an account back");
  const request = await requestOf();
  await agree(bob, request);
  await agree(carol, request);
  await fresh.page.bringToFront();
  await fresh.heading(/^Yours in 7 days/).waitFor();
  await fresh.page.reload();
  await fresh.heading(/^Yours in 7 days/).waitFor();

  await stage.startHubLater(8 * DAY_MS);
  // The ledger's time moves on with what it settles.
  await funded("dave");
  await fresh.page.bringToFront();
  await fresh.heading("The delay is over").waitFor();
  await failAt(fresh.page, "open");
  await fresh.button("Take my account back").click();
  await hasFocus(fresh, "Get an account back");
  await fresh.heading("It does not open yet").waitFor();
  await failAt(fresh.page, "store/");
  await fresh.page.evaluate(() => document.querySelector<HTMLElement>(".button-primary")?.click());
  await fresh.heading("The wallet could not be opened").waitFor();
  await failAt(fresh.page, "nothing");
  await fresh.button("Try again").click();
  await fresh.hasAvailable("100.00");
  await alice.goHome();
  await alice.heading("All devices are switched off").waitFor();

  await fresh.page.reload();
  await fresh.hasAvailable("100.00");
  await fresh.openDevices();
  await fresh.device("Alice’s phone").getByText("Removed with all devices").waitFor();
  expect(await fresh.device("Fresh’s phone").count(), "tried three times, it was granted one session").toBe(1);
  await openSafety(fresh);
  await fresh.page.getByText("Guardians gave this account a key that was made on this device").waitFor();
  await openRecovery(fresh);
  await fresh.page.getByRole("definition").getByText("2 of 2").waitFor();
});

test("whoever gives up goes on with a new wallet, and an account that nobody knows cannot be asked for", async () => {
  const lost = await stage.phone(await stage.context(), "erin");
  const unknown = accountToText("0c".repeat(32) as AccountId);
  await askFor(lost, unknown);
  await lost.heading("It cannot be asked for").waitFor();
  await lost.button("Give up").click();
  await lost.button("Give it up").click();
  await lost.hasAvailable("100.00");
});

/** The same wallet on another page of its browser. */
async function reopened(phone: Phone): Promise<Phone> {
  const next = await stage.phone(phone.page.context(), "carol");
  await next.link("Pay").waitFor();
  return next;
}
