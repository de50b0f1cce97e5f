/** Paying and being paid by holding phones in front of each other, with no hub in reach. */
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FrameCollector } from "@amigos/adapters/bundle-frames";
import { bundleToText, encodeBundle, orThrow, type NetworkTag } from "@amigos/core";
import { cameraArgs, filmCodes, showCode, showNothing, showText } from "../support/camera.ts";
import type { Phone } from "../support/phone.ts";
import { Stage } from "../support/stage.ts";
import { watchScan } from "../support/watch-scan.ts";

let stage: Stage;
let context: BrowserContext;
let camera: string;

beforeAll(async () => {
  stage = await Stage.open();
  camera = join(stage.folder, "camera.y4m");
  showNothing(camera);
  context = await stage.profile("camera", cameraArgs(camera));
});
afterAll(() => stage.close());

async function funded(name: string): Promise<Phone> {
  const phone = await stage.phone(context, name);
  await phone.createWallet();
  await phone.hasAvailable("100.00");
  return phone;
}

test("a request is scanned, paid, and the payment is scanned back", async () => {
  const alice = await funded("alice");
  const bob = await funded("bob");
  await stage.stopHub();
  await alice.hasHub(false);

  await bob.requestText("12.50");
  await showCode(camera, bob.page.getByRole("img", { name: /request as a QR code/ }));
  await alice.goHome();
  await alice.link("Pay").click();
  const figures = await watchScan(alice.page, "12.50");
  await alice.button("Scan a code").click();
  await alice.button("Pay 12.50\u00a0AMI").click();
  await alice.heading("Payment signed").waitFor();
  const { toConfirmMs, longestTaskMs } = await figures();
  console.log(
    `paid by the camera: asked ${toConfirmMs} ms after the first picture, longest task of the page ${longestTaskMs} ms`,
  );
  expect(toConfirmMs).toBeGreaterThan(0);

  await showCode(camera, alice.page.getByRole("img", { name: "The payment as a QR code" }));
  await bob.goHome();
  await bob.link("Receive").click();
  await bob.button("Scan the payment").click();
  await bob.heading("Payment received").waitFor();
  await bob.hasPayment("+12.50", "Received, not settled");
});

test("a payment too long for one code is filmed, and arrives although a third of the codes is missed", async () => {
  await stage.startHub();
  const [grace, heidi] = [await funded("grace"), await funded("heidi")];
  await stage.stopHub();
  await grace.hasHub(false);
  const request = await heidi.requestText();
  for (const amount of ["1.00", "2.00", "3.00", "4.00", "5.00"]) {
    await grace.preparePayment(request, amount);
    await grace.confirmPayment();
    await grace.heading("Payment signed").waitFor();
  }
  await grace.page.getByText("follow one another").waitFor();
  const code = grace.page.getByRole("img", { name: "The payment as a QR code" });
  const film = new FrameCollector();
  await filmCodes(camera, code, {
    isCaught: (index) => index % 3 !== 1,
    isEnough: (text) => orThrow(film.add(text)).message !== undefined,
  });
  await heidi.goHome();
  await heidi.link("Receive").click();
  await heidi.button("Scan the payment").click();
  await heidi.heading("Payment received").waitFor();
  await heidi.hasPayment("+5.00", "Received, not settled");
  await heidi.hasPayment("+1.00", "Received, not settled");
});

test("a payment is filmed with its proof, and its payee is told what could still go wrong", async () => {
  await stage.startHub();
  const [ivan, judy] = [await funded("ivan"), await funded("judy")];
  await stage.stopHub();
  await ivan.hasHub(false);
  await ivan.preparePayment(await judy.requestText("8.00"));
  await ivan.confirmPayment();
  await ivan.page.getByRole("button", { name: /^The payee has never met you/ }).click();
  await ivan.page.getByText("With it comes what proves").waitFor();
  const film = new FrameCollector();
  await filmCodes(camera, ivan.page.getByRole("img", { name: "The payment as a QR code" }), {
    isCaught: () => true,
    isEnough: (text) => {
      const read = film.add(text);
      return read.ok && read.value.message !== undefined;
    },
  });
  await judy.goHome();
  await judy.link("Receive").click();
  await judy.button("Scan the payment").click();
  await judy.heading("Payment received").waitFor();
  await judy.heading("What could still go wrong").waitFor();
  await judy.page.getByText("The payer could have signed another payment with this number.").waitFor();
  // Judy's receipt tells Ivan, whom nothing else can tell.
  await judy.button("Give the payer a receipt").click();
  await showCode(camera, judy.page.getByRole("img", { name: "The receipt as a QR code" }));
  await ivan.goHome();
  await ivan.link("Receive").click();
  await ivan.button("Scan the payment").click();
  await ivan.heading("Payment sent").waitFor();
  await ivan.page.getByText("The payee has it: their receipt is here", { exact: true }).waitFor();
});

test("a code that is something else is said to be, and the camera goes on", async () => {
  await stage.startHub();
  const carol = await funded("carol");
  const dave = await funded("dave");
  await carol.requestText("1.00");
  await showCode(camera, carol.page.getByRole("img", { name: /request as a QR code/ }));
  await dave.goHome();
  await dave.link("Receive").click();
  await dave.button("Scan the payment").click();
  await dave.page.getByRole("alert").getByText("Open it under Pay").waitFor();
  await dave.button("Stop the camera").click();
  await dave.button("Scan the payment").waitFor();
});

test("codes of garbage, of half a payment and of another network are refused with a sentence, and nothing is kept", async () => {
  await stage.startHub();
  const erin = await funded("erin");
  const frank = await funded("frank");
  const request = await frank.requestText("1.00");
  const handover = await erin.pay(request);
  await frank.hasPayment("+1.00", "Settled");
  const before = await frank.payments();
  const elsewhere = encodeBundle({ version: 1, network: "00000000" as NetworkTag, accounts: [], entries: [] });
  const toTake: readonly (readonly [string, RegExp])[] = [
    ["hello", /neither a request/],
    [handover.slice(0, handover.length / 2), /damaged/],
    [bundleToText(elsewhere), /another network/],
  ];
  for (const [text, sentence] of toTake) {
    showText(camera, text);
    await frank.goHome();
    await frank.link("Receive").click();
    await frank.button("Scan the payment").click();
    await frank.page.getByRole("alert").getByText(sentence).waitFor();
  }
  await erin.goHome();
  await erin.link("Pay").click();
  showText(camera, request.replace(/network=\w+/, "network=00000000"));
  await erin.button("Scan a code").click();
  await erin.page
    .getByRole("alert")
    .getByText(/another network/)
    .waitFor();
  expect(await erin.page.getByRole("dialog").count()).toBe(0);
  expect(await frank.payments()).toEqual(before);
});

test("without permission for the camera it says what to do instead", async () => {
  const refusing = await stage.context();
  const erin = await stage.phone(refusing, "erin");
  await erin.createWallet();
  await erin.link("Pay").click();
  await erin.button("Scan a code").click();
  await erin.page.getByText(/paste the text instead|Paste the text instead/).waitFor();
});
