import { afterEach, expect, test, vi } from "vitest";
import type { AccountId } from "@amigos/core";
import type { AppDatabase } from "./app-database.ts";
import { Faucet } from "./faucet.ts";

const ALICE = "0a".repeat(32) as AccountId;

function setup(...answers: (() => Promise<Response>)[]) {
  const values = new Map<string, unknown>();
  const database: AppDatabase = {
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value),
  };
  const fetched = vi.fn<(path: string, request: RequestInit) => Promise<Response>>();
  for (const answer of answers) fetched.mockImplementationOnce(answer);
  vi.stubGlobal("fetch", fetched);
  const states: string[] = [];
  const open = (): Faucet =>
    new Faucet({ database, store: "main/a1b2c3d4", account: ALICE, onChange: ({ type }) => states.push(type) });
  return { open, states, fetched };
}

const outOfReach = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));
const paid = async (): Promise<Response> => Response.json({ paid: "100.00 AMI" }, { status: 202 });
const answered = (status: number, type: string) => async (): Promise<Response> =>
  Response.json({ error: { type } }, { status });

afterEach(() => vi.unstubAllGlobals());

test("a new account gets its first money, once", async () => {
  const { open, states, fetched } = setup(paid);
  await open().want();
  await open().resume();
  expect(states).toEqual(["asking", "granted"]);
  expect(fetched.mock.calls[0]?.[1].body).toMatch(/^\{"account":"amigo1[a-z0-9]{58}"\}$/);
});

test("without a hub it stays wanted, and is asked for again in the next run", async () => {
  const { open, states } = setup(outOfReach, paid);
  await open().want();
  await open().resume();
  expect(states).toEqual(["asking", "waiting", "asking", "granted"]);
});

test("without a hub it is asked for again when one comes into reach", async () => {
  const { open, states } = setup(outOfReach, answered(429, "faucet-busy"), paid);
  const faucet = open();
  await faucet.want();
  await faucet.retry();
  await faucet.retry();
  await faucet.retry();
  expect(states).toEqual(["asking", "waiting", "asking", "waiting", "asking", "granted"]);
});

test("a refusal is final and says why", async () => {
  const { open, fetched } = setup(answered(503, "faucet-empty"));
  const faucet = open();
  await faucet.want();
  expect(faucet.funding).toEqual({ type: "refused", reason: "faucet-empty" });
  await open().resume();
  expect(fetched).toHaveBeenCalledTimes(1);
});

test("an account that had its money before is not refused", async () => {
  const { open, states } = setup(answered(409, "already-paid"));
  await open().want();
  expect(states).toEqual(["asking", "granted"]);
});
