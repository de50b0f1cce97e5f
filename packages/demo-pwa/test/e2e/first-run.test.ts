/** The first minute with the app, on a real hub. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Stage } from "../support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

test("from a new page to spendable money and a code to be paid by", async () => {
  const context = await stage.context();
  const begun = performance.now();
  const alice = await stage.phone(context, "alice");
  await alice.button("Create my wallet").waitFor();
  const shown = performance.now();
  expect(await alice.page.getByLabel("Name this device").inputValue()).toBe("Alice’s phone");
  await alice.createWallet();
  const created = performance.now();
  await alice.hasAvailable("100.00");
  const funded = performance.now();
  console.log(
    `first run: first screen ${ms(begun, shown)}, wallet ${ms(begun, created)}, money settled ${ms(begun, funded)} after navigation`,
  );
  expect(funded - begun).toBeLessThan(60_000);

  expect(await alice.requestText()).toMatch(/^amigos:pay\?to=amigo1[a-z0-9]{58}&asset=AMI&network=[0-9a-f]{8}$/);
  expect(await alice.requestText("7.50")).toContain("&amount=750");
  await alice.hasPayment("+100.00", "Settled");
});

test("a device without a name is asked for one", async () => {
  const carol = await stage.phone(await stage.context(), "carol");
  await carol.page.getByLabel("Name this device").fill("   ");
  await carol.button("Create my wallet").click();
  await carol.page.getByRole("alert").getByText("Give the device a name").waitFor();
});

test("the device screen says what it may do, and what it knows of the ledger", async () => {
  const dave = await stage.phone(await stage.context(), "dave");
  await dave.createWallet();
  await dave.hasAvailable("100.00");
  await dave.link("Device and limits").click();
  const fact = (name: string) => dave.page.getByRole("definition").and(dave.page.locator(`dt:text-is("${name}") + dd`));
  expect(await fact("Name").innerText()).toBe("Dave’s phone");
  expect(await fact("Permission").innerText()).toBe("Active");
  expect(await fact("Left today").innerText()).toMatch(/^50\.00 of 50\.00\u00a0AMI\s+Renews in \d+ (hours?|minutes?)$/);
  expect(await fact("Ends").innerText()).toContain("in 30 days");
  expect(await fact("State").innerText()).toMatch(/^[0-9a-f]{4} [0-9a-f]{4}$/);
});

test("storage is called safe only once the browser has promised to keep it", async () => {
  const context = await stage.context();
  const erin = await stage.phone(context, "erin");
  await erin.createWallet();
  await erin.link("Device and limits").click();
  await erin.page.getByRole("link", { name: /^Safety/ }).click();
  await erin.heading("The browser may clear it").waitFor();
  await erin.button("Ask the browser to keep it").click();
  await erin.page.getByText("The browser said no for now.").waitFor();
  await allowPersistence(erin.page);
  await erin.button("Ask the browser to keep it").click();
  await erin.heading("The browser keeps it").waitFor();
});

/** What a person grants in the browser's own dialog, which no test can click. */
async function allowPersistence(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const { targetInfo } = await devtools.send("Target.getTargetInfo");
  await devtools.send("Browser.setPermission", {
    permission: { name: "persistent-storage" },
    setting: "granted",
    origin: new URL(page.url()).origin,
    ...(targetInfo.browserContextId === undefined ? {} : { browserContextId: targetInfo.browserContextId }),
  });
}

function ms(from: number, to: number): string {
  return `${Math.round(to - from)} ms`;
}
