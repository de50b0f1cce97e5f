import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sequence, signEntry, READ_ALL, type Entry } from "@amigos/core";
import { ami, signPayment } from "@amigos/core/testing";
import { DAY, at, onlyFailure, TestLedger } from "../../test/support/ledger.ts";
import type { AccountState, SessionState } from "../state/account-state.ts";
import { accountOf } from "../state/ledger-state.ts";
import { ENTRY_RULES, LADDER } from "./index.ts";
import type { EntryView } from "./rule.ts";

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

  it("[LAD1] a rule asked alone leaves what is not known to the rules that say so", async () => {
    const ledger = new TestLedger();
    const { network } = ledger;
    const alice = await ledger.join("alice");
    const { entry } = await signPayment(alice, { network, to: alice.account, money: ami(1) });
    await ledger.settle([]);
    const account = accountOf(ledger.state, alice.account) as AccountState;
    const view: EntryView = {
      account,
      session: account.sessions.get(alice.session) as SessionState,
      predecessor: undefined,
      missingDependency: undefined,
      checkpoint: undefined,
      isPlaceForgotten: false,
      dishonouredFrom: undefined,
    };
    const moment = { network, height: entry.checkpoint.height, time: at(0) };
    const failing = ENTRY_RULES.filter((rule) => rule.check(view, entry, moment) !== undefined);
    expect(failing.map(({ code }) => code)).toEqual(["history-missing", "previous-missing", "amount-invalid"]);
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
});
