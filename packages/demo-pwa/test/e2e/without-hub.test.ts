/** With the hub's process stopped: the app opens, pays, is paid, and settles when the hub is back. */
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Stage } from "../support/stage.ts";
import type { Phone } from "../support/phone.ts";

let stage: Stage;
let context: BrowserContext;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.startHub();
  context = await stage.context();
  return async () => {
    await context.close();
    await stage.stopHub();
  };
});

/** A wallet with its demo money, and the app kept for offline use. */
async function funded(name: string, options: { readonly wallet?: string } = {}): Promise<Phone> {
  const phone = await stage.phone(context, name, options);
  await phone.createWallet();
  await phone.hasAvailable("100.00");
  await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  return phone;
}

test("the app opens again with the server stopped, and nothing is lost", async () => {
  const alice = await funded("alice");
  await stage.stopHub();
  const begun = performance.now();
  await alice.page.reload();
  await alice.hasAvailable("100.00");
  console.log(`offline start: balance ${Math.round(performance.now() - begun)} ms after reload`);
  await alice.hasHub(false);
  await alice.hasPayment("+100.00", "Settled");
});

test("two wallets in two tabs of one origin pay each other, and it settles when the hub is back", async () => {
  const alice = await funded("phones", { wallet: "alice" });
  const bob = await funded("phones", { wallet: "bob" });
  await stage.stopHub();
  await alice.hasHub(false);
  await alice.hasWalletsNearby();

  await alice.pay(await bob.requestText("12.50"));
  await bob.page.getByRole("status").getByText("Received 12.50").waitFor();
  await bob.hasPayment("+12.50", "Received, not settled");
  await alice.hasPayment("-12.50", "Delivered, not settled");
  await alice.hasAvailable("87.50");
  await bob.hasAvailable("100.00");

  await stage.startHub();
  await alice.hasPayment("-12.50", "Settled");
  await bob.hasPayment("+12.50", "Settled");
  await bob.hasAvailable("112.50");
  await agree(alice, bob);
});

test("a payment goes by hand to another origin, as text, and settles when the hub is back", async () => {
  const alice = await funded("alice");
  const bob = await funded("bob");
  await stage.stopHub();
  await alice.hasHub(false);

  const handover = await alice.pay(await bob.requestText("5.00"));
  await bob.take(handover);
  await bob.heading("Payment received").waitFor();
  await bob.page.getByText("Received, not settled").waitFor();
  await bob.take(handover);
  await bob.page.getByText("You already have this payment.").waitFor();
  await bob.hasPayment("+5.00", "Received, not settled");

  await stage.startHub();
  await bob.hasPayment("+5.00", "Settled");
  await alice.hasPayment("-5.00", "Settled");
  await agree(alice, bob);
});

test("a wallet can be made with no hub; it gets its money when one is in reach", async () => {
  const bob = await funded("bob");
  const carol = await stage.phone(context, "bob", { wallet: "carol" });
  await carol.button("Create my wallet").waitFor();
  await stage.stopHub();
  await bob.hasHub(false);
  await carol.createWallet();
  await carol.page.getByText("No hub in reach to ask for demo money.").waitFor();
  await stage.startHub();
  await carol.hasAvailable("100.00");
});

/** Both have checked the same checkpoint and got the same state. */
async function agree(...phones: readonly Phone[]): Promise<void> {
  await expect
    .poll(async () => new Set(await Promise.all(phones.map((phone) => phone.ledger()))).size, { timeout: 30_000 })
    .toBe(1);
}
