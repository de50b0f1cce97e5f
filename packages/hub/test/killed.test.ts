/** A hub process that is killed at the worst moment: what it acknowledged is there when it comes back, once. */
import { join } from "node:path";
import { expect, it } from "vitest";
import type { AccountId } from "@amigos/core";
import { startHubProcess } from "@amigos/hub/process";
import { temporaryFolders } from "./folders.ts";
import { askFaucet, fetchCheckpoint, fetchHealth } from "./story/hub-client.ts";
import { waitUntil } from "./story/wait-until.ts";

const folders = temporaryFolders();
const ROUNDS = 3;

it("SIGKILL right after an answer loses nothing and pays nobody twice", { timeout: 60_000 }, async () => {
  const data = join(await folders.make(), "hub");
  const accounts = Array.from({ length: ROUNDS }, (_, index) => index.toString(16).padStart(64, "0") as AccountId);
  for (const account of accounts) {
    // A cadence that never comes: what was acknowledged is not settled yet when the hub is killed.
    const hub = await startHubProcess({ data, settleEveryMs: 600_000 });
    expect(await askFaucet(hub.url, account)).toBe(202);
    await hub.kill();
    expect(await hub.exited).toBe(null);
  }
  const hub = await startHubProcess({ data, settleEveryMs: 50 });
  await waitUntil("all of it is settled", async () => (await fetchHealth(hub.url)).undecided === 0);
  for (const account of accounts) expect(await askFaucet(hub.url, account)).toBe(409);
  const settled = await fetchCheckpoint(hub.url);
  await hub.kill();
  const again = await startHubProcess({ data });
  expect(await fetchCheckpoint(again.url)).toEqual(settled);
  await again.stop();
});

it("a hub ends when the process that started it is gone", { timeout: 60_000 }, async () => {
  const data = join(await folders.make(), "hub");
  const hub = await startHubProcess({ data });
  hub.abandon();
  expect(await hub.exited).toBe(0);
});
