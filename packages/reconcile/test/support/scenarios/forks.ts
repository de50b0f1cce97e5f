/** Stories about a copied phone: forks under each policy, found at once and late, and witnesses. */
import { STAKE_MANAGE, SEND_UNLIMITED, type VerifiedEntry } from "@amigos/core";
import { ami, type Person } from "@amigos/core/testing";
import { HOUR, MINUTE } from "../ledger.ts";
import type { Stage, Story } from "./stage.ts";

const policies = ["honour-all", "single-branch", "freeze-fork"] as const;

interface Crowd {
  readonly mallory: Person;
  readonly bob: Person;
  readonly carol: Person;
  readonly dave: Person;
}

async function crowd(stage: Stage): Promise<Crowd> {
  const [mallory, bob] = [await stage.person("mallory"), await stage.person("bob")];
  const [carol, dave] = [await stage.person("carol"), await stage.person("dave")];
  await stage.settle({ people: [mallory, bob, carol, dave] });
  stage.later(HOUR);
  return { mallory, bob, carol, dave };
}

/** Accounts whose phones witness; each has 40.00 staked behind it. */
async function witnesses(stage: Stage, count: number): Promise<readonly Person[]> {
  const permissions = [SEND_UNLIMITED, STAKE_MANAGE];
  const grace = await stage.person("grace", { permissions });
  const phones: Person[] = [];
  for (const name of ["walter", "wanda", "wendy"].slice(0, count)) phones.push(await stage.person(name));
  const stakes: VerifiedEntry[] = [];
  await stage.settle({ people: [grace, ...phones] });
  for (const { account: validator } of phones)
    stakes.push(await stage.sign(grace, { type: "stake", validator, ...ami(40) }));
  await stage.settle({ entries: stakes });
  return phones;
}

function attest(stage: Stage, witness: Person, { entry, link }: VerifiedEntry): Promise<VerifiedEntry> {
  const { account, session, sequence } = entry;
  return stage.sign(witness, { type: "attest", account, session, sequence, head: link });
}

export const forks: readonly Story[] = [
  ...policies.map((policy): Story => ({
    name: `fork-${policy}`,
    story: `Mallory's phone was copied: after one payment that stands, both copies go on, one with 60.00 to bob and 5.00 to carol, the other with 50.00 to dave and 4.00 to bob. Everything arrives together, and the policy is ${policy}. Nothing that comes later counts.`,
    holders: ["mallory"],
    policy,
    tell: async (stage) => {
      const { mallory, bob, carol, dave } = await crowd(stage);
      const first = await stage.pay(mallory, bob, ami(1));
      const left = [await stage.pay(mallory, bob, ami(60)), await stage.pay(mallory, carol, ami(5))];
      const right = [await stage.pay(mallory, dave, ami(50), { after: first }), await stage.pay(mallory, bob, ami(4))];
      await stage.settle({ entries: [...right, ...left, first] });
      await stage.settle({ entries: [await stage.pay(mallory, carol, ami(1))] });
    },
  })),
  ...policies.map((policy): Story => ({
    name: `late-fork-${policy}`,
    story: `Mallory's payments to bob and carol are settled when the other copy's come to light, which go back to before: one for each of the settled places and one beyond. What is settled stays; the policy is ${policy}.`,
    holders: ["mallory"],
    policy,
    tell: async (stage) => {
      const { mallory, bob, carol, dave } = await crowd(stage);
      const settled = [await stage.pay(mallory, bob, ami(30)), await stage.pay(mallory, carol, ami(30))];
      const known = stage.reference;
      await stage.settle({ entries: settled });
      stage.later(MINUTE);
      const late = [
        await stage.pay(mallory, dave, ami(20), { after: "start", checkpoint: known }),
        await stage.pay(mallory, dave, ami(10), { checkpoint: known }),
        await stage.pay(mallory, bob, ami(15), { checkpoint: known }),
      ];
      await stage.settle({ entries: late });
      await stage.settle({ entries: [...late, await stage.pay(mallory, carol, ami(1))] });
    },
  })),
  {
    name: "witnesses-certify",
    story:
      "Of mallory's two payments for one place all three witnesses saw the one to carol, and the policy honours nothing else. One of their attestations came a batch earlier and was kept.",
    holders: ["mallory", "grace"],
    each: ami(200),
    policy: "freeze-fork",
    tell: async (stage) => {
      const phones = await witnesses(stage, 3);
      const { mallory, bob, carol } = await crowd(stage);
      const lost = await stage.pay(mallory, bob, ami(150));
      const seen = await stage.pay(mallory, carol, ami(150), { after: "start" });
      const [first, ...others] = phones;
      if (first === undefined) throw new RangeError("three witnesses");
      await stage.settle({ entries: [await attest(stage, first, seen)] });
      const attestations: VerifiedEntry[] = [];
      for (const witness of others) attestations.push(await attest(stage, witness, seen));
      await stage.settle({ entries: [lost, seen, ...attestations] });
    },
  },
  {
    name: "witness-lies",
    story:
      "Walter says of two payments for one place that he saw each first. Neither counts, his phone is frozen from the second attestation on, and the proof is there for everybody. So it is for wanda, whose two come in two batches.",
    holders: ["mallory", "grace"],
    each: ami(200),
    tell: async (stage) => {
      const [walter, wanda] = await witnesses(stage, 2);
      if (walter === undefined || wanda === undefined) throw new RangeError("two witnesses");
      const { mallory, bob, carol } = await crowd(stage);
      const [one, other] = [
        await stage.pay(mallory, bob, ami(150)),
        await stage.pay(mallory, carol, ami(150), { after: "start" }),
      ];
      await stage.settle({ entries: [await attest(stage, wanda, one)] });
      const both = [await attest(stage, walter, one), await attest(stage, walter, other)];
      await stage.settle({ entries: [...both, await attest(stage, wanda, other), one, other] });
      await stage.settle({
        entries: [await stage.pay(walter, bob, ami(1)), await stage.pay(wanda, bob, ami(1))],
      });
    },
  },
];
