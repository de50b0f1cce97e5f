/** Money that a phone sets aside for itself, through the hub's ledger and back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Phone } from "../support/phone.ts";
import { Stage } from "../support/stage.ts";

let stage: Stage;
let alice: Phone;
beforeAll(async () => {
  stage = await Stage.open();
  alice = await stage.phone(await stage.context(), "alice");
  await alice.createWallet();
  await alice.hasAvailable("100.00");
});
afterAll(() => stage.close());

async function openDevice(): Promise<void> {
  await alice.goHome();
  await alice.link("Device and limits").click();
  await alice.heading("Set aside for offline").waitFor();
}

async function move(action: "Set aside" | "Give back", amount: string): Promise<void> {
  await alice.button(action).click();
  const sheet = alice.page.getByRole("dialog");
  await sheet.getByLabel("Amount").fill(amount);
  await sheet.getByRole("button", { name: action }).click();
}

/** `"20.00 AMI"`, settled. */
async function hasSetAside(money: string): Promise<void> {
  const fact = alice.page.getByTestId("set-aside").locator("..");
  await expect.poll(async () => (await fact.innerText()).replaceAll("\u00a0", " ")).toBe(money);
}

test("is set aside, settled, spent first, and given back", async () => {
  await openDevice();
  expect(await alice.page.getByRole("button", { name: "Give back" }).count(), "nothing to give back").toBe(0);
  await move("Set aside", "20.00");
  await hasSetAside("20.00 AMI");
  const bob = await stage.phone(await stage.context(), "bob");
  await bob.createWallet();
  await alice.pay(await bob.requestText("5.00"));
  await bob.hasPayment("+5.00", "Settled");
  await openDevice();
  await hasSetAside("15.00 AMI");
  await move("Give back", "15.00");
  await hasSetAside("0.00 AMI");
  await alice.hasAvailable("95.00");
});

test("more than there is is not signed, and says how much there is", async () => {
  await openDevice();
  await move("Set aside", "500.00");
  const sheet = alice.page.getByRole("dialog");
  await sheet.getByText(/^Not signed/).waitFor();
  await sheet
    .getByText(/95\.00/)
    .first()
    .waitFor();
  await alice.button("Close").click();
  await alice.page.getByText("Only for this device").waitFor();
});

test("works with no hub, and settles when there is one", async () => {
  await stage.stopHub();
  await alice.hasHub(false);
  await openDevice();
  await move("Set aside", "7.00");
  await hasSetAside("7.00 AMI\n0.00 AMI of it settled");
  await stage.startHub();
  await hasSetAside("7.00 AMI");
});
