/** `amigos-hub verify` as an operator runs it: a process on a real folder, and its exit code. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import type { AccountId } from "@amigos/core";
import { startHubProcess } from "@amigos/hub/process";
import { temporaryFolders } from "./folders.ts";
import { askFaucet, fetchCheckpoint, fetchHealth, type CheckpointInfo } from "./story/hub-client.ts";
import { waitUntil } from "./story/wait-until.ts";

const folders = temporaryFolders();
const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  /** Its last line. */
  readonly said: Readonly<Record<string, unknown>>;
}

async function verify(data: string, ...options: readonly string[]): Promise<Ended> {
  const flags = ["--conditions=amigos-source", MAIN, "verify", "--data", data, ...options];
  const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit") as Promise<[number | null]>]);
  return { code, said: JSON.parse(output.trim().split("\n").at(-1) ?? "") as Ended["said"] };
}

/** A folder with a few settled payments, and its newest checkpoint. */
async function usedFolder(): Promise<{ readonly data: string; readonly newest: CheckpointInfo }> {
  const data = join(await folders.make(), "hub");
  const hub = await startHubProcess({ data, settleEveryMs: 50 });
  for (const digit of ["1", "2", "3"]) {
    expect(await askFaucet(hub.url, digit.repeat(64) as AccountId)).toBe(202);
    await waitUntil("it is settled", async () => (await fetchHealth(hub.url)).undecided === 0);
  }
  const newest = await fetchCheckpoint(hub.url);
  await hub.stop();
  return { data, newest };
}

describe("verifying a hub's folder", { timeout: 60_000 }, () => {
  it("says up to where it holds, and leaves it to the hub", async () => {
    const { data, newest } = await usedFolder();
    const { code, said } = await verify(data);
    expect([code, said]).toMatchObject([
      0,
      { level: "info", event: "verified", height: newest.height, stateRoot: newest.stateRoot, entries: 3 },
    ]);
    const elsewhere = await verify(data, "--network", "ab".repeat(32));
    expect(elsewhere).toMatchObject({ code: 3, said: { type: "data-of-another-network" } });
    const hub = await startHubProcess({ data });
    expect(await fetchCheckpoint(hub.url)).toEqual(newest);
    expect(await verify(data)).toMatchObject({ code: 3, said: { type: "data-in-use" } });
    await hub.stop();
  });

  it("finds what somebody changed in the ledger", async () => {
    const { data, newest } = await usedFolder();
    const store = await openSqliteStore({ path: join(data, "ledger.db") });
    const records = await store.list("checkpoint/");
    const last = records.at(-1);
    if (last === undefined) throw new RangeError("a checkpoint was settled");
    const value = last.value.with(last.value.length - 10, (last.value.at(-10) ?? 0) ^ 1);
    await store.write([{ type: "put", key: last.key, value }]);
    await store.close();
    const { code, said } = await verify(data);
    expect([code, said]).toMatchObject([
      5,
      { level: "error", event: "archive-does-not-hold", height: newest.height - 1 },
    ]);
    expect(said["fault"]).toContain('"replay-failed"');
  });

  it("finds a ledger that was emptied, and makes no keys where there are none", async () => {
    const { data } = await usedFolder();
    const store = await openSqliteStore({ path: join(data, "ledger.db") });
    await store.write((await store.list("")).map(({ key }) => ({ type: "delete", key })));
    await store.close();
    expect(await verify(data)).toMatchObject({ code: 5, said: { fault: '{"type":"journal-missing"}' } });
    await rm(join(data, "keys"), { recursive: true });
    expect(await verify(data)).toMatchObject({ code: 3, said: { type: "data-not-a-hubs" } });
    expect(await readdir(data)).not.toContain("keys");
  });

  it("refuses a folder that no hub has used, and makes none of it", async () => {
    const folder = await folders.make();
    expect(await verify(folder)).toMatchObject({ code: 3, said: { type: "data-not-a-hubs" } });
    expect(await readdir(folder)).toEqual([]);
    expect(await verify(join(folder, "missing"))).toMatchObject({ code: 3, said: { type: "data-not-a-hubs" } });
    expect(await readdir(folder)).toEqual([]);
  });
});
