/** News is heard by who did not switch it off, and by nobody before the page was touched. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Phone } from "../support/phone.ts";
import { Stage } from "../support/stage.ts";

let stage: Stage;
let alice: Phone;
let bob: Phone;
beforeAll(async () => {
  stage = await Stage.open();
  [alice, bob] = await Promise.all([funded("alice"), funded("bob")]);
});
afterAll(() => stage.close());

async function funded(name: string): Promise<Phone> {
  const context = await stage.context();
  await context.addInitScript(() => {
    // There is nothing here that would hear it, so the notes are counted as the browser is given them.
    let counted = 0;
    class CountedContext extends AudioContext {
      override createOscillator(): OscillatorNode {
        counted += 1;
        return super.createOscillator();
      }
    }
    Object.assign(window, {
      AudioContext: CountedContext,
      takeNotes: () => {
        const taken = counted;
        counted = 0;
        return taken;
      },
    });
  });
  const phone = await stage.phone(context, name);
  await phone.createWallet();
  await phone.hasAvailable("100.00");
  return phone;
}

/** Since the last time. */
const notes = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { readonly takeNotes: () => number }).takeNotes());

test("money that arrives is heard, until its owner switches that off", async () => {
  await notes(bob.page);
  await alice.pay(await bob.requestText("5.00"));
  await bob.hasPayment("+5.00", "Settled");
  expect(await notes(bob.page), "two for each news").toBeGreaterThanOrEqual(2);

  await bob.link("Device and limits").click();
  const choice = bob.page.getByRole("checkbox", { name: /^A short sound/ });
  expect(await choice.isChecked()).toBe(true);
  await choice.uncheck();
  await bob.page.reload();
  await bob.heading("Language").waitFor();
  expect(await choice.isChecked(), "kept").toBe(false);
  await alice.pay(await bob.requestText("6.00"));
  await bob.hasPayment("+6.00", "Settled");
  expect(await notes(bob.page)).toBe(0);
});
