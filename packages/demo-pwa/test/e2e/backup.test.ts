/** Words and a file: offered once there is something to lose, proven by a drill, and good for getting the account back. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Phone } from "../support/phone.ts";
import { takePicture } from "../support/pictures.ts";
import { Stage } from "../support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

async function funded(name: string): Promise<Phone> {
  const phone = await stage.phone(await stage.context(), name);
  await phone.createWallet();
  await phone.hasAvailable("100.00");
  return phone;
}

/** Opens the backup from the safety screen, and shows the words. */
async function wordsOf(phone: Phone): Promise<readonly string[]> {
  await phone.goHome();
  await phone.link("Device and limits").click();
  await phone.page.getByRole("link", { name: /^Safety/ }).click();
  await phone.link("Back it up").click();
  await phone.button("Show my words").click();
  const items = phone.page.locator(".words > li");
  await items.first().waitFor();
  return (await items.allInnerTexts()).map((text) => text.replace(/^\d+\s*/, "").trim());
}

async function answerDrill(phone: Phone, words: readonly string[]): Promise<void> {
  for (const field of await phone.page.getByLabel(/^Word \d+$/).all()) {
    const label = await field.evaluate((input) => (input as HTMLInputElement).labels?.[0]?.textContent ?? "");
    await field.fill(words[Number(label.replace("Word ", "")) - 1] ?? "");
  }
  await phone.button("Continue").click();
}

async function saveFile(phone: Phone): Promise<string> {
  const [download] = await Promise.all([phone.page.waitForEvent("download"), phone.button("Save the file").click()]);
  const path = join(stage.folder, `backup-${Math.random()}`);
  await download.saveAs(path);
  return path;
}

function writeBackup(bytes: Uint8Array): string {
  const path = join(stage.folder, `backup-${Math.random()}`);
  writeFileSync(path, bytes);
  return path;
}

/** A new device is given words and a file. */
async function restore(phone: Phone, words: readonly string[], file: string): Promise<void> {
  await phone.button("I have an account already").click();
  await phone.button("I have my words and my file").click();
  await phone.page.getByLabel("Your twelve words").fill(words.join(" "));
  await phone.page.getByLabel("Your backup file").setInputFiles(file);
  await phone.page.getByText("The file was read.").waitFor();
  await phone.button("Bring my account back").click();
  await phone.button("Not now").click();
}

test("offered after the first receive, proven by a drill, and the account comes back on a new device", async () => {
  const [alice, bob] = [await funded("alice"), await funded("bob")];
  expect(await alice.page.getByText("No backup yet").count(), "nothing to lose yet").toBe(0);
  await bob.pay(await alice.requestText("7.00"));
  await alice.hasPayment("+7.00", "Settled");
  await alice.heading("No backup yet").waitFor();

  const words = await wordsOf(alice);
  expect(words.length).toBe(12);
  await takePicture(alice.page, "20-words");
  await alice.button("I have written them down").click();
  await answerDrill(
    alice,
    words.map(() => "wrong"),
  );
  await alice.page.getByRole("alert").getByText("That is not what the words were.").waitFor();
  await answerDrill(alice, words);
  const file = await saveFile(alice);
  await alice.page.getByLabel("Now choose the file that you saved").setInputFiles(file);
  await alice.heading("Backed up, and proven").waitFor();
  await alice.goHome();
  expect(await alice.page.getByText("No backup yet").count()).toBe(0);

  // Another device, with nothing but the paper and the file.
  const again = await stage.phone(await stage.context(), "new-phone");
  await restore(again, words, file);
  await again.hasAvailable("107.00");
  await again.openDevices();
  await again.device("Alice’s phone").getByText("Active").waitFor();
  // It holds the account's own key: it has the say over the others, the lost one among them.
  await again.button("Remove Alice’s phone").click();
  await again.button("Remove it").click();
  await again.device("Alice’s phone").getByText("The ledger has it.").waitFor();
  await alice.goHome();
  await alice.heading("This device was removed").waitFor();
  const carol = await funded("carol");
  await again.pay(await carol.requestText("20.00"));
  await carol.hasPayment("+20.00", "Settled");

  // The words are on paper alone; whoever has them saves a new file for the devices of today.
  await again.goHome();
  await again.link("Device and limits").click();
  await again.page.getByRole("link", { name: /^Safety/ }).click();
  await again.page.getByText("Your account’s devices have changed since.").waitFor();
  await again.link("Save a new file").click();
  await again.page.getByLabel("Your twelve words").fill(words.join(" "));
  await again.button("Save a new file").click();
  const newFile = await saveFile(again);
  await again.page.getByLabel("Now choose the file that you saved").setInputFiles(newFile);
  await again.heading("Backed up, and proven").waitFor();
});

test("other words, a mistyped one, and a damaged file bring nothing back, and say which", async () => {
  const [dave, erin] = [await funded("dave"), await funded("erin")];
  const davesWords = await wordsOf(dave);
  await dave.button("I have written them down").click();
  await answerDrill(dave, davesWords);
  const file = await saveFile(dave);
  const erinsWords = await wordsOf(erin);

  const again = await stage.phone(await stage.context(), "frank");
  const alert = again.page.getByRole("dialog").getByRole("alert");
  const expectRefusal = async (words: readonly string[], path: string, sentence: RegExp): Promise<void> => {
    await again.page.reload();
    await restore(again, words, path);
    await alert.getByText(sentence).waitFor();
  };
  await expectRefusal(erinsWords, file, /The words do not open this file, or it is damaged/);
  await expectRefusal(["xylophone", ...davesWords.slice(1)], file, /^Word 1, “xylophone”, is none of the words/);
  await expectRefusal(davesWords.slice(1), file, /These are not twelve words/);
  const damaged = readFileSync(file);
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  await expectRefusal(davesWords, writeBackup(damaged), /The words do not open this file, or it is damaged/);
  await expectRefusal(davesWords, writeBackup(Buffer.from("hello")), /This is not a backup file/);
  await again.page.reload();
  await restore(again, davesWords, file);
  await again.hasAvailable("100.00");
});
