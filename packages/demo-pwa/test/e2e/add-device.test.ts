/** A second device of one account: asked for, compared, allowed some things, let in or not, with a hub and by hand. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { cameraArgs, showCode, showNothing } from "../support/camera.ts";
import { Phone } from "../support/phone.ts";
import { takePicture } from "../support/pictures.ts";
import { Stage } from "../support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());
beforeEach(() => stage.startHub());

const HOUR_MS = 3_600_000;

async function funded(name: string): Promise<Phone> {
  const phone = await stage.phone(await stage.context(), name);
  await phone.createWallet();
  await phone.hasAvailable("100.00");
  return phone;
}

/** A device with no wallet that asks to be let in. Gives its request. */
async function asking(name: string): Promise<{ readonly tablet: Phone; readonly request: string }> {
  const tablet = await stage.phone(await stage.context(), name);
  return { tablet, request: await ask(tablet) };
}

async function ask(tablet: Phone): Promise<string> {
  await tablet.button("I have an account already").click();
  await tablet.button("Another device of mine has it").click();
  await tablet.button("Not now").click();
  return requestOf(tablet);
}

async function requestOf(tablet: Phone): Promise<string> {
  const code = tablet.page.getByRole("img", { name: "This device’s request as a QR code" });
  await code.waitFor();
  return (await code.getAttribute("data-text")) ?? "";
}

async function review(phone: Phone, request: string): Promise<void> {
  await phone.openDevices();
  await phone.link("Add a device").click();
  await phone.page.getByLabel("Or paste its request").fill(request);
  await phone.button("Continue").click();
  await phone.heading("Compare the digits").waitFor();
}

const digitsOf = (phone: Phone): Promise<string> => phone.page.locator(".digits").innerText();

test("both show the same digits; what is ticked is what it may do; it pays, and is removed again", async () => {
  const alice = await funded("alice");
  const { tablet, request } = await asking("tablet");
  await review(alice, request);
  expect(await digitsOf(alice)).toMatch(/^\d{4} \d{4} \d{4}$/);
  expect(await digitsOf(alice)).toBe(await digitsOf(tablet));
  await takePicture(tablet.page, "18-ask-to-be-let-in");
  await alice.page.getByLabel("Name", { exact: true }).fill("Kitchen tablet");
  await alice.page.getByLabel("Up to, each day").fill("20");
  await alice.page.getByRole("radio", { name: "7 days" }).check();
  await takePicture(alice.page, "19-let-in", "both");
  await alice.button("The digits are the same: let it in").click();
  await alice.heading("It is let in").waitFor();

  await tablet.heading("You are let in").waitFor();
  await tablet.button("Join").click();
  await tablet.hasAvailable("100.00");
  const bob = await funded("bob");
  await tablet.pay(await bob.requestText("5.00"));
  await bob.hasPayment("+5.00", "Settled");
  await tablet.preparePayment(await bob.requestText("16.00"));
  await tablet.confirmPayment();
  await tablet.page.getByText("15.00\u00a0AMI is left and 16.00\u00a0AMI was asked").waitFor();
  await tablet.button("Close").click();

  await alice.openDevices();
  const card = alice.device("Kitchen tablet");
  await card.getByText("May pay up to 20.00\u00a0AMI a day and see the balance and the history.").waitFor();
  await card.getByText("Active").waitFor();
  await takePicture(alice.page, "11-devices", "both");
  await alice.button("Rename Kitchen tablet").click();
  await alice.page.getByRole("dialog").getByLabel("Name").fill("Mum’s tablet");
  await alice.button("Keep the name").click();
  await alice.heading("Mum’s tablet").waitFor();
  await alice.button("Remove Mum’s tablet").click();
  await alice.button("Remove it").click();
  await card.getByText("The ledger has it.").waitFor();
  await tablet.goHome();
  await tablet.heading("This device was removed").waitFor();
  // A tablet that only its owner may remove others from: it holds no key of the account.
  await tablet.openDevices();
  await tablet.button("Remove Alice’s phone").click();
  await tablet.button("Remove it").click();
  await tablet.page.getByRole("alert").getByText("This device does not hold the account’s own key.").waitFor();
});

test("with no hub the answer goes by hand, through the cameras", async () => {
  const camera = join(stage.folder, "camera.y4m");
  showNothing(camera);
  const context = await stage.profile("cameras", cameraArgs(camera));
  const carol = await stage.phone(context, "carol");
  await carol.createWallet();
  await carol.hasAvailable("100.00");
  const laptop = await stage.phone(context, "laptop");
  await laptop.button("Create my wallet").waitFor();
  await stage.stopHub();
  await carol.hasHub(false);

  await laptop.page.bringToFront();
  await ask(laptop);
  await showCode(camera, laptop.page.getByRole("img", { name: "This device’s request as a QR code" }));
  await carol.openDevices();
  await carol.link("Add a device").click();
  await carol.button("Scan its code").click();
  await carol.page.getByLabel("Up to, each day").fill("10");
  await carol.button("The digits are the same: let it in").click();
  const answer = carol.page.getByRole("img", { name: "The answer as a QR code" });
  await answer.waitFor();
  await showCode(camera, answer);
  await laptop.page.bringToFront();
  await laptop.button("Scan the answer").click();
  await laptop.heading("You are let in").waitFor();
  await laptop.button("Join").click();
  await laptop.link("Pay").waitFor();
  await laptop.hasHub(false);
  await stage.startHub();
  await laptop.hasAvailable("100.00");
  await carol.openDevices();
  await carol.device("Laptop’s phone").getByText("Active").waitFor();
});

test("who is told no hears it, and may still be let in; nothing allowed is no permission", async () => {
  const dave = await funded("dave");
  const { tablet, request } = await asking("daves-tablet");
  await review(dave, request);
  await dave.page.getByRole("checkbox", { name: "Pay" }).uncheck();
  await dave.page.getByRole("checkbox", { name: "See the balance and the history" }).uncheck();
  await dave.button("The digits are the same: let it in").click();
  await dave.page.getByRole("alert").getByText("Allow at least one thing, or say no.").waitFor();
  await dave.button("No").click();
  await dave.heading("It was told no").waitFor();
  const no = (await dave.page.getByRole("img", { name: "The answer as a QR code" }).getAttribute("data-text")) ?? "";
  await tablet.page.getByLabel("Text of the answer").fill(no);
  await tablet.button("Continue").click();
  await tablet.page.getByRole("alert").getByText("The other device said no.").waitFor();

  await review(dave, request);
  await dave.page.getByRole("checkbox", { name: "Pay" }).uncheck();
  await dave.button("The digits are the same: let it in").click();
  await tablet.heading("You are let in").waitFor();
  await tablet.button("Join").click();
  await tablet.hasAvailable("100.00");
  await dave.openDevices();
  await dave
    .device("Daves-tablet’s phone")
    .getByText("May see the balance and the history, and nothing else.")
    .waitFor();
});

test("a request outlives a reload, is refused when it is none, and is said to be too old when it is", async () => {
  const context = await stage.context();
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(stage.origin("erins-tablet"));
  const tablet = new Phone(page);
  const request = await ask(tablet);
  await page.reload();
  expect(await requestOf(tablet)).toBe(request);
  await tablet.page.getByLabel("Text of the answer").fill("hello");
  await tablet.button("Continue").click();
  await tablet.page
    .getByRole("alert")
    .getByText(/^This is not an answer to this device/)
    .waitFor();
  await page.clock.fastForward(HOUR_MS + 60_000);
  await tablet.heading("This code is too old").waitFor();
  await tablet.button("Do not join").click();
  await tablet.createWallet();
  await tablet.hasAvailable("100.00");

  await tablet.openDevices();
  await tablet.link("Add a device").click();
  await tablet.page.getByLabel("Or paste its request").fill("hello");
  await tablet.button("Continue").click();
  await tablet.page.getByRole("alert").getByText("This is not the code of a new device").waitFor();
});
