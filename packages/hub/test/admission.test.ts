/** Hubs that do not take everybody: by invite and by list, with real phones, sockets and processes. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { systemClock as clock } from "@amigos/adapters/runtime";
import { accountToText, type AccountId, type VerifiedEntry } from "@amigos/core";
import { ami, bundleOf, createPerson, signPayment } from "@amigos/core/testing";
import { SEND_UNLIMITED } from "@amigos/engine";
import { createHub, type HubOptions } from "@amigos/hub";
import { startHubProcess } from "@amigos/hub/process";
import { inviteToHub } from "../src/invite.ts";
import { temporaryFolders } from "./folders.ts";
import { askFaucet, fetchNetwork } from "./story/hub-client.ts";
import { Phone } from "./story/phone.ts";
import { waitUntil } from "./story/wait-until.ts";

const folders = temporaryFolders();
const CAROL = "0c".repeat(32) as AccountId;
const BOB = "0b".repeat(32) as AccountId;
const DAY_MS = 86_400_000;

/** `"200 admitted"`, `"403 invite-unknown"` */
async function knock(url: string, body: Readonly<Record<string, unknown>>): Promise<string> {
  const response = await fetch(`${url}/admission`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { readonly type?: string; readonly error?: { readonly type: string } };
  return `${response.status} ${answer.error?.type ?? answer.type}`;
}

/** A phone with an account, which tries the hub all the time; and what the hub told it. */
async function phoneAt(
  name: string,
  hub: { readonly url: string },
): Promise<{ readonly phone: Phone; readonly told: readonly string[] }> {
  const hubUrl = `${hub.url.replace("http", "ws")}/sync`;
  const network = await fetchNetwork(hub.url);
  const phone = new Phone({ name, folder: join(await folders.make(), name), network, hubUrl });
  const told: string[] = [];
  await phone.setUp([SEND_UNLIMITED], { onEvent: (event) => event.type === "refused" && told.push(event.code) });
  await phone.hubSwitch.turnOn();
  return { phone, told };
}

function textOf({ wallet }: Phone): string {
  return accountToText(wallet.account);
}

describe("a hub by invite", { timeout: 60_000 }, () => {
  it("[ADM1] takes an account that was invited, for good, and no other", async () => {
    const data = join(await folders.make(), "hub");
    const hub = await startHubProcess({ data, settleEveryMs: 50, flags: ["--admission", "invite"] });
    expect(await (await fetch(`${hub.url}/admission`)).json()).toEqual({ admission: "invite" });
    const { phone, told } = await phoneAt("alice", hub);
    const account = textOf(phone);
    await waitUntil("alice is turned away", () => told.includes("there: account-not-admitted"));
    expect(await askFaucet(hub.url, phone.wallet.account)).toBe(403);

    const { token, uses } = await inviteToHub({ data, uses: 1, days: 1, clock });
    expect(uses).toBe(1);
    const bad: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
      ["400 account-malformed", { invite: token }],
      ["400 invite-malformed", { account }],
      ["403 invite-unknown", { account, invite: "nonsense" }],
      ["403 invite-unknown", { account, invite: "a".repeat(22) }],
    ];
    for (const [expected, body] of bad) expect(await knock(hub.url, body)).toBe(expected);
    expect(await knock(hub.url, { account, invite: token })).toBe("200 admitted");
    expect(await knock(hub.url, { account, invite: token })).toBe("200 admitted");
    expect(await knock(hub.url, { account: accountToText(BOB), invite: token })).toBe("403 invite-used-up");
    // Whether alice is in hears who has her invite, or a good one, which she does not use up.
    expect(await knock(hub.url, { account })).toBe("400 invite-malformed");
    expect(await knock(hub.url, { account, invite: "a".repeat(22) })).toBe("403 invite-unknown");
    const { token: good } = await inviteToHub({ data, uses: 1, days: 1, clock });
    expect(await knock(hub.url, { account, invite: good })).toBe("200 admitted");
    expect(await knock(hub.url, { account: accountToText(CAROL), invite: good })).toBe("200 admitted");
    expect(await knock(hub.url, { account, invite: good })).toBe("403 invite-used-up");
    // What was acknowledged is there after the worst of ends.
    await hub.kill();
    const again = await startHubProcess({
      data,
      port: Number(new URL(hub.url).port),
      settleEveryMs: 50,
      flags: ["--admission", "invite"],
    });
    await waitUntil("alice is let in", () => phone.isConnectedTo("hub"));
    expect(await askFaucet(again.url, phone.wallet.account)).toBe(202);
    await phone.wallet.when(({ balances }) => (balances[0]?.available === 100_00n ? true : undefined));
    await phone.close();
    await again.stop();
  });

  it("[ADM1] gives an invite to as many as it is for and no more, also when they ask at once, until it expires", async () => {
    const data = join(await folders.make(), "hub");
    let now = clock.now();
    const later = { ...clock, now: () => now, after: clock.after.bind(clock) };
    const options: HubOptions = { data, port: 0, admission: { type: "invite" }, clock: later };
    await (await createHub(options)).stop();
    // Of a hub that does not run: in the folder itself.
    const { token } = await inviteToHub({ data, uses: 3, days: 2, clock: later });
    const hub = await createHub(options);
    const accounts = Array.from({ length: 8 }, (_, index) => accountToText(`${index}c`.repeat(32) as AccountId));
    const answers = await Promise.all(accounts.map((account) => knock(hub.url, { account, invite: token })));
    expect(answers.filter((answer) => answer === "200 admitted")).toHaveLength(3);
    expect(answers.filter((answer) => answer === "403 invite-used-up")).toHaveLength(5);
    const { token: second } = await inviteToHub({ data, uses: 1, days: 1, clock: later });
    now = (now + DAY_MS) as typeof now;
    expect(await knock(hub.url, { account: accounts[7], invite: second })).toBe("403 invite-expired");
    await expect(inviteToHub({ data, uses: 0, days: 1, clock: later })).rejects.toMatchObject({
      type: "option-invalid",
      message: "uses is a number from 1 to 10000.",
    });
    await hub.stop();
  });

  it("makes invites from the command line, and says why not", async () => {
    const data = join(await folders.make(), "hub");
    await (await createHub({ data, port: 0 })).stop();
    const main = join(import.meta.dirname, "../src/main.ts");
    const run = async (...args: readonly string[]): Promise<string> => {
      const child = promisify(execFile)(process.execPath, ["--conditions=amigos-source", main, ...args]);
      return (await child.catch((error: unknown) => error as { readonly stdout: string })).stdout;
    };
    expect(JSON.parse(await run("invite", "--data", data, "--uses", "2"))).toMatchObject({
      event: "invited",
      token: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      uses: 2,
    });
    expect(await run("invite", "--data", join(data, "none"))).toContain('"data-not-a-hubs"');
  });
});

describe("a hub by list", { timeout: 60_000 }, () => {
  it("[ADM1] takes the accounts of a file, and reads it again when it is told to", async () => {
    const folder = await folders.make();
    const list = join(folder, "accounts.txt");
    await writeFile(list, "# nobody yet\n\n");
    const hub = await createHub({
      data: join(folder, "hub"),
      port: 0,
      settleEveryMs: 50,
      admission: { type: "allow-list", path: list },
    });
    const { phone, told } = await phoneAt("alice", hub);
    await waitUntil("alice is turned away", () => told.includes("there: account-not-admitted"));
    expect(await knock(hub.url, { account: textOf(phone), invite: "x" })).toBe("403 account-not-admitted");
    await writeFile(list, `${textOf(phone)} # alice\n`);
    await hub.reload();
    await waitUntil("alice is let in", () => phone.isConnectedTo("hub"));
    // A list that cannot be read changes nothing.
    await writeFile(list, "alice\n");
    await hub.reload();
    expect(await knock(hub.url, { account: textOf(phone) })).toBe("200 admitted");
    await phone.close();
    await hub.stop();
    await expect(
      createHub({ data: join(folder, "hub"), port: 0, admission: { type: "allow-list", path: list } }),
    ).rejects.toMatchObject({ type: "option-invalid", message: `${list}, line 1: alice is no account.` });
  });
});

describe("one account at a hub", { timeout: 60_000 }, () => {
  it("[ADM2] has no more undecided than the operator says, and more when that is settled", async () => {
    const hub = await createHub({ data: join(await folders.make(), "hub"), port: 0, accountUndecidedMax: 4 });
    const mallory = await createPerson("mallory", { network: hub.network });
    const log: VerifiedEntry[] = [];
    for (let index = 0; index < 6; index++) {
      const after = log.at(-1);
      const payment = { network: hub.network, to: BOB, money: ami(1), ...(after === undefined ? {} : { after }) };
      log.push(await signPayment(mallory, payment));
    }
    const bring = async (from: number, to: number): Promise<string> => {
      const report = await hub.replica.ingest(bundleOf(hub.network, mallory, log.slice(from, to)));
      return report.ok ? `${report.value.fresh.length} taken` : report.error.type;
    };
    expect([await bring(0, 5), await bring(0, 4), await bring(4, 5)]).toEqual([
      "account-full",
      "4 taken",
      "account-full",
    ]);
    await waitUntil("they are settled", () => hub.replica.undecided.size === 0);
    expect(await bring(4, 6)).toBe("2 taken");
    await hub.stop();
  });
});
