/** A hub process that is killed at the worst moment: what it acknowledged is there when it comes back, once. */
import { join } from "node:path";
import { expect, it } from "vitest";
import type { AccountId } from "@amigos/core";
import { startHubProcess } from "@amigos/hub/process";
import { systemClock as clock } from "@amigos/adapters/runtime";
import { SEND_UNLIMITED } from "@amigos/engine";
import { silentLog } from "../src/log.ts";
import { verifyHub } from "../src/verify.ts";
import { temporaryFolders } from "./folders.ts";
import { askFaucet, fetchCheckpoint, fetchHealth, fetchNetwork, type CheckpointInfo } from "./story/hub-client.ts";
import { Phone } from "./story/phone.ts";
import { waitUntil } from "./story/wait-until.ts";

const folders = temporaryFolders();
const ROUNDS = 3;
/** Under load. 100 with `AMIGOS_RUNS_FACTOR=20`. */
const LOADED_ROUNDS = Math.round(5 * Number(process.env["AMIGOS_RUNS_FACTOR"] ?? 1));
const CAROL = "0c".repeat(32) as AccountId;

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

it(
  "SIGKILL under load, again and again: every payment is settled once, and no checkpoint becomes another",
  { timeout: 30_000 * LOADED_ROUNDS },
  async () => {
    const folder = await folders.make();
    const data = join(folder, "hub");
    let hub = await startHubProcess({ data, settleEveryMs: 50 });
    const options = { data, port: Number(new URL(hub.url).port), settleEveryMs: 50 };
    const network = await fetchNetwork(hub.url);
    const alice = new Phone({ name: "alice", folder: join(folder, "alice"), network, hubUrl: hub.syncUrl });
    await alice.setUp([SEND_UNLIMITED]);
    await alice.hubSwitch.turnOn();
    expect(await askFaucet(hub.url, alice.wallet.account)).toBe(202);
    await alice.wallet.when(({ balances }) => balances[0]?.available === 100_00n || undefined);

    let paid = 0;
    const seen: CheckpointInfo[] = [];
    for (let round = 0; round < LOADED_ROUNDS; round++) {
      // Now and then it is killed before she is back.
      if (round % 4 !== 3) await waitUntil("alice is connected", () => alice.isConnectedTo("hub"));
      const asking = round % 3 === 0 ? [] : [(round + 1).toString(16).padStart(64, "0") as AccountId];
      // At another point of its work each time: while it takes in, while it settles, right after an answer.
      for (let count = 0; count <= round % 7; count++, paid++) await alice.wallet.pay(CAROL, "0.01 AMI");
      for (const account of asking) expect(await askFaucet(hub.url, account)).toBe(202);
      if (round % 2 === 0) seen.push(await fetchCheckpoint(hub.url));
      await hub.kill();
      hub = await startHubProcess(options);
      for (const account of asking) expect(await askFaucet(hub.url, account)).toBe(409);
    }
    await waitUntil("alice is connected", () => alice.isConnectedTo("hub"));
    await alice.wallet.when(
      ({ balances }) =>
        (balances[0]?.pendingOut === 0n && balances[0].available === 100_00n - BigInt(paid)) || undefined,
    );
    await waitUntil("all of it is settled", async () => (await fetchHealth(hub.url)).undecided === 0);
    expect((await fetchHealth(hub.url)).equivocations).toBe(0);
    for (const checkpoint of seen)
      expect(await fetchCheckpoint(hub.url, checkpoint.height)).toMatchObject({ id: checkpoint.id });
    await alice.close();
    await hub.stop();
    expect(await verifyHub({ data, log: silentLog, clock })).toMatchObject({ fault: undefined });
  },
);

it("a hub ends when the process that started it is gone", { timeout: 60_000 }, async () => {
  const data = join(await folders.make(), "hub");
  const hub = await startHubProcess({ data });
  hub.abandon();
  expect(await hub.exited).toBe(0);
});
