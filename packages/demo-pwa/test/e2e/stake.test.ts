/** Money behind a witness: staked, settled, taken back, and held up until the ledger's time has come. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Phone } from "../support/phone.ts";
import { takePicture } from "../support/pictures.ts";
import { Stage } from "../support/stage.ts";

const DAY_MS = 86_400_000;

let stage: Stage;
let alice: Phone;
beforeAll(async () => {
  stage = await Stage.open();
  alice = await funded("alice");
});
afterAll(() => stage.close());

async function funded(name: string): Promise<Phone> {
  const phone = await stage.phone(await stage.context(), name);
  await phone.createWallet();
  await phone.hasAvailable("100.00");
  return phone;
}

async function openStake(): Promise<void> {
  await alice.goHome();
  await alice.link("Device and limits").click();
  await alice.page.getByRole("link", { name: /^Safety/ }).click();
  await alice.page.getByRole("link", { name: /^Witnesses and stake/ }).click();
  await alice.heading("Witnesses and stake").waitFor();
}

async function move(action: "Stake" | "Take back", amount: string): Promise<void> {
  await alice.page.getByRole("button", { name: new RegExp(`^${action}`) }).click();
  const sheet = alice.page.getByRole("dialog");
  await sheet.getByLabel("Amount").fill(amount);
  await sheet.getByRole("button", { name: action }).click();
}

const reads = (id: "staked" | "unbonding", money: string): Promise<void> =>
  expect
    .poll(async () => (await alice.page.getByTestId(id).allInnerTexts()).join().replaceAll("\u00a0", " "))
    .toBe(money);

test("says what it is for and how long it waits; more than there is is not signed", async () => {
  await openStake();
  await alice.page.getByText("What you take back is held up for 21 days").waitFor();
  await alice.page.getByText("You have staked nothing.").waitFor();
  await move("Stake", "500");
  await alice.page
    .getByRole("dialog")
    .getByText(/^Not signed/)
    .waitFor();
  await alice.button("Close").click();
});

test("is staked and taken back, and comes back when the ledger's time has come", async () => {
  await openStake();
  await move("Stake", "20");
  await alice.page.getByRole("dialog").waitFor({ state: "detached" });
  await reads("staked", "20.00 AMI");
  await alice.page.getByText("Signed, not settled").waitFor({ state: "detached" });
  await alice.hasAvailable("80.00");

  await openStake();
  await move("Take back", "25");
  await alice.page.getByRole("dialog").getByText("So much is not staked there.").waitFor();
  await alice.button("Close").click();
  await move("Take back", "5");
  await reads("staked", "15.00 AMI");
  await reads("unbonding", "5.00 AMI");
  await alice.page.getByText(/^Available in 21 days/).waitFor();
  // What is settled later waits from then on.
  await alice.page.getByText("Signed, not settled").waitFor({ state: "detached" });
  await takePicture(alice.page, "35-stake");
  await alice.hasAvailable("80.00");

  await stage.startHubLater(22 * DAY_MS);
  // The ledger's time moves on with what it settles.
  await funded("bob");
  await openStake();
  await alice.page.getByText("Available with your next payment that settles").waitFor();
});
