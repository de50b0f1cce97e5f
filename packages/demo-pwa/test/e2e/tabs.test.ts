/** One wallet, two tabs: only one may sign. */
import { afterAll, beforeAll, test } from "vitest";
import { Stage } from "../support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

test("a second tab waits, can take over, and the first one stops", async () => {
  const context = await stage.context();
  const first = await stage.phone(context, "alice");
  await first.createWallet();
  await first.hasAvailable("100.00");

  const second = await stage.phone(context, "alice");
  await second.heading("Open in another tab").waitFor();
  await second.button("Use it here").click();
  await second.hasAvailable("100.00");
  await first.heading("Now in another tab").waitFor();

  const bob = await stage.phone(context, "bob");
  await bob.createWallet();
  await second.pay(await bob.requestText("3.00"));
  await bob.hasPayment("+3.00", "Settled");

  await first.button("Use it here").click();
  await first.hasPayment("-3.00", "Settled");
  await second.heading("Now in another tab").waitFor();
});

test("a tab that closes frees the wallet", async () => {
  const context = await stage.context();
  const first = await stage.phone(context, "carol");
  await first.createWallet();
  await first.page.close();
  const second = await stage.phone(context, "carol");
  await second.link("Pay").waitFor();
});
