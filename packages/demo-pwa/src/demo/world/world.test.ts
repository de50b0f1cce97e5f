import "@automerge/automerge";
import { afterEach, expect, test } from "vitest";
import type { Action } from "./action.ts";
import { BALANCE_CENTS, World } from "./world.ts";
import { doAllAgree, HAPPENINGS_MAX, type WorldView } from "./world-view.ts";

const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function played(actions: readonly Action[], seed = 7): Promise<WorldView> {
  const world = await World.open({ seed, publish: () => undefined });
  open.push(world);
  for (const action of actions) await world.act(action);
  expect(world.unmet).toEqual([]);
  return world.view;
}

/** What each phone can spend, and what waits: `"alice 95.00, 5.00 out"`. */
function balances({ phones }: WorldView): readonly string[] {
  const text = (cents: bigint): string => (Number(cents) / 100).toFixed(2);
  return phones.map(({ id, view }) => {
    const [balance] = view.balances;
    const { available = 0n, pendingIn = 0n, pendingOut = 0n } = balance ?? {};
    return [
      `${id} ${text(available)}`,
      ...(pendingIn === 0n ? [] : [`${text(pendingIn)} in`]),
      ...(pendingOut === 0n ? [] : [`${text(pendingOut)} out`]),
    ].join(", ");
  });
}

function told({ happenings }: WorldView): readonly string[] {
  return happenings.map(({ lane, type }) => `${lane} ${type}`);
}

const PAY: Action = { type: "pay", payer: "alice", payee: "bob", cents: 5_00 };
const NOBODY: Action = { type: "partition", groups: [] };
const EVERYBODY: Action = { type: "partition", groups: [["alice", "copy", "bob", "carol", "hub"]] };

test("everybody begins with as much, in reach of everybody, and agrees", async () => {
  const view = await played([]);
  expect(balances(view)).toEqual(["alice 100.00", "bob 100.00", "carol 100.00"]);
  expect(doAllAgree(view)).toBe(true);
  expect(view.links.every(({ isUp }) => isUp)).toBe(true);
  expect(told(view)).toEqual(["hub began"]);
});

test("nobody looks at it before it has begun, and everybody at each change after", async () => {
  const views: WorldView[] = [];
  const world = await World.open({ seed: 7, publish: (view) => views.push(view) });
  open.push(world);
  expect(views.map(({ hub, happenings }) => [hub.height, happenings.length])).toEqual([[1, 1]]);
  await world.act(PAY);
  expect(views.length).toBeGreaterThan(2);
  expect(views.at(-1)).toEqual(world.view);
});

test("a payment in reach of the hub is settled, and all agree again", async () => {
  const view = await played([PAY]);
  expect(balances(view)).toEqual(["alice 95.00", "bob 105.00", "carol 100.00"]);
  expect(doAllAgree(view)).toBe(true);
  expect(told(view)).toEqual(["hub began", "alice signed", "bob arrived", "hub arrived", "hub settled"]);
});

test("two who reach each other alone are paid and do not settle; when one meets the hub, they differ until all do", async () => {
  const parted = await played([{ type: "partition", groups: [["alice", "bob"]] }, PAY]);
  expect(balances(parted)).toEqual(["alice 95.00, 5.00 out", "bob 100.00, 5.00 in", "carol 100.00"]);
  expect(doAllAgree(parted)).toBe(true);
  const met = await played([
    { type: "partition", groups: [["alice", "bob"]] },
    PAY,
    { type: "link", a: "alice", b: "bob", isUp: false },
    { type: "link", a: "bob", b: "hub", isUp: true },
  ]);
  expect(doAllAgree(met)).toBe(false);
  expect(told(met).slice(-3)).toEqual(["bob linked", "hub arrived", "hub settled"]);
});

test("a link that is cut carries nothing, and what it would have carried comes once it is back", async () => {
  const view = await played([NOBODY, PAY]);
  expect(balances(view)).toEqual(["alice 95.00, 5.00 out", "bob 100.00", "carol 100.00"]);
  const healed = await played([NOBODY, PAY, EVERYBODY]);
  expect(balances(healed)).toEqual(["alice 95.00", "bob 105.00", "carol 100.00"]);
});

test("a copy has the keys and what the phone knew, is in nobody's reach, and there is one alone", async () => {
  const view = await played([PAY, { type: "copy", of: "alice" }, { type: "copy", of: "bob" }]);
  expect(view.phones.map(({ id, owner }) => `${id} of ${owner}`)).toEqual([
    "alice of alice",
    "bob of bob",
    "carol of carol",
    "copy of alice",
  ]);
  const [alice, , , copy] = view.phones;
  expect(copy?.view.session.id).toBe(alice?.view.session.id);
  expect(copy?.view.payments).toEqual(alice?.view.payments);
  const ofCopy = view.links.filter(({ a, b }) => a === "copy" || b === "copy");
  expect(ofCopy.map(({ a, b, isUp }) => `${a} ${b} ${isUp}`)).toEqual([
    "bob copy false",
    "carol copy false",
    "copy hub false",
  ]);
});

test("a copy that is spoken of before there is one is in nobody's reach when it is made", async () => {
  const view = await played([EVERYBODY, { type: "copy", of: "carol" }]);
  expect(view.links.filter(({ a, b, isUp }) => isUp && (a === "copy" || b === "copy"))).toEqual([]);
});

test("a phone and its copy that sign apart are proven to everybody, and nobody has more than there is", async () => {
  const view = await played([
    { type: "copy", of: "alice" },
    NOBODY,
    { ...PAY, cents: 40_00 },
    { type: "pay", payer: "copy", payee: "carol", cents: 40_00 },
    EVERYBODY,
  ]);
  expect(doAllAgree(view)).toBe(true);
  expect(view.phones.map(({ view: { conflicts } }) => conflicts.length)).toEqual([1, 1, 1, 1]);
  const people = view.phones.filter(({ id }) => id !== "copy");
  const total = people.reduce((sum, phone) => sum + (phone.view.balances[0]?.available ?? 0n), 0n);
  expect(total).toBe(3n * BALANCE_CENTS);
  expect(view.phones[0]?.view.session.status).toBe("frozen");
});

test("what a phone refuses is told with its reason, and nothing is signed; the next action forgets it", async () => {
  const tooMuch: Action = { ...PAY, cents: 60_00 };
  const view = await played([tooMuch]);
  expect(view.phones[0]?.refusal).toMatchObject({ type: "payment-refused", failure: { code: "limit-per-day" } });
  expect(balances(view)).toEqual(["alice 100.00", "bob 100.00", "carol 100.00"]);
  expect((await played([tooMuch, { type: "pass", ms: 1 }])).phones[0]?.refusal).toBeUndefined();
});

test("the power goes out between the place and the payment: switched on again, it signs that payment and no other", async () => {
  const died = await played([NOBODY, { type: "die", payer: "alice", payee: "bob", cents: 5_00, writes: 1 }]);
  expect(died.phones[0]).toMatchObject({ isOn: false, view: { payments: [], connections: [] } });
  const back = await played([
    NOBODY,
    { type: "die", payer: "alice", payee: "bob", cents: 5_00, writes: 1 },
    { type: "power", phone: "alice", isOn: true },
    EVERYBODY,
  ]);
  expect(balances(back)).toEqual(["alice 95.00", "bob 105.00", "carol 100.00"]);
  expect(back.phones[0]?.view.payments.length).toBe(1);
});

test("a phone that is off does nothing, keeps what it had, and catches up when it is on", async () => {
  const off: Action = { type: "power", phone: "bob", isOn: false };
  const view = await played([off, PAY, { type: "pay", payer: "bob", payee: "carol", cents: 1_00 }]);
  expect(balances(view)).toEqual(["alice 95.00", "bob 100.00", "carol 100.00"]);
  expect(doAllAgree(view)).toBe(false);
  const on = await played([off, PAY, { type: "power", phone: "bob", isOn: true }]);
  expect(balances(on)).toEqual(["alice 95.00", "bob 105.00", "carol 100.00"]);
  expect(told(on).slice(-2)).toEqual(["bob on", "bob followed"]);
});

test("a payment from a clock that is ahead waits until that time, and hinders nobody", async () => {
  const ahead: Action = { type: "shift", phone: "alice", ms: 3 * 3_600_000 };
  const view = await played([ahead, PAY, { type: "pay", payer: "bob", payee: "carol", cents: 1_00 }]);
  expect(view.hub.undecided).toBe(1);
  expect(balances(view).at(-1)).toBe("carol 101.00");
  const later = await played([ahead, PAY, { type: "pass", ms: 3 * 3_600_000 }]);
  expect(later.hub.undecided).toBe(0);
  expect(balances(later).slice(0, 2)).toEqual(["alice 95.00", "bob 105.00"]);
});

test("what is asked for far ahead of what can be seen is not done", async () => {
  const world = await World.open({ seed: 7, publish: () => undefined });
  open.push(world);
  const before = world.view.now;
  await Promise.all(Array.from({ length: 40 }, () => world.act({ type: "pass", ms: 1 })));
  expect(world.view.now - before).toBe(32);
});

test("what is told is bounded, and the oldest goes first", async () => {
  const world = await World.open({ seed: 7, publish: () => undefined });
  open.push(world);
  for (let count = 0; count < HAPPENINGS_MAX; count++) await world.act({ type: "pass", ms: 1 });
  expect(world.view.happenings.map(({ type }) => type)).toEqual(Array.from({ length: HAPPENINGS_MAX }, () => "passed"));
});

test("another seed has other keys, and so another root", async () => {
  const [one, same, another] = [await played([PAY]), await played([PAY]), await played([PAY], 8)];
  expect(one.hub.stateRoot).toBe(same.hub.stateRoot);
  expect(one.hub.stateRoot).not.toBe(another.hub.stateRoot);
});
