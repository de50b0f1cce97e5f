/** The account's devices: what each may do, and ending one or all of them, with and without a hub. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Phone } from "../support/phone.ts";
import { Stage } from "../support/stage.ts";
import { takePicture } from "../support/pictures.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());
beforeEach(() => stage.startHub());

async function funded(name: string): Promise<Phone> {
  const phone = await stage.phone(await stage.context(), name);
  await phone.createWallet();
  await phone.hasAvailable("100.00");
  return phone;
}

test("this device is marked, and what it may do is one sentence", async () => {
  const alice = await funded("alice");
  await alice.openDevices();
  const card = alice.device("Alice’s phone");
  await card.getByText("This device").waitFor();
  await card.getByText("Active").waitFor();
  await card
    .getByText(
      "May pay up to 50.00\u00a0AMI a day, see the balance and the history, and stake and take back what is staked.",
    )
    .waitFor();
  await card.getByText("Ends in 30 days").waitFor();
});

test("a device is removed after one more question, and pays no more", async () => {
  const bob = await funded("bob");
  await bob.openDevices();
  await bob.button("Remove Bob’s phone").click();
  const sheet = bob.page.getByRole("dialog");
  await sheet.getByText("This is the device in your hand.").waitFor();
  await bob.button("Cancel").click();
  await bob.device("Bob’s phone").getByText("Active").waitFor();
  await bob.button("Remove Bob’s phone").click();
  await bob.button("Remove it").click();
  await bob.device("Bob’s phone").getByText("The ledger has it.").waitFor();
  await bob.device("Bob’s phone").getByText("Removed").waitFor();
  await bob.goHome();
  await bob.heading("This device was removed").waitFor();
});

test("all devices are switched off by holding a button with no hub in reach; it says when the ledger has it", async () => {
  const carol = await funded("carol");
  await stage.stopHub();
  await carol.hasHub(false);
  await carol.openDevices();
  const hold = carol.button("Hold to switch all devices off");
  await hold.click();
  await carol.page.getByText("Not yet: hold the button for two seconds.").waitFor();
  await hold.hover();
  await carol.page.mouse.down();
  await carol.page.getByText("The ledger does not have it yet.", { exact: false }).first().waitFor();
  await carol.page.mouse.up();
  await carol.page.getByText("Nobody is known to have heard of it yet.").waitFor();
  await takePicture(carol.page, "12-switched-off");
  await carol.goHome();
  await carol.heading("All devices are switched off").waitFor();
  await stage.startHub();
  await carol.openDevices();
  await carol.page.getByText("All devices are switched off, and the ledger has it.").waitFor();
  expect(await carol.page.getByRole("button", { name: "Hold to switch all devices off" }).count()).toBe(0);
});

test("a key holds the button as well", async () => {
  const dave = await funded("dave");
  await dave.openDevices();
  await dave.button("Hold to switch all devices off").focus();
  await dave.page.keyboard.press("Enter");
  await dave.page.getByText("Not yet: hold the button for two seconds.").waitFor();
  await dave.page.keyboard.down("Space");
  await dave.page.getByText("All devices are switched off, and the ledger has it.").waitFor();
  await dave.page.keyboard.up("Space");
});

test("who cannot hold a button confirms twice", async () => {
  const erin = await funded("erin");
  await erin.openDevices();
  await erin.button("I cannot hold a button").click();
  await erin.page.getByRole("dialog").getByText("Every device of this account stops paying").waitFor();
  await erin.button("Switch all devices off").click();
  await erin.page.getByText("All devices are switched off, and the ledger has it.").waitFor();
});
