import { expect, test } from "vitest";
import { DocumentRoom } from "./document-room.ts";

const MIB = 1024 * 1024;
const change = { bytes: new Uint8Array(400) };

function roomOf(): { readonly room: DocumentRoom; readonly steps: number[] } {
  const steps: number[] = [];
  return { room: new DocumentRoom((bytes) => steps.push(bytes)), steps };
}

test("room is made for many documents alone, in few steps, each before it is needed", () => {
  const { room, steps } = roomOf();
  let taken = 0;
  const takeUpTo = (bytes: number): void => {
    while (taken < bytes) taken += room.take([change, change]);
  };
  takeUpTo(15 * MIB);
  expect(steps).toEqual([]);
  takeUpTo(200 * MIB);
  expect(steps.map((step) => step / MIB)).toEqual([8, 12, 18, 27, 32, 32, 32, 32]);
  const made = 16 * MIB + steps.reduce((sum, step) => sum + step, 0);
  expect(made).toBeGreaterThan(taken);
});

test("what documents give back is taken by others", () => {
  const { room, steps } = roomOf();
  for (let round = 0; round < 10; round++) {
    let taken = room.take("document");
    while (taken < 14 * MIB) taken += room.take([change]);
    room.giveBack(taken);
  }
  expect(steps).toEqual([]);
});
