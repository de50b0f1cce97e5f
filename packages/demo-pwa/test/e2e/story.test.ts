/**
 * The story that the project is about, in browsers: a hub that is killed, a phone whose storage is copied, the same
 * money paid twice, and everybody who ends up with one answer and the proof of what happened.
 */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Stage } from "../support/stage.ts";
import type { Phone } from "../support/phone.ts";
import { takePicture } from "../support/pictures.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

async function funded(phone: Phone): Promise<Phone> {
  await phone.createWallet();
  await phone.hasAvailable("100.00");
  await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  return phone;
}

test("pay offline, get copied, meet again, agree", async () => {
  const first = await stage.profile("alice");
  let alice = await stage.phone(first, "alice");
  await alice.button("Create my wallet").waitFor();
  await takePicture(alice.page, "01-first-run");
  await funded(alice);
  const bob = await funded(await stage.phone(await stage.context(), "bob"));
  const carol = await funded(await stage.phone(await stage.context(), "carol"));

  // Settled while all was well: this must not change any more.
  await alice.pay(await bob.requestText("5.00"));
  await bob.hasPayment("+5.00", "Settled");
  await alice.hasPayment("-5.00", "Settled");
  await takePicture(alice.page, "02-settled", "both");

  // Somebody copies what is on Alice's phone.
  await first.close();
  await cp(join(stage.folder, "alice"), join(stage.folder, "mallory"), { recursive: true });

  await stage.killHub();
  alice = await stage.phone(await stage.profile("alice"), "alice");
  await alice.hasHub(false);
  await bob.hasHub(false);
  const mallory = await stage.phone(await stage.profile("mallory"), "alice");

  // Alice pays Bob, within her limit; he has it at once, not settled. More than her limit is not signed.
  const request = await bob.requestText("40.00");
  await takePicture(bob.page, "03-request");
  await alice.preparePayment(request);
  await takePicture(alice.page, "04-confirm");
  await alice.button("Close").click();
  const handover = await alice.pay(request);
  await takePicture(alice.page, "05-signed", "both");
  await bob.take(handover);
  await takePicture(bob.page, "06-received");
  await bob.hasPayment("+40.00", "Received, not settled");
  await takePicture(bob.page, "07-pending", "both");
  await alice.preparePayment(await bob.requestText("10.00"));
  await alice.confirmPayment();
  await alice.page.getByText("Not signed: Over the daily limit").waitFor();
  await alice.page.getByText("5.00\u00a0AMI is left and 10.00\u00a0AMI was asked").waitFor();
  await takePicture(alice.page, "08-refused");
  await alice.button("Close").click();

  // The copy pays Carol with the same number, the same limit and the same money.
  await carol.take(await mallory.pay(await carol.requestText("40.00")));
  await carol.hasPayment("+40.00", "Received, not settled");

  await stage.startHub();

  // Everybody knows, in one plain sentence, and has the proof.
  for (const phone of [alice, mallory, bob, carol]) {
    await phone.goHome();
    await phone.heading("Signed twice").waitFor();
  }
  await alice.heading("This device may not pay").waitFor();
  await bob.page.getByText(/signed two payments with one number: .*40\.00.* The ledger kept /).waitFor();
  await bob.link("See both sides").click();
  await bob.button("Copy the proof").waitFor();
  await takePicture(bob.page, "09-conflict", "both");
  await bob.button("Show why").click();
  await bob.page.getByRole("table", { name: "How it came about" }).waitFor();
  expect(await bob.page.getByRole("row").allInnerTexts()).toHaveLength(7);
  await bob.heading("How it came about").scrollIntoViewIfNeeded();
  await takePicture(bob.page, "21-why", "both");
  await takePicture(alice.page, "10-frozen");

  // One of the two was within the limit, the other was not: the same one everywhere.
  const keptBy = async (phone: Phone): Promise<string | undefined> =>
    (await phone.payments()).find((payment) => payment.startsWith("+40.00"))?.replace("+40.00 ", "");
  const verdicts = async (): Promise<string> => [await keptBy(bob), await keptBy(carol)].join(" and ");
  await expect.poll(verdicts, { timeout: 30_000 }).toMatch(/^(Settled and Refused|Refused and Settled)$/);

  // The frozen phone signs nothing more.
  await alice.preparePayment(await bob.requestText("1.00"));
  await alice.confirmPayment();
  await alice.page.getByText(/^Not signed|It did not work/).waitFor();
  await alice.button("Close").click();

  // What was settled before stands, and all phones and the hub have one state.
  await alice.hasPayment("-5.00", "Settled");
  await bob.hasPayment("+5.00", "Settled");
  const phones = [alice, mallory, bob, carol];
  await expect
    .poll(
      async () => new Set([...(await Promise.all(phones.map((phone) => phone.ledger()))), await hubLedger(bob)]).size,
      {
        timeout: 30_000,
      },
    )
    .toBe(1);
});

/** What the hub says of its newest checkpoint, as a phone shows it. */
function hubLedger(phone: Phone): Promise<string> {
  return phone.page.evaluate(async () => {
    const { height, stateRoot } = (await (await fetch("/checkpoint")).json()) as { height: number; stateRoot: string };
    return `${height} ${stateRoot}`;
  });
}
