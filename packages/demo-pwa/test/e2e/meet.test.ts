/** Two phones that connect by two codes, with no hub and no server between them, through each other's cameras. */
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { cameraArgs, showCode, showNothing, showText } from "../support/camera.ts";
import type { Phone } from "../support/phone.ts";
import { takePicture } from "../support/pictures.ts";
import { Stage } from "../support/stage.ts";

let stage: Stage;
let context: BrowserContext;
let camera: string;
let alice: Phone;
let bob: Phone;

beforeAll(async () => {
  stage = await Stage.open();
  camera = join(stage.folder, "camera.y4m");
  showNothing(camera);
  // A test machine may have no network but itself, where browsers offer no address unless they are told to.
  context = await stage.profile("meet", [...cameraArgs(camera), "--allow-loopback-in-peer-connection"]);
  [alice, bob] = [await stage.phone(context, "alice"), await stage.phone(context, "bob")];
  for (const phone of [alice, bob]) {
    await phone.createWallet();
    await phone.hasAvailable("100.00");
  }
  await stage.stopHub();
  for (const phone of [alice, bob]) await phone.hasHub(false);
});
afterAll(() => stage.close());

async function openMeet(phone: Phone): Promise<void> {
  await phone.goHome();
  await phone.link("Device and limits").click();
  await phone.page.getByRole("link", { name: /^Connect two phones/ }).click();
  await phone.heading("Connect two phones").waitFor();
}

test("one shows a code, the other answers, and a payment goes straight over; the hub settles it later", async () => {
  await openMeet(alice);
  await alice.button("Show my code").click();
  const offer = alice.page.getByRole("img", { name: "Connection code 1 as a QR code" });
  await offer.waitFor();
  await takePicture(alice.page, "17-connect");
  await showCode(camera, offer);

  await openMeet(bob);
  await bob.button("Scan their code").click();
  const answer = bob.page.getByRole("img", { name: "Connection code 2 as a QR code" });
  await answer.waitFor();
  await showCode(camera, answer);

  await alice.page.bringToFront();
  await alice.button("Scan their answer").click();
  await alice.heading("Connected").waitFor();
  await bob.page.bringToFront();
  await bob.heading("Connected").waitFor();

  await alice.pay(await bob.requestText("6.50"));
  await bob.hasPayment("+6.50", "Received, not settled");
  await stage.startHub();
  await bob.hasPayment("+6.50", "Settled");
  await alice.hasPayment("-6.50", "Settled");
});

test("another code in front of the camera is passed over, a wrong one is refused with a sentence", async () => {
  await openMeet(bob);
  await bob.button("Show my code").click();
  const offer = bob.page.getByRole("img", { name: "Connection code 1 as a QR code" });
  await offer.waitFor();
  const code = (await offer.getAttribute("data-text")) ?? "";
  showText(camera, "hello");
  await bob.button("Scan their answer").click();
  await bob.button("Stop the camera").waitFor();
  // Its own first code, where the second belongs.
  await bob.page.getByLabel("Or paste the code").fill(code);
  await bob.button("Continue").click();
  await bob.page.getByRole("alert").getByText("This is the other one of the two codes.").waitFor();
  await bob.page.getByLabel("Or paste the code").fill("AMIGOS:RABC");
  await bob.button("Continue").click();
  await bob.page.getByRole("alert").getByText("This is no connection code").waitFor();
});
