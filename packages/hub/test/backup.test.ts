/**
 * Copies of a hub's folder, made while it works, and what becomes of a ledger whose hub goes back in time: real processes,
 * folders and phones.
 */
import { execFile } from "node:child_process";
import { readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { AccountId } from "@amigos/core";
import { SEND_UNLIMITED } from "@amigos/engine";
import { createHub } from "@amigos/hub";
import { startHubProcess, type HubProcess } from "@amigos/hub/process";
import { temporaryFolders } from "./folders.ts";
import { askFaucet, fetchCheckpoint, fetchHealth, fetchNetwork } from "./story/hub-client.ts";
import { Phone } from "./story/phone.ts";
import { waitUntil } from "./story/wait-until.ts";

const folders = temporaryFolders();
const MAIN = join(import.meta.dirname, "../src/main.ts");
const CAROL = "0c".repeat(32) as AccountId;

interface Said {
  readonly event: string;
  readonly type?: string;
  readonly message?: string;
  readonly height?: number;
  readonly stateRoot?: string;
}

/** The last line of `amigos-hub …`. */
async function run(...args: readonly string[]): Promise<Said> {
  const child = promisify(execFile)(process.execPath, ["--conditions=amigos-source", MAIN, ...args]);
  const { stdout } = await child.catch((error: unknown) => error as { readonly stdout: string });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Said;
}

function accountNumber(index: number): AccountId {
  return index.toString(16).padStart(64, "0") as AccountId;
}

/** `"200"`, `"503 restored"` */
async function readiness({ url }: { readonly url: string }): Promise<string> {
  const response = await fetch(`${url}/ready`);
  const { blockers } = (await response.json()) as { readonly blockers: readonly string[] };
  return [response.status, ...blockers].join(" ");
}

async function phoneOf(name: string, hub: HubProcess): Promise<Phone> {
  const network = await fetchNetwork(hub.url);
  const phone = new Phone({ name, folder: join(await folders.make(), name), network, hubUrl: hub.syncUrl });
  await phone.setUp([SEND_UNLIMITED]);
  await phone.hubSwitch.turnOn();
  await waitUntil(`${name} is registered`, () => phone.wallet.view.session.status === "active");
  return phone;
}

/** Resolves when the payment is settled. */
async function pay({ wallet }: Phone, money = "1.00 AMI"): Promise<void> {
  const { id } = await wallet.pay(CAROL, money);
  await wallet.when(({ payments }) => payments.some((one) => one.id === id && one.finality === "settled") || undefined);
}

/** Alice with 100.00, a hub that was copied then, `payments` that were settled since, and the hub gone with its folder. */
async function yesterday(payments: number) {
  const folder = await folders.make();
  const [data, copy] = [join(folder, "hub"), join(folder, "copy")];
  const before = await startHubProcess({ data, settleEveryMs: 50 });
  const alice = await phoneOf("alice", before);
  expect(await askFaucet(before.url, alice.wallet.account)).toBe(202);
  await alice.wallet.when(({ balances }) => balances[0]?.available === 100_00n || undefined);
  await waitUntil("all is settled", async () => (await fetchHealth(before.url)).undecided === 0);
  const copied = await fetchCheckpoint(before.url);
  expect(await run("backup", "--data", data, "--to", copy)).toMatchObject({ event: "backed-up" });
  for (let count = 0; count < payments; count++) await pay(alice);
  const newest = await fetchCheckpoint(before.url);
  expect(newest.height).toBe(copied.height + payments);
  await alice.hubSwitch.turnOff();
  await before.kill();
  await rename(data, join(folder, "lost"));
  await rename(copy, data);
  const restored = await startHubProcess({ data, port: Number(new URL(before.url).port), settleEveryMs: 50 });
  expect(await fetchCheckpoint(restored.url)).toEqual(copied);
  expect(await readiness(restored)).toBe("503 restored");
  return { data, alice, restored, copied, newest };
}

describe("a copy of a hub's folder", { timeout: 90_000 }, () => {
  it("is made while the hub takes payments in, is whole, and is a hub's folder", async () => {
    const folder = await folders.make();
    const [data, copy] = [join(folder, "hub"), join(folder, "copies", "one")];
    const hub = await startHubProcess({ data, settleEveryMs: 50 });
    let [asked, isCopied] = [0, false];
    const copying = run("backup", "--data", data, "--to", copy).then((said) => {
      isCopied = true;
      return said;
    });
    while (!isCopied) await askFaucet(hub.url, accountNumber(asked++));
    expect(await copying).toMatchObject({ event: "backed-up" });
    expect(asked).toBeGreaterThan(1);
    expect(await run("backup", "--data", data, "--to", copy)).toMatchObject({
      type: "option-invalid",
      message: `There is something at ${copy} already: name a folder that does not exist.`,
    });
    expect((await readdir(join(folder, "copies"))).length).toBe(1);
    const modes = await Promise.all(
      [copy, join(copy, "ledger.db"), join(data, "admin.sock")].map((path) => stat(path)),
    );
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(["700", "600", "600"]);
    await hub.stop();

    const said = await run("verify", "--data", copy);
    expect(said).toMatchObject({ event: "verified" });
    const again = await startHubProcess({ data });
    const { stateRoot } = await fetchCheckpoint(again.url, said.height);
    expect(stateRoot).toBe(said.stateRoot);
    await again.stop();
    // Of a hub that does not run.
    expect(await run("backup", "--data", data, "--to", join(folder, "two"))).toMatchObject({ event: "backed-up" });
    expect(await run("verify", "--data", join(folder, "two"))).toMatchObject({ event: "verified" });
  });

  it("is made again and again, and the newest are kept", async () => {
    const folder = await folders.make();
    const to = join(folder, "copies");
    const hub = await createHub({ data: join(folder, "hub"), port: 0, backups: { to, everyMs: 1_100, kept: 2 } });
    const seen = new Set<string>();
    await waitUntil("three were made", async () => {
      for (const name of await readdir(to).catch(() => [])) if (/^hub-\d{8}T\d{6}Z$/.test(name)) seen.add(name);
      return seen.size >= 3;
    });
    await hub.stop();
    const kept = await readdir(to);
    expect(kept.length).toBe(2);
    expect(await run("verify", "--data", join(to, kept[0] ?? ""))).toMatchObject({ event: "verified", height: 1 });
  });
});

describe("a hub restored from yesterday's copy", { timeout: 90_000 }, () => {
  it("settles nothing before its owner says so, takes back from devices what it had signed, and goes on from there", async () => {
    const { data, alice, restored, newest } = await yesterday(2);
    expect(await run("resume", "--data", join(data, "none"))).toMatchObject({ type: "command-failed" });
    const bob = new Phone({
      name: "bob",
      folder: join(await folders.make(), "bob"),
      network: await fetchNetwork(restored.url),
      hubUrl: restored.syncUrl,
    });
    await bob.setUp([SEND_UNLIMITED]);
    await bob.hubSwitch.turnOn();
    await waitUntil("bob is connected", () => bob.isConnectedTo("hub"));
    await alice.hubSwitch.turnOn();
    await waitUntil(
      "alice has given it the newest",
      async () => (await fetchCheckpoint(restored.url)).id === newest.id,
    );
    await alice.wallet.pay(CAROL, "1.00 AMI");
    await waitUntil("her payment is there", async () => (await fetchHealth(restored.url)).undecided === 1);
    expect([await readiness(restored), await askFaucet(restored.url, CAROL)]).toEqual(["503 restored", 404]);
    expect((await fetchCheckpoint(restored.url)).height).toBe(newest.height);

    expect(await run("resume", "--data", data)).toMatchObject({ event: "resumed", height: newest.height });
    await waitUntil("bob is registered", () => bob.wallet.view.session.status === "active");
    await alice.wallet.when(({ payments }) => payments.every(({ finality }) => finality === "settled") || undefined);
    expect(alice.wallet.view.balances[0]?.available).toBe(97_00n);
    expect([alice.wallet.view.ledger.contradictedAt, await readiness(restored)]).toEqual([undefined, "200"]);
    await Promise.all([alice.close(), bob.close()]);
    await restored.kill();
    const again = await startHubProcess({ data });
    expect([await readiness(again), await askFaucet(again.url, CAROL)]).toEqual(["200", 404]);
    await again.stop();
    expect(await run("verify", "--data", data)).toMatchObject({ event: "verified" });
  });

  it("stops settling when it has gone on without them and a device shows that its key signed two ledgers", async () => {
    const { data, alice, restored, copied } = await yesterday(3);
    expect(await run("resume", "--data", data)).toMatchObject({ event: "resumed", height: copied.height });
    const bob = await phoneOf("bob", restored);
    expect((await fetchCheckpoint(restored.url)).height).toBe(copied.height + 1);
    const { ledger } = alice.wallet.view;
    await alice.hubSwitch.turnOn();
    await waitUntil("it has seen it", async () => (await readiness(restored)) === "503 ledger-contradicted");
    // Nobody follows the other ledger, and nobody's settled payments become others.
    expect(alice.wallet.view.ledger.stateRoot).toBe(ledger.stateRoot);
    await Promise.all([alice.close(), bob.close()]);
    await restored.kill();
    const again = await startHubProcess({ data });
    expect(await readiness(again)).toBe("503 ledger-contradicted");
    await again.stop();
  });

  it("[PEER6] is not followed by a device that knows another checkpoint at a height, which shows it", async () => {
    const { data, alice, restored } = await yesterday(1);
    expect(await run("resume", "--data", data)).toMatchObject({ event: "resumed" });
    const bob = await phoneOf("bob", restored);
    const dan = await phoneOf("dan", restored);
    const { stateRoot } = alice.wallet.view.ledger;
    await alice.hubSwitch.turnOn();
    await alice.wallet.when(({ ledger }) => ledger.contradictedAt);
    expect(alice.wallet.view.ledger.stateRoot).toBe(stateRoot);
    await Promise.all([alice.close(), bob.close(), dan.close()]);
    await restored.stop();
  });
});
