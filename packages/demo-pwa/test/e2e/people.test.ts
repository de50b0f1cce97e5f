/** Names for accounts: given where one meets them, used wherever they show, kept on the device alone. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Phone } from "../support/phone.ts";
import { takePicture } from "../support/pictures.ts";
import { Stage } from "../support/stage.ts";

let stage: Stage;
let alice: Phone;
let bob: Phone;
beforeAll(async () => {
  stage = await Stage.open();
  const context = await stage.context();
  [alice, bob] = [await stage.phone(context, "alice"), await stage.phone(context, "bob")];
  for (const phone of [alice, bob]) {
    await phone.createWallet();
    await phone.hasAvailable("100.00");
  }
});
afterAll(() => stage.close());

test("a payee is named, shown by that name, and paid by it; the payee sees nothing of it", async () => {
  await alice.pay(await bob.requestText("3.00"));
  await alice.openPayment("-3.00");
  await alice.button("Name this account").click();
  await alice.page.getByRole("dialog").getByLabel("Name").fill("Bob from the market");
  await alice.button("Keep the name").click();
  await alice.button("Change the name").waitFor();
  await alice.goHome();
  await alice.page.locator(".payment-row-name").getByText("Bob from the market").waitFor();

  await alice.link("Pay").click();
  await alice.person("Pay", "Bob from the market").click();
  const sheet = alice.page.getByRole("dialog");
  await sheet.getByText("Bob from the market").waitFor();
  // A name proves nothing: the account stands beside it.
  await sheet.getByText(/^amigo1\w{4}…\w{4}$/).waitFor();
  await sheet.getByLabel("Amount").fill("2.00");
  await takePicture(alice.page, "16-pay-a-person");
  await alice.confirmPayment();
  await alice.heading("Payment signed").waitFor();
  await bob.hasPayment("+2.00", "Settled");
  await bob.goHome();
  expect(await bob.page.getByText("Bob from the market").count()).toBe(0);
});

test("names outlive a reload, change, and go", async () => {
  await alice.goHome();
  await alice.page.reload();
  await alice.page.locator(".payment-row-name").getByText("Bob from the market").first().waitFor();
  await alice.link("Device and limits").click();
  await alice.link("People").click();
  await alice.person("Change the name", "Bob from the market").click();
  await alice.page.getByRole("dialog").getByLabel("Name").fill("x".repeat(65));
  await alice.button("Keep the name").click();
  await alice.page.getByRole("alert").getByText("A name has 1 to 64 letters").waitFor();
  await alice.button("Take the name away").click();
  await alice.page.getByText("Nobody has a name here yet.").waitFor();
});

test("an account is named from what somebody sent", async () => {
  const request = await bob.requestText();
  await alice.goHome();
  await alice.link("Device and limits").click();
  await alice.link("People").click();
  await alice.page.getByLabel("An account or a request of somebody").fill("hello");
  await alice.button("Name it").click();
  await alice.page.getByRole("alert").getByText("This is neither a request nor an account").waitFor();
  await alice.page.getByLabel("An account or a request of somebody").fill(request);
  await alice.button("Name it").click();
  await alice.page.getByRole("dialog").getByLabel("Name").fill("Bob");
  await alice.button("Keep the name").click();
  await alice.person("Change the name", "Bob").waitFor();
});
