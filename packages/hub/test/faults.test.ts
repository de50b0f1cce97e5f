/** A hub whose disk or clock fails it: it says so, loses nothing that it acknowledged, and goes on when that is over. */
import { chmod, chown, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "@amigos/adapters/runtime";
import { timeMs, type AccountId } from "@amigos/core";
import { SEND_UNLIMITED } from "@amigos/engine";
import { createHub } from "@amigos/hub";
import { startHubProcess } from "@amigos/hub/process";
import { startChild } from "../../../scripts/lib/child.ts";
import { NOBODY } from "./nobody.ts";
import { temporaryFolders } from "./folders.ts";
import { askFaucet, fetchHealth, fetchNetwork } from "./story/hub-client.ts";
import { Phone } from "./story/phone.ts";
import { waitUntil } from "./story/wait-until.ts";

const folders = temporaryFolders();
const MAIN = new URL("../src/main.ts", import.meta.url);
const UNPRIVILEGED = new URL("unprivileged-hub.ts", import.meta.url);
const CAROL = "0c".repeat(32) as AccountId;
const DAY_MS = 86_400_000;

async function phoneAt(url: string): Promise<Phone> {
  const network = await fetchNetwork(url);
  const folder = join(await folders.make(), "alice");
  const phone = new Phone({ name: "alice", folder, network, hubUrl: `${url.replace("http", "ws")}/sync` });
  await phone.setUp([SEND_UNLIMITED]);
  await phone.hubSwitch.turnOn();
  expect(await askFaucet(url, phone.wallet.account)).toBe(202);
  await phone.wallet.when(({ balances }) => balances[0]?.available === 100_00n || undefined);
  return phone;
}

/** Resolves when all that was paid is settled, and nothing else has become of it. */
async function settled({ wallet }: Phone, paid: number): Promise<void> {
  await wallet.when(
    ({ balances }) => (balances[0]?.pendingOut === 0n && balances[0].available === 100_00n - BigInt(paid)) || undefined,
  );
}

describe("a hub with a bad disk", { timeout: 90_000 }, () => {
  it("that is full goes on serving, takes nothing in that it cannot keep, and has all of it when there is room again", async () => {
    const data = join(await folders.make(), "hub");
    await (await createHub({ data, port: 0 })).stop();
    // The system lets no file grow beyond a megabyte or two, as the units of shells differ.
    const args = ["--data", data, "--port", "0", "--settle-every-ms", "50"];
    const hub = startChild(MAIN, args, 'ulimit -f 2048; exec "$@"');
    const lines: string[] = [];
    let url = "";
    while (url === "") {
      const line = JSON.parse((await hub.line()) ?? "") as { readonly event: string; readonly url?: string };
      if (line.event === "listening") url = line.url ?? "";
    }
    void (async () => {
      for (let line = await hub.line(); line !== undefined; line = await hub.line()) lines.push(line);
    })();
    const alice = await phoneAt(url);
    let paid = 0;
    const isFull = (): boolean => lines.some((line) => /"(store-failed|settlement-failed)"/.test(line));
    while (!isFull() && paid < 2_000) {
      if ((await alice.wallet.pay(CAROL, "0.01 AMI").catch(() => undefined)) === undefined) break;
      paid++;
    }
    await waitUntil("the disk is full", isFull);
    expect((await fetchHealth(url)).status).toBe("ok");
    // What is small may fit still, for a while.
    const asking = Array.from({ length: 16 }, (_, index) => (index + 1).toString(16).padStart(64, "0") as AccountId);
    const answers: number[] = [];
    for (const account of asking) if (answers.at(-1) !== 503) answers.push(await askFaucet(url, account));
    expect(answers.at(-1)).toBe(503);
    expect(answers.slice(0, -1).every((status) => status === 202)).toBe(true);
    await hub.kill();

    const roomy = await startHubProcess({ data, port: Number(new URL(url).port), settleEveryMs: 50 });
    await settled(alice, paid);
    expect((await fetchHealth(roomy.url)).equivocations).toBe(0);
    const refused = asking[answers.length - 1] as AccountId;
    // Its place in the log may have been the last thing that the disk took: such a place gets its payment, and no second one.
    expect([202, 409]).toContain(await askFaucet(roomy.url, refused));
    for (const account of asking.slice(0, answers.length)) expect(await askFaucet(roomy.url, account)).toBe(409);
    await alice.close();
    await roomy.stop();
  });

  it("that may not be written to is refused with the way out, and left as it was", async () => {
    const root = await folders.make();
    const data = join(root, "hub");
    await (await createHub({ data, port: 0 })).stop();
    const isRoot = process.getuid?.() === 0;
    const paths = [root, data, ...(await readdir(data, { recursive: true })).map((name) => join(data, name))];
    if (isRoot) for (const path of paths) await chown(path, NOBODY, NOBODY);
    for (const path of paths) await chmod(path, /\/(hub|keys)$|test-[^/]+$/.test(path) ? 0o555 : 0o444);
    const [said] = await startChild(UNPRIVILEGED, [data]).lines();
    for (const path of paths) await chmod(path, 0o700);
    expect(JSON.parse(said ?? "")).toMatchObject({ type: "data-damaged", message: expect.stringMatching(/writable/) });
    if (isRoot) for (const path of paths) await chown(path, 0, 0);
    await (await createHub({ data, port: 0 })).stop();
  });
});

describe("a hub whose clock jumps", { timeout: 60_000 }, () => {
  it("settles before, while and after, and ledger time never goes back", async () => {
    let offsetMs = 0;
    const clock = { ...systemClock, after: systemClock.after, now: () => timeMs(systemClock.now() + offsetMs) };
    const data = join(await folders.make(), "hub");
    const hub = await createHub({ data, port: 0, settleEveryMs: 50, clock });
    const alice = await phoneAt(hub.url);
    const times: number[] = [];
    let paid = 0;
    for (const jumpMs of [0, 2 * DAY_MS, -2 * DAY_MS, 3_600_000, 0]) {
      offsetMs = jumpMs;
      await alice.wallet.pay(CAROL, "0.01 AMI");
      await settled(alice, ++paid);
      times.push(hub.replica.settled.time);
    }
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    await alice.close();
    await hub.stop();
    // And after a start at a time before the newest checkpoint.
    const again = await createHub({ data, port: 0, settleEveryMs: 50 });
    expect(await askFaucet(again.url, CAROL)).toBe(202);
    await waitUntil("it is settled", () => again.replica.undecided.size === 0);
    expect(again.replica.settled.time).toBeGreaterThanOrEqual(times.at(-1) ?? 0);
    await again.stop();
  });
});
