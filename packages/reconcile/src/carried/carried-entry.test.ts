import { describe, expect, it } from "vitest";
import { checkpointTag, limits, type Height, type Sequence, type TimeMs } from "@amigos/core";
import { ami, createPerson, createTestNetwork, genesisReference, signPayment } from "@amigos/core/testing";
import { at, HOUR, present } from "../../test/support/ledger.ts";
import { rebuild, shorten, type Standing } from "./carried-entry.ts";

const network = createTestNetwork(["alice"]);
const [alice, bob] = [await createPerson("alice", { network }), await createPerson("bob", { network })];
const checkpoint = genesisReference(network);
const first = await signPayment(alice, { network, to: bob.account, money: ami(1), time: at(HOUR) });
const standing: Standing = {
  network: network.tag,
  account: alice.account,
  session: alice.session,
  sequence: first.entry.sequence,
  previous: first.entry.previous,
  time: at(HOUR),
  checkpoint,
};

describe("entries on their way together", () => {
  it("[CAR3] say what they do not share with the one before, and come back as they were", () => {
    const carried = shorten([first], standing);
    expect(Object.keys(carried[0] ?? {})).toEqual(["operation", "signature"]);
    expect(rebuild(carried, standing)).toMatchObject({ ok: true, value: [{ bytes: first.bytes }] });
  });

  it.each([
    ["the height", { ...checkpoint, height: 1 as Height }],
    ["the tag", { ...checkpoint, tag: checkpointTag("ab".repeat(32) as never) }],
  ])("[CAR3] a checkpoint is said where %s is another one", (_which, other) => {
    expect(shorten([first], { ...standing, checkpoint: other })[0]).toMatchObject({ checkpoint });
  });

  it("[CAR3] no place and no time beyond what can be written down", () => {
    const [carried] = shorten([first], standing);
    const rebuilt = (later: number, change: Partial<Standing> = {}, count = 1): unknown => {
      const result = rebuild(
        Array.from({ length: count }, () => ({ ...present(carried), later })),
        { ...standing, ...change },
      );
      return result.ok ? result.value.length : result.error;
    };
    const refused = { type: "schema-mismatch", path: ".entries[0]", expected: "a place and a time within bounds" };
    const [lastTime, lastPlace] = [limits.INTEGER_MAX as TimeMs, limits.INTEGER_MAX as Sequence];
    expect(rebuilt(0, { time: lastTime })).toBe(1);
    expect(rebuilt(1, { time: lastTime })).toEqual(refused);
    expect(rebuilt(0, { sequence: lastPlace })).toBe(1);
    expect(rebuilt(0, { sequence: lastPlace }, 2)).toEqual({ ...refused, path: ".entries[1]" });
  });
});
