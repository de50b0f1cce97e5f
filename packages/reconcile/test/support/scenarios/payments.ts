/** Stories about payments: plain ones, chains of them, limits, floats, stakes. */
import {
  decodeEntry,
  orThrow,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  IMPORT_EXECUTE,
  type AccountId,
  type ImportId,
  type VerifiedEntry,
} from "@amigos/core";
import { AMI, ami, type Person } from "@amigos/core/testing";
import { bend } from "../bend.ts";
import { DAY, HOUR, MINUTE } from "../ledger.ts";
import type { Stage, Story } from "./stage.ts";

/** Alice, bob and carol, settled. */
async function three(stage: Stage) {
  const [alice, bob, carol] = [await stage.person("alice"), await stage.person("bob"), await stage.person("carol")];
  await stage.settle({ people: [alice, bob, carol] });
  stage.later(HOUR);
  return { alice, bob, carol };
}

export const payments: readonly Story[] = [
  {
    name: "plain-payments",
    isInWords: true,
    story:
      "Alice pays bob twice and somebody whom the ledger does not know; bob pays carol from what he got, in the same batch and before it was settled. Carol passes that on when it is.",
    tell: async (stage) => {
      const { alice, bob, carol } = await three(stage);
      const first = await stage.pay(alice, bob, ami(30));
      const onward = await stage.pay(bob, carol, ami(12, 50), { dependencies: [first.id] });
      const second = await stage.sign(alice, { type: "pay", to: bob.account, ...ami(5), memo: "two coffees ☕" });
      const stranger = await stage.pay(alice, { account: "ab".repeat(32) as AccountId }, ami(1));
      stage.later(MINUTE);
      await stage.settle({ entries: [onward, second, first, stranger] });
      stage.later(MINUTE);
      const back = await stage.pay(carol, alice, ami(12, 50), { dependencies: [onward.id] });
      await stage.settle({ entries: [back, first] });
    },
  },
  {
    name: "cascade",
    story:
      "One payment goes five hops deep before anything is settled, each hop naming the one before. First the last four arrive and wait; then all of it, in the wrong order. Of a second cascade the first payment is not covered, and every hop that builds on it falls for itself.",
    tell: async (stage) => {
      const names = ["alice", "bob", "carol", "dave", "erin", "frank"];
      const people: Person[] = [];
      for (const name of names) people.push(await stage.person(name));
      await stage.settle({ people });
      stage.later(HOUR);
      const cascade = async (whole: number): Promise<readonly VerifiedEntry[]> => {
        const hops: VerifiedEntry[] = [];
        for (const [index, to] of people.slice(1).entries()) {
          const before = hops.at(-1);
          stage.later(MINUTE);
          const choice = before === undefined ? {} : { dependencies: [before.id] };
          const from = people[index];
          if (from !== undefined) hops.push(await stage.pay(from, to, ami(whole - index), choice));
        }
        return hops;
      };
      const hops = await cascade(40);
      await stage.settle({ entries: hops.slice(1) });
      await stage.settle({ entries: hops.toReversed() });
      await stage.settle({ entries: await cascade(80) });
    },
  },
  {
    name: "one-balance-two-devices",
    story:
      "Alice's phone and tablet each spend 80.00 of the same 100.00 in two halves, and neither knows of the other. The device with the lower lot goes first with all that it has; of the other one the first half is not covered, and the second not either. After the next checkpoint the lots are drawn anew.",
    tell: async (stage) => {
      const { alice, bob, carol } = await three(stage);
      const tablet = await stage.device(alice, "tablet");
      await stage.settle({ control: [tablet.grant] });
      for (const half of [40, 8]) {
        const halves: VerifiedEntry[] = [];
        for (const device of [alice, tablet]) {
          halves.push(await stage.pay(device, bob, ami(half)));
          halves.push(await stage.pay(device, carol, ami(half)));
        }
        await stage.settle({ entries: halves });
      }
    },
  },
  {
    name: "limits",
    story:
      "Alice's phone may send 20.00 at once, 50.00 a day, and have 40.00 unsettled. She meets each limit, and the next day and a settled checkpoint make room again.",
    tell: async (stage) => {
      const alice = await stage.person("alice", {
        permissions: [SEND_LIMIT_TX(ami(20)), SEND_LIMIT_DAILY(ami(50))],
        terms: { offlineLimits: [ami(40)] },
      });
      const bob = await stage.person("bob");
      await stage.settle({ people: [alice, bob] });
      stage.later(HOUR);
      const known = stage.reference;
      const payAll = async (...wholes: readonly number[]): Promise<VerifiedEntry[]> => {
        const entries: VerifiedEntry[] = [];
        for (const whole of wholes) entries.push(await stage.pay(alice, bob, ami(whole), { checkpoint: known }));
        return entries;
      };
      await stage.settle({ entries: await payAll(21, 20, 15, 6, 5) });
      stage.later(HOUR);
      await stage.settle({ entries: await payAll(1) });
      stage.later(HOUR);
      await stage.settle({ entries: [await stage.pay(alice, bob, ami(11)), await stage.pay(alice, bob, ami(10))] });
      stage.later(DAY);
      await stage.settle({ entries: [await stage.pay(alice, bob, ami(20)), await stage.pay(alice, bob, ami(20))] });
    },
  },
  {
    name: "floats",
    story:
      "Alice's tablet sets 30.00 aside and pays from it while her phone empties the account: only the float is safe. She pays more than is left of it, releases too much of it, then some; and the rest returns when the tablet is revoked.",
    tell: async (stage) => {
      const { alice, bob } = await three(stage);
      const tablet = await stage.device(alice, "tablet");
      await stage.settle({ control: [tablet.grant] });
      await stage.settle({ entries: [await stage.sign(tablet, { type: "float", ...ami(30) })] });
      const everything = await stage.pay(alice, bob, ami(70));
      const covered = await stage.pay(tablet, bob, ami(20));
      await stage.settle({ entries: [everything, covered] });
      const uncovered = await stage.pay(tablet, bob, ami(11));
      const tooMuch = await stage.sign(tablet, { type: "release", ...ami(11) });
      const some = await stage.sign(tablet, { type: "release", ...ami(4) });
      await stage.settle({ entries: [uncovered, tooMuch, some] });
      await stage.settle({ control: [await stage.control(alice, { type: "revoke", session: tablet.session })] });
      await stage.settle({ entries: [await stage.pay(alice, bob, ami(10))] });
    },
  },
  {
    name: "stakes-and-rewards",
    story:
      "Alice and bob stake behind carol, who runs a service; dave pays its fee and gives something to the pool. What was in the pool is shared out, alice takes her stake back and has it when the unbonding time is over.",
    holders: ["alice", "bob", "dave"],
    tell: async (stage) => {
      const permissions = [SEND_UNLIMITED, STAKE_MANAGE, IMPORT_EXECUTE];
      const expiring = { permissions, expiry: (stage.network.genesis.time + 60 * DAY) as never };
      const [alice, bob] = [await stage.person("alice", expiring), await stage.person("bob", expiring)];
      const [carol, dave] = [await stage.person("carol"), await stage.person("dave", expiring)];
      await stage.settle({ people: [alice, bob, carol, dave] });
      stage.later(HOUR);
      const validator = carol.account;
      const staked = await stage.sign(alice, { type: "stake", validator, ...ami(30) });
      await stage.settle({ entries: [staked, await stage.sign(bob, { type: "stake", validator, ...ami(60) })] });
      const pool = { account: stage.network.id as string as AccountId };
      const service = "5e".repeat(32) as ImportId;
      const execute = { type: "execute", import: service, method: "weather/today", asset: AMI } as const;
      const fee = await stage.sign(dave, { ...execute, fee: ami(2).amount });
      await stage.settle({ entries: [fee, await stage.pay(dave, pool, ami(10))] });
      stage.later(HOUR);
      const back = await stage.sign(alice, { type: "unstake", validator, ...ami(30) });
      const tooMuch = await stage.sign(bob, { type: "unstake", validator, ...ami(61) });
      await stage.settle({ entries: [back, tooMuch, await stage.pay(dave, pool, ami(0, 1))] });
      stage.later(21 * DAY);
      const all = await stage.pay(alice, dave, ami(103, 33));
      await stage.settle({ entries: [all, await stage.pay(bob, dave, ami(43, 33))] });
    },
  },
  {
    name: "what-cannot-be-read",
    story:
      "Bytes that are no body, that are signed by nobody we know, for another network, or by a thief; each has its error in its place, and what stands beside them is settled. An entry of bob's whose own signature is bad is vouched for by the next one.",
    holders: ["alice", "bob"],
    tell: async (stage) => {
      const { alice, bob, carol } = await three(stage);
      const [mallory, nobody] = [await stage.person("mallory"), await stage.person("nobody")];
      const first = await stage.pay(alice, bob, ami(1));
      const bent = bend((await stage.pay(alice, bob, ami(2))).bytes);
      const second = await stage.pay(alice, bob, ami(3), { after: first });
      const stolen = { ...alice, signer: mallory.signer };
      const elsewhere = bend(first.bytes);
      elsewhere[7] = (elsewhere[7] ?? 0) ^ 1;
      const touched = bend((await stage.pay(bob, carol, ami(1))).bytes);
      const vouched = orThrow(decodeEntry(touched, stage.network.tag)) as VerifiedEntry;
      await stage.settle({
        inceptions: [{ bytes: bend(carol.inception.bytes) }, { bytes: Uint8Array.of(0x80) }],
        control: [mallory.grant, { bytes: bend(bob.grant.bytes) }, { bytes: new Uint8Array(2049) }],
        entries: [
          first,
          { bytes: bent },
          second,
          vouched,
          await stage.pay(bob, carol, ami(1), { after: vouched }),
          { bytes: Uint8Array.of() },
          { bytes: elsewhere },
          await stage.pay(mallory, bob, ami(1)),
          await stage.pay(nobody, bob, ami(1)),
          await stage.pay(stolen, mallory, ami(50), { after: second }),
        ],
      });
    },
  },
];
