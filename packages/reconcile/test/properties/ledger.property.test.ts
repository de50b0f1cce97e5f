/** What must hold over every history, however hostile, and whatever the conflict policy (spec, "Properties"). */
import {
  encodeEquivocationProof,
  orThrow,
  verifyEquivocationProof,
  type AssetCode,
  type EntryId,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createGenesisState,
  decodeLedgerState,
  encodeLedgerState,
  merkleRows,
  reconcile,
  replayCheckpoint,
  stateRoot,
  supplyOf,
  type LedgerState,
  type Reconciliation,
  type SessionState,
} from "../../src/index.ts";
import { histories, network, play, runs, TIMEOUT_MS, type Given, type Played } from "../support/histories.ts";
import { DAY, MemoryHistory, type Step } from "../support/ledger.ts";
import { policies, type PolicyName } from "../support/policies.ts";

const everyPolicy = Object.keys(policies) as readonly PolicyName[];
const HISTORIES = 60;

describe("over every history", () => {
  it(
    "[PROP1] [REC1] the same set gives the same root, verdicts and evidence",
    () =>
      fc.assert(
        fc.asyncProperty(histories(...everyPolicy), fc.infiniteStream(fc.nat()), async (history, picks) => {
          const { ledger, given } = await play(history);
          const past = new MemoryHistory();
          for (const [index, { before, after, reconciliation }] of ledger.steps.entries()) {
            const shuffled = shuffleAndRepeat(given[index] as Given, picks);
            const again = reconcile({ state: before, ...shuffled, history: past, policy: policies[history.policy] });
            expect(summary(again)).toEqual(summary(reconciliation));
            past.keep(after, keptOf(reconciliation, given[index] as Given));
          }
        }),
        runs(HISTORIES),
      ),
    TIMEOUT_MS,
  );

  it(
    "[REC2] settled verdicts never change: what is decided is ignored ever after",
    () =>
      everyHistory(everyPolicy, ({ ledger }) => {
        const decided = new Set<EntryId>();
        for (const { reconciliation } of ledger.steps) {
          for (const { entry, outcome } of reconciliation.verdicts) {
            expect(outcome === "ignored").toBe(decided.has(entry));
            if (outcome === "accepted" || outcome === "rejected") decided.add(entry);
          }
        }
      }),
    TIMEOUT_MS,
  );

  it(
    "[STA3] value is neither made nor lost, and no balance is below zero",
    () =>
      everyHistory(everyPolicy, ({ ledger }) => {
        for (const { after } of ledger.steps) {
          const held = new Map<AssetCode, bigint>();
          for (const [, { balances }] of merkleRows(after.accounts)) {
            for (const [asset, amount] of balances) {
              expect(amount > 0n).toBe(true);
              held.set(asset, (held.get(asset) ?? 0n) + amount);
            }
          }
          expect(held).toEqual(supplyOf(network));
        }
      }),
    TIMEOUT_MS,
  );

  it(
    "[PROP2] no session is accepted to send more than a limit allows, in one payment or in any UTC day",
    () =>
      everyHistory(everyPolicy, ({ ledger, given }) => {
        const accepted = ledger.steps.flatMap(({ reconciliation }, index) =>
          acceptedOf(reconciliation, given[index] as Given),
        );
        const sessions = sessionsOf(ledger.state);
        const sentByDay = new Map<string, bigint>();
        for (const { entry } of accepted) {
          const { asset, amount } = entry.operation;
          const { permissions } = sessions.get(entry.session) as SessionState;
          const row = `${entry.session}/${asset}/${Math.floor(entry.time / DAY)}`;
          const sent = (sentByDay.get(row) ?? 0n) + amount;
          sentByDay.set(row, sent);
          for (const permission of permissions) {
            if (!("asset" in permission) || permission.asset !== asset) continue;
            expect((permission.type === "SEND_LIMIT_TX" ? amount : sent) <= permission.amount).toBe(true);
          }
        }
      }),
    TIMEOUT_MS,
  );

  it(
    "[PROP3] nothing is accepted at or beyond a freeze after the call that proved it, and no freeze is lifted",
    () =>
      everyHistory(everyPolicy, ({ ledger, given }) => {
        for (const [index, { before, after, reconciliation }] of ledger.steps.entries()) {
          const frozen = sessionsOf(before);
          for (const { entry } of acceptedOf(reconciliation, given[index] as Given)) {
            const frozenFrom = frozen.get(entry.session)?.frozenFrom ?? Number.POSITIVE_INFINITY;
            expect(entry.sequence < frozenFrom).toBe(true);
          }
          for (const [id, { frozenFrom }] of sessionsOf(after)) {
            const earlier = frozen.get(id)?.frozenFrom;
            expect(earlier === undefined || (frozenFrom !== undefined && frozenFrom <= earlier)).toBe(true);
          }
        }
      }),
    TIMEOUT_MS,
  );

  it(
    "[PROP4] every proof verifies for a stranger, and stands for what is frozen",
    () =>
      everyHistory(everyPolicy, ({ ledger }) => {
        for (const { before, after, reconciliation } of ledger.steps) {
          const [earlier, later] = [sessionsOf(before), sessionsOf(after)];
          for (const proof of reconciliation.evidence) {
            const { key, frozenFrom } = later.get(proof.session) as SessionState;
            expect(frozenFrom).toBe(proof.sequence);
            const seen = verifyEquivocationProof(encodeEquivocationProof(proof), { network: network.tag, key });
            expect(seen.ok).toBe(true);
          }
          const newlyFrozen = [...later].filter(([id, { frozenFrom }]) => frozenFrom !== earlier.get(id)?.frozenFrom);
          expect(newlyFrozen.length).toBe(reconciliation.evidence.length);
        }
      }),
    TIMEOUT_MS,
  );

  it(
    "[PROP5] a replica that replays the records, from a snapshot at any height, gets the same roots",
    () =>
      fc.assert(
        fc.asyncProperty(histories("honour-all"), fc.nat(), async (history, pick) => {
          const { ledger } = await play(history);
          const resumeAt = pick % ledger.steps.length;
          const past = new MemoryHistory();
          let state = createGenesisState(network);
          for (const [index, { record, after }] of ledger.steps.entries()) {
            if (index === resumeAt) state = orThrow(decodeLedgerState(encodeLedgerState(state), network));
            const replayed = orThrow(await replayCheckpoint(state, record, past));
            state = replayed.state;
            past.keep(state, replayed.entries);
            expect([stateRoot(state), state.checkpoint]).toEqual([stateRoot(after), after.checkpoint]);
          }
        }),
        runs(HISTORIES),
      ),
    TIMEOUT_MS,
  );

  it(
    "[STA5] a snapshot decodes to the same state, byte for byte",
    () =>
      everyHistory(everyPolicy, ({ ledger }) => {
        const bytes = encodeLedgerState(ledger.state);
        const decoded = orThrow(decodeLedgerState(bytes, network));
        expect(encodeLedgerState(decoded)).toEqual(bytes);
        expect(stateRoot(decoded)).toBe(stateRoot(ledger.state));
      }),
    TIMEOUT_MS,
  );
});

function everyHistory(names: readonly PolicyName[], check: (played: Played) => void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(histories(...names), async (history) => check(await play(history))),
    runs(HISTORIES),
  );
}

function summary(reconciliation: Reconciliation): unknown {
  const { state, verdicts, control, evidence } = reconciliation;
  return { root: stateRoot(state), verdicts, control, evidence: evidence.map(encodeEquivocationProof) };
}

/** The same members in another order, some of them more than once. */
function shuffleAndRepeat({ entries, inceptions, control, time }: Given, picks: fc.Stream<number>): Given {
  const shuffle = <Item>(items: readonly Item[]): readonly Item[] => {
    const rest = [...items];
    const mixed: Item[] = [];
    for (const pick of picks.take(items.length)) {
      const item = rest.splice(pick % rest.length, 1)[0] as Item;
      mixed.push(item, ...(pick % 5 === 0 ? [item] : []));
    }
    return mixed;
  };
  return { entries: shuffle(entries), inceptions: shuffle(inceptions), control: shuffle(control), time };
}

function acceptedOf({ verdicts }: Step["reconciliation"], { entries }: Given): readonly VerifiedEntry[] {
  const accepted = new Set(verdicts.filter(({ outcome }) => outcome === "accepted").map(({ entry }) => entry));
  return onceEach(entries.filter(({ id }) => accepted.has(id)));
}

function keptOf({ verdicts }: Reconciliation, { entries }: Given): readonly VerifiedEntry[] {
  const decided = new Set(
    verdicts.filter(({ outcome }) => outcome === "accepted" || outcome === "rejected").map(({ entry }) => entry),
  );
  return onceEach(entries.filter(({ id }) => decided.has(id)));
}

function onceEach(entries: readonly VerifiedEntry[]): readonly VerifiedEntry[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

function sessionsOf(state: LedgerState): ReadonlyMap<SessionId, SessionState> {
  return new Map([...merkleRows(state.accounts)].flatMap(([, { sessions }]) => [...sessions]));
}
