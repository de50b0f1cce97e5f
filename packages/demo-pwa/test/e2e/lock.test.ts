/** The lock: a passkey whose answer seals the keys, a PIN or password, what is said when one is gone, and locking by itself. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { givePasskey } from "../support/passkey.ts";
import { takePicture } from "../support/pictures.ts";
import { Phone } from "../support/phone.ts";
import { Stage } from "../support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const PIN = "481516";
const MINUTE_MS = 60_000;

async function openPage(name: string, prepare?: (page: Page) => Promise<unknown>): Promise<Phone> {
  const context = await stage.context();
  const page = await context.newPage();
  await prepare?.(page);
  await page.goto(stage.origin(name));
  return new Phone(page);
}

async function openSafety(phone: Phone): Promise<void> {
  await phone.goHome();
  await phone.link("Device and limits").click();
  await phone.page.getByRole("link", { name: /^Safety/ }).click();
}

async function lockWithPin(phone: Phone, pin: string): Promise<void> {
  await phone.page.getByLabel("PIN or password").fill(pin);
  await phone.page.getByLabel("The same again").fill(pin);
  await phone.button("Lock with it").click();
}

async function unlockWithPin(phone: Phone, pin: string): Promise<void> {
  await phone.page.getByLabel("PIN or password").fill(pin);
  await phone.button("Unlock").click();
}

test("four taps with a passkey: a wallet, its money, a code; it is measured and printed", async () => {
  const alice = await openPage("alice", givePasskey);
  await alice.button("Create my wallet").waitFor();
  const begun = performance.now();
  await alice.button("Create my wallet").click();
  await alice.button("Use a passkey").click();
  await alice.hasAvailable("100.00");
  await alice.link("Receive").click();
  await alice.page.getByRole("img", { name: /request as a QR code/ }).waitFor();
  const took = performance.now() - begun;
  console.log(
    `first run with a passkey: ${(took / 1_000).toFixed(1)} s from the first tap to money and a code to be paid by`,
  );
  expect(took).toBeLessThan(MINUTE_MS);
});

test("a passkey seals the keys: nothing shows until it answers", async () => {
  const bob = await openPage("bob", givePasskey);
  await bob.button("Create my wallet").click();
  await bob.button("Use a passkey").click();
  await bob.hasAvailable("100.00");
  await bob.page.reload();
  await bob.heading("Locked").waitFor();
  expect(await bob.page.getByText("100.00").count()).toBe(0);
  await takePicture(bob.page, "15-locked", "both");
  await bob.button("Unlock with passkey").click();
  await bob.hasAvailable("100.00");
  const carol = await openPage("carol");
  await carol.createWallet();
  await bob.pay(await carol.requestText("2.00"));
  await carol.hasPayment("+2.00", "Settled");
});

test("a wrong finger opens nothing; with the passkey gone the PIN opens it, and without one it is said what helps", async () => {
  let passkey: Awaited<ReturnType<typeof givePasskey>> | undefined;
  const dave = await openPage("dave", async (page) => (passkey = await givePasskey(page)));
  await dave.button("Create my wallet").click();
  await dave.button("Use a passkey").click();
  await dave.hasAvailable("100.00");
  await openSafety(dave);
  await dave.button("Add a PIN as well").click();
  await lockWithPin(dave, PIN);
  await dave.heading("Passkey, and PIN or password").waitFor();
  await dave.button("Lock now").click();
  await passkey?.refuse();
  await dave.button("Unlock with passkey").click();
  await dave.page.getByRole("alert").getByText("The passkey was not used.").waitFor();
  await passkey?.forgetAll();
  await dave.button("Unlock with passkey").click();
  await dave.page.getByRole("alert").getByText("The passkey was not used.").waitFor();
  await dave.page.getByText("Passkey or PIN gone?").click();
  await dave.page.getByText("Nobody can open these keys without it").waitFor();
  await unlockWithPin(dave, PIN);
  await dave.hasAvailable("100.00");
});

test("a passkey that makes no key is noticed before anything is sealed with it", async () => {
  const erin = await openPage("erin", (page) => givePasskey(page, { hasPrf: false }));
  await erin.button("Create my wallet").click();
  await erin.button("Use a passkey").click();
  await erin.page.getByRole("alert").getByText("This passkey cannot make a key.").waitFor();
  await erin.button("Use a PIN or password").click();
  await lockWithPin(erin, "111111");
  await erin.page.getByRole("alert").getByText("not the same one throughout").waitFor();
  await lockWithPin(erin, PIN);
  await erin.hasAvailable("100.00");
});

test("a PIN opens, wrong ones do not, and from the fifth on they have to wait, also after a reload", async () => {
  const frank = await openPage("frank");
  await frank.createWallet();
  await frank.hasAvailable("100.00");
  await openSafety(frank);
  await frank.heading("No lock").waitFor();
  await frank.button("Set a lock").click();
  await frank.button("Use a PIN or password").click();
  await lockWithPin(frank, PIN);
  await frank.heading("PIN or password").waitFor();
  await frank.page.reload();
  await unlockWithPin(frank, PIN);
  await frank.hasAvailable("100.00");
  await frank.page.reload();
  for (let tries = 0; tries < 5; tries++) {
    await unlockWithPin(frank, "000001");
    await frank.page.getByRole("alert").getByText("This is not the PIN or password.").waitFor();
  }
  await unlockWithPin(frank, PIN);
  await frank.page
    .getByRole("alert")
    .getByText(/^Too many wrong tries\. The next one is taken in \d+ seconds\.$/)
    .waitFor();
  await frank.page.reload();
  await unlockWithPin(frank, PIN);
  await frank.page
    .getByRole("alert")
    .getByText(/^Too many wrong tries/)
    .waitFor();
});

test("it locks when it was out of sight for a minute, and not before", async () => {
  const grace = await openPage("grace", async (page) => page.clock.install());
  await grace.button("Create my wallet").click();
  await grace.button("Use a PIN or password").click();
  await lockWithPin(grace, PIN);
  await grace.hasAvailable("100.00");
  const look = (visibility: "hidden" | "visible"): Promise<void> =>
    grace.page.evaluate((state) => {
      Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, visibility);
  await look("hidden");
  await grace.page.clock.fastForward(MINUTE_MS / 2);
  await look("visible");
  await grace.link("Pay").waitFor();
  await look("hidden");
  await grace.page.clock.fastForward(MINUTE_MS);
  await grace.heading("Locked").waitFor();
  await look("visible");
  await unlockWithPin(grace, PIN);
  await grace.link("Pay").waitFor();
});
