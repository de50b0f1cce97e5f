/** What the app says no to, and that a no leaves nothing behind. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Stage } from "../support/stage.ts";
import type { Phone } from "../support/phone.ts";

const NETWORK_ELSEWHERE = "&network=00000000";

let stage: Stage;
let alice: Phone;
let bob: Phone;

beforeAll(async () => {
  stage = await Stage.open();
  const context = await stage.context();
  alice = await stage.phone(context, "alice");
  bob = await stage.phone(context, "bob");
  for (const phone of [alice, bob]) {
    await phone.createWallet();
    await phone.hasAvailable("100.00");
  }
});
afterAll(() => stage.close());

test("above the daily limit nothing is signed; the limit, what is left and when it renews are said", async () => {
  const request = await bob.requestText();
  await alice.preparePayment(request, "60");
  await alice.confirmPayment();
  const refusal = alice.page.getByRole("dialog").getByRole("alert");
  await refusal.getByText("Not signed: Over the daily limit").waitFor();
  expect(plain(await refusal.innerText())).toContain("50.00 AMI is left and 60.00 AMI was asked. It renews in");
  await alice.button("Close").click();
  expect(await alice.payments()).toEqual(["+100.00 Settled"]);

  await alice.pay(request, "40");
  await alice.preparePayment(request, "10.01");
  await alice.page.getByRole("dialog").getByText("10.00 of 50.00").waitFor();
  await alice.confirmPayment();
  await refusal.getByText("10.00\u00a0AMI is left and 10.01\u00a0AMI was asked").waitFor();
  await alice.button("Close").click();
});

test.each([
  ["nothing", () => " ", "There is nothing here yet"],
  ["garbage", () => "lorem ipsum", "This is neither a request nor an account"],
  ["half a request", (request: string) => request.slice(0, 60), "cannot be read"],
  ["half an account", (request: string) => accountIn(request).slice(0, 40), "A character is wrong or missing"],
  [
    "another network's request",
    (request: string) => request.replace(/&network=\w+/, NETWORK_ELSEWHERE),
    "for another network",
  ],
  [
    "a request of unknown money",
    (request: string) => request.replace("asset=AMI", "asset=OTHER"),
    "does not know that kind of money",
  ],
  [
    "a request with markup in it",
    (request: string) => `${request}&memo=%3Cimg%20src%3Dx%0A%3E`,
    "field “memo” cannot be read",
  ],
  ["two megabytes", () => "A".repeat(2_000_000), "far too long"],
  ["a payment", () => "AMIGOS:BABCDEF", "Take it under Receive"],
])("to pay, %s is refused with a sentence", async (_what, text, sentence) => {
  const request = await bob.requestText("1.00");
  await alice.goHome();
  await alice.link("Pay").click();
  await alice.pasteToPay(text(request));
  await alice.page.getByRole("alert").getByText(sentence).waitFor();
  expect(await alice.page.getByRole("dialog").count()).toBe(0);
});

test("one's own request is not paid", async () => {
  const own = await alice.requestText("1.00");
  await alice.goHome();
  await alice.link("Pay").click();
  await alice.pasteToPay(own);
  await alice.page.getByRole("alert").getByText("This is your own account.").waitFor();
});

test("what is handed over is checked: damaged, cut, foreign and oversized payments are not taken", async () => {
  const handover = await alice.pay(await bob.requestText("2.00"));
  // In the payment's body: under another signature alone it would be the payment that Bob has.
  const damaged =
    handover.slice(0, -200) +
    handover.slice(-200).replace(/[A-Y]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1));
  await bob.hasPayment("+2.00", "Settled");
  const before = await bob.payments();
  const cases: readonly (readonly [string, RegExp])[] = [
    [damaged, /damaged|false|not written/],
    [handover.slice(0, 200), /damaged|not a payment/],
    ["AMIGOS:B", /not a payment|damaged/],
    [`AMIGOS:B${"A".repeat(600_000)}`, /far too long|far larger|damaged/],
    ["AMIGOS:B!!!!", /not a payment|damaged/],
    ["hello", /neither a request/],
    [await bob.requestText("1.00"), /Open it under Pay/],
  ];
  for (const [text, sentence] of cases) {
    await bob.take(text);
    await bob.page.getByRole("alert").getByText(sentence).waitFor();
  }
  expect(await bob.payments()).toEqual(before);
  await bob.hasHub(true);
});

function accountIn(request: string): string {
  return /amigo1[a-z0-9]+/.exec(request)?.[0] ?? "";
}

function plain(text: string): string {
  return text.replaceAll("\u00a0", " ");
}
