import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  assetCode,
  checkpointTag,
  READ_ALL,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  sequence,
  signEntry,
  type AssetCode,
  type CheckpointId,
  type CheckpointTag,
  type Entry,
  type Money,
  type Permission,
  type Region,
  type SessionTerms,
  type TimeMs,
} from "@amigos/core";
import { AMI, ami, createPerson, createTestNetwork, genesisReference, signPayment } from "@amigos/core/testing";
import { DAY, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import { pay, penOf } from "../../test/support/operations.ts";
import { region } from "../../test/support/region.ts";
import { LADDER } from "./index.ts";

const pages = new URL("../../../../docs/spec/", import.meta.url);

describe("the ladder", () => {
  it("[LAD1] every rule has one outcome, one id, and a page that defines it", () => {
    for (const { code, id, outcome } of LADDER) {
      const page = readFileSync(new URL(`rules/${code}.md`, pages), "utf8");
      expect(page.split("\n")[0]).toBe(`# ${code}`);
      expect(page).toContain(`**[${id}]**`);
      expect(page).toContain(`Outcome: ${outcome}.`);
    }
    expect(new Set(LADDER.map(({ id }) => id)).size).toBe(LADDER.length);
  });

  it("[LAD2] stands in the spec in the same order", () => {
    const table = readFileSync(new URL("reconcile.md", pages), "utf8");
    const rows = [...table.matchAll(/^\|\s*\d+\s*\|\s*\[([a-z-]+)\]\(rules\/\1\.md\)\s*\|\s*([a-z]+)\s*\|$/gm)];
    expect(rows.map(([, code, outcome]) => [code, outcome])).toEqual(
      LADDER.map(({ code, outcome }) => [code, outcome]),
    );
  });

  it("[LAD2] of everything that is wrong with an entry, the first in the ladder is said", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const alice = await ledger.join("alice", { permissions: [READ_ALL], notBefore: at(DAY), expiry: at(2 * DAY) });
    const plain = await signPayment(alice, { network, to: alice.account, money: ami(0) });
    const signed = (change: Partial<Entry>) => signEntry({ ...plain.entry, ...change }, alice.signer);
    const code = async (change: Partial<Entry>) => onlyFailure(ledger.look([await signed(change)]));
    const ahead = { ...plain.entry.checkpoint, height: 7 as never };
    const unknown = ["cd".repeat(32) as never];
    const far = at(50 * DAY);
    expect(await code({ sequence: sequence(1), dependencies: unknown, time: far, checkpoint: ahead })).toMatchObject({
      code: "previous-missing",
    });
    expect(await code({ dependencies: unknown, time: far, checkpoint: ahead })).toMatchObject({
      code: "dependency-missing",
    });
    expect(await code({ time: far, checkpoint: ahead })).toMatchObject({ code: "time-in-future" });
    expect(await code({ checkpoint: ahead })).toMatchObject({ code: "checkpoint-ahead" });
    expect(await code({})).toMatchObject({ code: "session-not-yet-valid" });
  });

  it("[LAD2] of everything that rejects, the first in the ladder is said: put right one by one, they come in order", async () => {
    const EUR = assetCode("EUR");
    const invented = checkpointTag("ab".repeat(32) as CheckpointId);
    const limitsIn = (asset: AssetCode): readonly Permission[] => [
      SEND_LIMIT_TX({ ...ami(5), asset }),
      SEND_LIMIT_DAILY({ ...ami(4), asset }),
    ];
    /** What alice's session may, and what she signs: all of it wrong at first. */
    let attempt: Attempt = {
      terms: { permissions: [], notBefore: at(2 * DAY), expiry: at(3 * DAY), regions: [region("CH")] },
      isAllowedTo: "bob",
      pays: "alice",
      money: { asset: EUR, amount: ami(6).amount },
      time: at(DAY),
      checkpoint: "invented",
    };
    const said: unknown[] = [];
    const fixes: readonly ((before: Attempt) => Partial<Attempt>)[] = [
      () => ({}),
      ({ terms }) => ({ terms: { ...terms, notBefore: at(0) } }),
      ({ terms }) => ({ terms: { ...terms, expiry: at(365 * DAY) } }),
      ({ terms }) => ({ terms: { ...terms, permissions: limitsIn(EUR) } }),
      () => ({ region: region("CH-ZH") }),
      () => ({ isAllowedTo: "alice" }),
      () => ({ time: at(2 * DAY) }),
      () => ({ checkpoint: "older" }),
      () => ({ checkpoint: "newer" }),
      () => ({ time: at(100 * DAY) }),
      ({ terms }) => ({ terms: { ...terms, permissions: limitsIn(AMI) }, money: ami(6) }),
      () => ({ pays: "bob", isAllowedTo: "bob" }),
      () => ({ money: ami(5) }),
      () => ({ money: ami(4) }),
      () => ({ money: ami(3) }),
      () => ({ money: ami(2) }),
    ];
    for (const fix of fixes) {
      attempt = { ...attempt, ...fix(attempt) };
      said.push(await sayTo(attempt, invented));
    }
    expect(said).toEqual([
      "session-not-yet-valid",
      "session-expired",
      "permission-missing",
      "region-not-allowed",
      "recipient-not-allowed",
      "time-went-backwards",
      "checkpoint-unknown",
      "checkpoint-went-backwards",
      "offline-too-long",
      "asset-unknown",
      "amount-invalid",
      "limit-per-transaction",
      "limit-per-day",
      "limit-offline",
      "insufficient-funds",
      undefined,
    ]);
  });
});

interface Attempt {
  readonly terms: Partial<SessionTerms>;
  readonly isAllowedTo: "alice" | "bob";
  readonly pays: "alice" | "bob";
  readonly money: Money;
  readonly time: TimeMs;
  readonly checkpoint: "invented" | "older" | "newer";
  readonly region?: Region;
}

/** What the ledger says 100 days on to an entry of alice, who has 2.00 and whose log has one rejected entry of the second day. */
async function sayTo(attempt: Attempt, invented: CheckpointTag): Promise<unknown> {
  const ledger = new TestLedger({ network: createTestNetwork(["alice"], ami(2)) });
  const { network } = ledger;
  const known = { alice: await createPerson("alice", { network }), bob: await ledger.join("bob") };
  const recipients = [known[attempt.isAllowedTo].account];
  const alice = await ledger.join("alice", { terms: { ...attempt.terms, recipients, offlineLimits: [ami(3)] } });
  await ledger.settle([]);
  const write = penOf(ledger, alice);
  const newer = ledger.reference;
  await ledger.settle([await write(pay(alice, ami(0)), { time: at(2 * DAY), checkpoint: newer })], {
    time: at(2 * DAY),
  });
  const older = genesisReference(network);
  const checkpoint = { older, newer, invented: { ...older, tag: invented } }[attempt.checkpoint];
  const { pays, money, time, region: where } = attempt;
  const entry = await write(pay(known[pays], money), {
    time,
    checkpoint,
    ...(where === undefined ? {} : { region: where }),
  });
  const failure = onlyFailure(ledger.look([entry], { time: at(100 * DAY) }));
  return (failure as { readonly code: string } | undefined)?.code;
}
