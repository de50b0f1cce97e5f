import "@automerge/automerge";
import { expect, test } from "vitest";
import { happenedSentence } from "./happened-sentence.ts";
import { nameOf } from "./names.ts";
import { STORIES, type StoryId } from "./stories/index.ts";
import { World } from "./world/world.ts";

async function told(story: StoryId): Promise<readonly string[]> {
  const world = await World.open({ seed: 7, publish: () => undefined });
  for (const { actions } of STORIES[story](7)) for (const action of actions) await world.act(action);
  const { view } = world;
  await world.close();
  return view.happenings.map((happening) =>
    `${nameOf(happening.lane, view.phones)}: ${happenedSentence(happening, view)}`
      .replaceAll("\u00a0", " ")
      // What keeps a name's direction is not seen.
      .replaceAll(/[\u2068\u2069]/g, "")
      // Said in the time of where it is read.
      .replace(/ It renews .*\.$/, "")
      .replaceAll(/ \(Mar 1, [^)]*\)/g, ""),
  );
}

test("a copied phone, told in sentences", async () => {
  expect(await told("double-spend")).toEqual([
    "Hub: Everybody has 100.00, settled.",
    "Alice’s copy: Is a copy of Alice’s phone as it is now.",
    "Hub: In reach of each other now: Alice and Bob · Alice’s copy and Carol.",
    "Alice: Signed 34.65 AMI for Bob, as number 1.",
    "Bob: Has the 34.65 AMI that Alice signed.",
    "Alice: Did not sign 26.80 AMI for Bob. The payer’s device may send 50.00 AMI a day. 15.35 AMI is left and 26.80 AMI was asked.",
    "Alice’s copy: Signed 32.90 AMI for Carol, as number 1.",
    "Carol: Has the 32.90 AMI that Alice’s copy signed.",
    "Carol: In reach again: Hub.",
    "Hub: Has the 32.90 AMI that Alice’s copy signed.",
    "Hub: Signed checkpoint 2. Kept 32.90 AMI.",
    "Bob: In reach again: Hub.",
    "Alice’s copy: Has the 34.65 AMI that Alice signed.",
    "Hub: Has the 34.65 AMI that Alice signed.",
    "Hub: Both signatures for one number are here: that is the proof.",
    "Alice: Checked everything up to checkpoint 2, and has the same root.",
    "Alice: Both signatures for one number are here: that is the proof.",
    "Bob: Checked everything up to checkpoint 2, and has the same root.",
    "Bob: Both signatures for one number are here: that is the proof.",
    "Carol: Both signatures for one number are here: that is the proof.",
    "Alice’s copy: Both signatures for one number are here: that is the proof.",
    "Hub: Signed checkpoint 3. Refused 34.65 AMI: The payer’s device may send 50.00 AMI a day. 17.10 AMI is left and 34.65 AMI was asked.",
    "Hub: Everybody reaches everybody.",
    "Alice’s copy: Did not sign 1.00 AMI for Carol. Another device signs with this device’s key. Nothing was signed here.",
  ]);
});

test("clocks that are wrong, told in sentences", async () => {
  expect(await told("wrong-clock")).toEqual([
    "Hub: Everybody has 100.00, settled.",
    "Carol: Has a clock that is 3 hours ahead.",
    "Carol: Signed 28.35 AMI for Alice, as number 1.",
    "Alice: Has the 28.35 AMI that Carol signed.",
    "Hub: Has the 28.35 AMI that Carol signed.",
    "Hub: Signed checkpoint 2. Cannot decide 28.35 AMI yet: The payer’s clock is ahead. It can be judged from in 3 hours on.",
    "Alice: Signed 39.50 AMI for Bob, as number 1.",
    "Bob: Has the 39.50 AMI that Alice signed.",
    "Hub: Has the 39.50 AMI that Alice signed.",
    "Hub: Signed checkpoint 3. Kept 39.50 AMI. Cannot decide 28.35 AMI yet: The payer’s clock is ahead. It can be judged from in 3 hours on.",
    "Bob: Has a clock that is 2 hours behind.",
    "Hub: Signed checkpoint 4. Cannot decide 28.35 AMI yet: The payer’s clock is ahead. It can be judged from in 3 hours on.",
    "Bob: Signed 31.95 AMI for Carol, as number 1.",
    "Carol: Has the 31.95 AMI that Bob signed.",
    "Hub: Has the 31.95 AMI that Bob signed.",
    "Hub: Signed checkpoint 5. Kept 31.95 AMI. Cannot decide 28.35 AMI yet: The payer’s clock is ahead. It can be judged from in 3 hours on.",
    "Hub: Time passes: 3 hours.",
    "Hub: Signed checkpoint 6. Kept 28.35 AMI.",
    "Carol: Has a clock that is right.",
    "Bob: Has a clock that is right.",
  ]);
});

test("a phone that dies, told in sentences", async () => {
  expect(await told("killed-phone")).toEqual([
    "Hub: Everybody has 100.00, settled.",
    "Hub: In reach of each other now: Alice and Bob.",
    "Alice: The power went out in the middle of a payment.",
    "Alice: Was switched on.",
    "Alice: Signed 23.85 AMI for Bob, as number 1.",
    "Bob: Has the 23.85 AMI that Alice signed.",
    "Bob: Was switched off.",
    "Hub: In reach of each other now: Alice, Carol, and Hub.",
    "Hub: Has the 23.85 AMI that Alice signed.",
    "Hub: Signed checkpoint 2. Kept 23.85 AMI.",
    "Carol: Signed 6.05 AMI for Bob, as number 1.",
    "Hub: Has the 6.05 AMI that Carol signed.",
    "Hub: Signed checkpoint 3. Kept 6.05 AMI.",
    "Bob: Was switched on.",
    "Bob: In reach again: Hub.",
    "Bob: Checked everything up to checkpoint 3, and has the same root.",
    "Hub: Everybody reaches everybody.",
  ]);
});
