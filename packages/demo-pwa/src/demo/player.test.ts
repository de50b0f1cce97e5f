import "@automerge/automerge";
import { afterEach, expect, test } from "vitest";
import type { Action } from "./world/action.ts";
import { World } from "./world/world.ts";
import { Player } from "./player.ts";
import { addressToSearch, type Address } from "./stories/index.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const ADDRESS: Address = { story: "killed-phone", seed: 3 };

function playerOn(): { player: Player; reading: (() => void)[]; addresses: string[]; acted: Action[] } {
  const reading: (() => void)[] = [];
  const addresses: string[] = [];
  const acted: Action[] = [];
  const player = new Player(
    {
      calls: {
        begin: async ({ seed }) => {
          await world?.close();
          world = await World.open({ seed, publish: () => undefined });
        },
        act: async ({ action }) => {
          acted.push(action);
          await world?.act(action);
        },
      },
      afterReading: (action) => {
        reading.push(action);
        return () => reading.splice(reading.indexOf(action), 1);
      },
      onAddress: (address) => addresses.push(addressToSearch(address)),
    },
    ADDRESS,
  );
  return { player, reading, addresses, acted };
}

test("a step is told and done, and the address names the story", async () => {
  const { player, addresses, acted } = playerOn();
  await player.begin();
  expect(addresses).toEqual(["?story=killed-phone&seed=3"]);
  expect(player.state.value).toMatchObject({ told: 0, isBusy: false });
  await player.step();
  expect(player.state.value).toMatchObject({ told: 1, isBusy: false, isPlaying: false });
  expect(acted).toEqual(player.state.value.steps[0]?.actions);
});

test("played, it goes on when a sentence was read, and stops at the end; played again, it begins anew", async () => {
  const { player, reading } = playerOn();
  await player.begin();
  await player.play();
  const { steps } = player.state.value;
  for (let told = 1; told < steps.length; told++) {
    expect(player.state.value).toMatchObject({ told, isPlaying: true });
    reading.splice(0).forEach((goOn) => goOn());
    await expect.poll(() => player.state.value).toMatchObject({ told: told + 1, isBusy: false });
  }
  expect(player.state.value.isPlaying).toBe(false);
  expect(reading).toEqual([]);
  await player.play();
  expect(player.state.value).toMatchObject({ told: 1, isPlaying: true });
});

test("paused, it waits; a second step while one is under way is none", async () => {
  const { player, reading } = playerOn();
  await player.begin();
  await player.play();
  player.pause();
  expect(reading).toEqual([]);
  await Promise.all([player.step(), player.step()]);
  expect(player.state.value).toMatchObject({ told: 2, isPlaying: false });
});

test("whoever acts beside the story stops it, and it says so until it begins again", async () => {
  const { player, reading } = playerOn();
  await player.begin();
  await player.play();
  await player.act({ type: "pay", payer: "bob", payee: "carol", cents: 1_00 });
  expect(player.state.value).toMatchObject({ isJoined: true, isPlaying: false });
  expect(reading).toEqual([]);
  await player.begin();
  expect(player.state.value).toMatchObject({ isJoined: false, told: 0 });
});

test("begun again in the middle of a step, nothing of that step reaches the new world", async () => {
  const { player, acted } = playerOn();
  await player.begin({ story: "double-spend", seed: 7 });
  for (let told = 0; told < 7; told++) await player.step();
  acted.splice(0);
  const last = player.step();
  await player.begin();
  await last;
  // Of its two actions the first was under way.
  expect(acted.map(({ type }) => type)).toEqual(["partition"]);
  expect(world?.view.happenings.map(({ type }) => type)).toEqual(["began"]);
  expect(player.state.value).toMatchObject({ told: 0, isBusy: false });
});

test("without a story there is a world and no step", async () => {
  const { player, addresses } = playerOn();
  await player.begin({ story: undefined, seed: 9 });
  await player.step();
  expect(player.state.value).toMatchObject({ steps: [], told: 0 });
  expect(addresses).toEqual(["?story=none&seed=9"]);
});
