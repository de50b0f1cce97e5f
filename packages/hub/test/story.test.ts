/**
 * The story as an integration test: a real hub process that is killed and comes back, wallets on real disks and sockets.
 * Every chapter checks itself (see `story/story.ts`); here each device is looked at more closely in between.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatMoney, orThrow, verifyEvidence } from "@amigos/core";
import type { Wallet } from "@amigos/engine";
import { fetchCheckpoint } from "./story/hub-client.ts";
import { Story, type DeviceName } from "./story/story.ts";
import { waitUntil } from "./story/wait-until.ts";

const SLOW_MACHINE_MS = 120_000;

let folder: string;
const stories: Story[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "amigos-story-test-"));
});

afterAll(async () => {
  for (const story of stories) await story.end();
  await rm(folder, { recursive: true, force: true });
}, SLOW_MACHINE_MS);

function begin(name: string, syncOrder?: readonly DeviceName[]): Story {
  const story = new Story({
    folder: join(folder, name),
    report: () => undefined,
    ...(syncOrder === undefined ? {} : { syncOrder }),
  });
  stories.push(story);
  return story;
}

/** `"in 40.00 AMI signed accepted"`, newest first. */
function paymentsOf({ view, network }: Wallet): readonly string[] {
  return view.payments.map(({ direction, finality, outcome, failure, ...money }) =>
    [direction, formatMoney(money, network.genesis.assets), finality, outcome, failure?.code].filter(Boolean).join(" "),
  );
}

function balanceOf({ view, network }: Wallet): string {
  const [balance] = view.balances;
  if (balance === undefined) return "none";
  const text = (amount: bigint): string => formatMoney({ asset: balance.asset, amount }, network.genesis.assets);
  return `${text(balance.available)} available, ${text(balance.pendingIn)} in, ${text(balance.pendingOut)} out`;
}

describe("the story", { timeout: SLOW_MACHINE_MS }, () => {
  let story: Story;
  const wallet = (name: DeviceName): Wallet => story.phone(name).wallet;

  it("the story: everyone gets an account, a session and money", async () => {
    story = begin("told");
    await story.hubStarts();
    await story.everyoneGetsMoney();
    for (const name of ["alice", "bob", "carol"] as const) {
      expect(paymentsOf(wallet(name)), name).toEqual(["in 100.00 AMI settled accepted"]);
      expect(wallet(name).view.session.limits, name).toMatchObject([
        { type: "limit-per-day", limit: 5000n, left: 5000n },
      ]);
    }
  });

  it("the story: alice's phone is copied, and the hub goes away", async () => {
    await story.alicesPhoneIsCopied();
    await story.hubGoesAway();
    await expect(fetchCheckpoint(story.hub.url)).rejects.toThrow("fetch failed");
    expect(await story.hub.exited).toBe(null);
  });

  it("the story: alice pays bob with no hub, and bob sees it at once, not settled", async () => {
    await story.alicePaysBob();
    expect(paymentsOf(wallet("bob"))[0]).toBe("in 40.00 AMI signed accepted");
    expect(balanceOf(wallet("bob"))).toBe("100.00 AMI available, 40.00 AMI in, 0.00 AMI out");
    expect(balanceOf(wallet("alice"))).toBe("60.00 AMI available, 0.00 AMI in, 40.00 AMI out");
  });

  it("the story: a payment above the daily limit is refused before signing", async () => {
    await story.aliceIsRefused();
    expect(paymentsOf(wallet("alice"))).toEqual(["out 40.00 AMI delivered accepted", "in 100.00 AMI settled accepted"]);
    expect(wallet("alice").view.session.limits).toMatchObject([{ used: 4000n, left: 1000n }]);
  });

  it("the story: the copy pays carol the same money, and carol sees it as received", async () => {
    await story.malloryPaysCarol();
    expect(paymentsOf(wallet("carol"))[0]).toBe("in 40.00 AMI signed accepted");
    const [fromAlice] = wallet("bob").view.payments;
    const [fromMallory] = wallet("carol").view.payments;
    expect(fromMallory?.session).toBe(fromAlice?.session);
    expect(fromMallory?.sequence).toBe(fromAlice?.sequence);
    expect(fromMallory?.id).not.toBe(fromAlice?.id);
  });

  it("the story: the hub comes back on its data, and everyone syncs", async () => {
    await story.hubComesBack();
    await story.everyoneSyncs();
    expect(paymentsOf(wallet("bob"))[0]).toBe("in 40.00 AMI settled accepted");
    expect(paymentsOf(wallet("carol"))[0]).toBe("in 40.00 AMI settled rejected limit-per-day");
  });

  it("the story: all end with one state, the evidence, and alice's session frozen", async () => {
    const rows = await story.everyoneAgrees();
    expect(rows.map(({ device }) => device)).toEqual(["alice", "bob", "carol", "mallory", "hub"]);
    expect(new Set(rows.map(({ height, stateRoot }) => `${height} ${stateRoot}`)).size).toBe(1);
    expect(rows[0]).toMatchObject({
      verdicts: { bob: "accepted, settled", carol: "rejected, settled: limit-per-day" },
      aliceSession: "frozen",
    });
    expect(balanceOf(wallet("alice"))).toBe("60.00 AMI available, 0.00 AMI in, 0.00 AMI out");
    expect(balanceOf(wallet("bob"))).toBe("140.00 AMI available, 0.00 AMI in, 0.00 AMI out");
    expect(balanceOf(wallet("carol"))).toBe("100.00 AMI available, 0.00 AMI in, 0.00 AMI out");
  });

  it("the story: the evidence convinces anyone who knows alice's session key, and nothing else", async () => {
    const network = story.network.tag;
    for (const name of ["alice", "bob", "carol", "mallory"] as const) {
      const [conflict] = wallet(name).view.conflicts;
      const key = story.phone("alice").sessionKey;
      const proof = orThrow(verifyEvidence(conflict?.proof ?? new Uint8Array(), { network, key }));
      expect(proof.session, name).toBe(wallet("alice").session);
    }
  });

  it("the story: it all survives a graceful restart of the hub and of a phone", async () => {
    const before = { hub: await fetchCheckpoint(story.hub.url), bob: wallet("bob").view };
    await story.hub.stop();
    expect(await story.hub.exited).toBe(0);
    await story.phone("bob").close();
    await story.hubComesBackAt(before.hub.height);
    await story.phone("bob").open();
    await waitUntil("bob is connected again", () => story.phone("bob").isConnectedTo("hub"));
    expect(await fetchCheckpoint(story.hub.url)).toEqual(before.hub);
    expect(wallet("bob").view.payments).toEqual(before.bob.payments);
    expect(wallet("bob").view.ledger).toEqual(before.bob.ledger);
  });
});

describe("the story in another order", { timeout: SLOW_MACHINE_MS }, () => {
  it.each([
    ["the thief's payee first", ["carol", "bob", "alice", "mallory"]],
    ["the thief first", ["mallory", "alice", "carol", "bob"]],
    ["alice first", ["alice", "mallory", "bob", "carol"]],
  ] as const)("the story: all agree, %s", async (name, syncOrder) => {
    const rows = await begin(name, syncOrder).tell();
    const [{ verdicts }] = rows as readonly [(typeof rows)[number]];
    const isBobFirst = ["alice", "bob"].includes(syncOrder[0]);
    expect(verdicts?.[isBobFirst ? "bob" : "carol"]).toBe("accepted, settled");
    expect(verdicts?.[isBobFirst ? "carol" : "bob"]).toBe("rejected, settled: limit-per-day");
  });
});
