import { expect, test } from "vitest";
import type { ConflictView } from "@amigos/engine";
import { ALICE, BOB, CAROL, scenes, viewWith } from "../../test/harness/scenes.ts";
import { conflictLanes, type Lane } from "./conflict-lanes.ts";

const NAMES = new Map([
  [ALICE, "alice"],
  [BOB, "bob"],
  [CAROL, "carol"],
]);

function conflictIn(scene: string): ConflictView {
  const state = scenes[scene];
  const conflict = state?.type === "open" ? state.view.conflicts[0] : undefined;
  if (conflict === undefined) throw new TypeError(`the scene ${scene} has a conflict`);
  return conflict;
}

function told(conflict: ConflictView, account = ALICE): readonly string[] {
  const { lanes, steps } = conflictLanes(conflict, viewWith({ account }));
  const name = (lane: Lane | undefined): string =>
    lane === undefined ? "nobody" : "account" in lane ? `${NAMES.get(lane.account)}` : lane.type;
  return steps.map((step) => {
    const who = name(lanes[step.lane]);
    switch (step.type) {
      case "signed":
        return `${who} signed ${step.side} for ${name(step.to === undefined ? undefined : lanes[step.to])}`;
      case "decided":
        return `${who} decided ${step.side}: ${step.content.outcome}`;
      default:
        return `${who} ${step.type}`;
    }
  });
}

test("undecided, at a payee: both sides met here, and the ledger says nothing yet", () => {
  expect(told(conflictIn("disputed"))).toEqual([
    "carol forked",
    "carol signed A for alice",
    "carol signed B for bob",
    "alice proven",
    "ledger undecided",
  ]);
});

test("decided: what the ledger made of each side", () => {
  expect(told(conflictIn("decided"))).toEqual([
    "carol forked",
    "carol signed A for alice",
    "carol signed B for bob",
    "alice proven",
    "ledger decided A: accepted",
    "ledger decided B: rejected",
  ]);
});

test("at the device whose key signed twice the proof is its own", () => {
  expect(told(conflictIn("frozen"))).toContain("alice proven");
});

test("a side that sets money aside goes to nobody, and who is neither has a lane of their own", () => {
  const conflict = conflictIn("disputed");
  const [a, b] = conflict.sides;
  const aside: ConflictView = { ...conflict, sides: [{ ...a, type: "float" }, b] };
  expect(told(aside)).toEqual([
    "carol forked",
    "carol signed A for nobody",
    "carol signed B for bob",
    "here proven",
    "ledger undecided",
  ]);
});
