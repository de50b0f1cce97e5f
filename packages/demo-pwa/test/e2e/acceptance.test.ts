/** What a payee takes without a network: rules of his own, and payments that are more than that. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Phone } from "../support/phone.ts";
import { takePicture } from "../support/pictures.ts";
import { Stage } from "../support/stage.ts";

let stage: Stage;
let alice: Phone;
let bob: Phone;
beforeAll(async () => {
  stage = await Stage.open();
  // Two wallets of one browser: they reach each other with no hub.
  const context = await stage.context();
  [alice, bob] = [await funded("alice"), await funded("bob")];
  async function funded(wallet: string): Promise<Phone> {
    const phone = await stage.phone(context, "market", { wallet });
    await phone.createWallet();
    await phone.hasAvailable("100.00");
    return phone;
  }
});
afterAll(() => stage.close());

async function openRules(phone: Phone): Promise<void> {
  await phone.goHome();
  await phone.link("Device and limits").click();
  await phone.page.getByRole("link", { name: /^Safety/ }).click();
  await phone.page.getByRole("link", { name: /^What you take offline/ }).click();
  await phone.heading("What you take offline").waitFor();
}

/** What bob's rules say of a payment of this amount, or that they say nothing. */
async function objections(amount: string): Promise<string> {
  await bob.openPayment(amount);
  await bob.heading("What could still go wrong").waitFor();
  const notice = bob.page.locator(".notice-dispute");
  return (await notice.count()) === 0 ? "none" : (await notice.innerText()).replaceAll("\u00a0", " ");
}

test("rules are kept, survive a reload, and what is no amount is not taken for one", async () => {
  await openRules(bob);
  await bob.page.getByLabel("At most in one payment").fill("much");
  await bob.button("Keep these rules").click();
  await bob.page
    .getByRole("alert")
    .getByText(/^This is not an amount/)
    .waitFor();
  await bob.page.getByLabel("At most in one payment").fill("5");
  await bob.page.getByLabel("At most from one payer").fill("8");
  await bob.page
    .getByRole("radio", { name: "1 day" })
    .or(bob.page.getByRole("radio", { name: "24 hours" }))
    .check();
  await takePicture(bob.page, "28-what-one-takes");
  await bob.button("Keep these rules").click();
  await bob.page.getByText("Your own rules").waitFor();
  await bob.page.reload();
  await openRules(bob);
  expect(await bob.page.getByLabel("At most in one payment").inputValue()).toBe("5.00");
  expect(await bob.page.getByLabel("At most from one payer").inputValue()).toBe("8.00");
});

test("with no hub a payment above them is kept, and the rule that it breaks is named; settled, nothing speaks against it", async () => {
  await stage.stopHub();
  await alice.hasHub(false);
  await alice.hasWalletsNearby();
  await alice.pay(await bob.requestText("4.00"));
  await bob.hasPayment("+4.00", "Received, not settled");
  expect(await objections("+4.00")).toBe("none");

  await alice.pay(await bob.requestText("7.00"));
  await bob.hasPayment("+7.00", "Received, not settled");
  const said = await objections("+7.00");
  expect(said).toContain("It is more than you take in one payment without a network: 5.00 AMI.");
  expect(said).toContain("With it 11.00 AMI of this payer are not settled. You take 8.00 AMI from one payer");
  await takePicture(bob.page, "29-against-ones-rules", "both");

  await openRules(bob);
  await bob.page.getByLabel("At most in one payment").fill("");
  await bob.page.getByLabel("At most from one payer").fill("");
  await bob.page.getByRole("checkbox", { name: "Only what the payer has set aside" }).check();
  await bob.button("Keep these rules").click();
  await bob.page.getByText("Your own rules").waitFor();
  await expect.poll(() => objections("+7.00")).toContain("7.00 AMI of it was not set aside by the payer.");

  await stage.startHub();
  await bob.hasPayment("+7.00", "Settled");
  await bob.openPayment("+7.00");
  await bob.page.getByText(/^Settled in checkpoint/).waitFor();
  expect(await bob.page.getByText("Your rules speak against it").count()).toBe(0);
});
