/** How long a call takes at most: everything that a hostile crowd can put into one, at once. */
import { expect, it } from "vitest";
import { sequence, type VerifiedEntry } from "@amigos/core";
import { ami, signPayment } from "@amigos/core/testing";
import { HOUR, at, TestLedger } from "./support/ledger.ts";

it("[ORD1] ends within bounds on a hundred thousand forks, dependencies by the thousand and claimed cycles", async () => {
  const ledger = new TestLedger();
  const { network } = ledger;
  const [alice, bob] = [await ledger.join("alice"), await ledger.join("bob")];
  await ledger.settle([]);
  const template = await signPayment(alice, { network, to: bob.account, money: ami(1) });
  // Signatures are not what is looked at here, so these are only shaped like verified entries.
  const fake = (index: number, change: Partial<VerifiedEntry["entry"]>): VerifiedEntry => {
    const id = index.toString(16).padStart(64, "0") as VerifiedEntry["id"];
    return { ...template, id, link: id as string as VerifiedEntry["link"], entry: { ...template.entry, ...change } };
  };
  const forks = Array.from({ length: 100_000 }, (_unused, index) => fake(index, { time: at(index) }));
  const ids = forks.map(({ id }) => id);
  const cycle = Array.from({ length: 5_000 }, (_unused, index) =>
    fake(200_000 + index, {
      session: bob.session,
      account: bob.account,
      sequence: sequence(index),
      dependencies: [
        ...ids.slice(index, index + 15),
        (200_000 + ((index + 1) % 5_000)).toString(16).padStart(64, "0") as VerifiedEntry["id"],
      ],
    }),
  );
  const { verdicts, evidence } = ledger.look([...forks, ...cycle], { time: at(HOUR) });
  expect([verdicts.length, evidence.length]).toEqual([105_000, 1]);
  expect(verdicts.filter(({ outcome }) => outcome === "accepted").length).toBe(100);
  expect(verdicts.filter(({ outcome }) => outcome === "deferred").length).toBe(5_000);
});
