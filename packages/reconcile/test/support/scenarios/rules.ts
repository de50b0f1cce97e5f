/** Stories that meet every rule of the ladder, with every reason that it may have. */
import {
  assetCode,
  checkpointTag,
  height,
  IMPORT_EXECUTE,
  READ_ALL,
  SEND_LIMIT_DAILY,
  SEND_LIMIT_TX,
  SEND_UNLIMITED,
  STAKE_MANAGE,
  timeMs,
  type AccountId,
  type CheckpointId,
  type EntryId,
  type Region,
  type VerifiedEntry,
} from "@amigos/core";
import { ami, START } from "@amigos/core/testing";
import { at, DAY, HOUR, MINUTE } from "../ledger.ts";
import type { Story } from "./stage.ts";

const nobody = { account: "ab".repeat(32) as AccountId };
const nowhere = checkpointTag("cd".repeat(32) as CheckpointId);

export const rules: readonly Story[] = [
  {
    name: "rules-that-wait",
    story:
      "What alice signs cannot be judged yet: of an account or session that the ledger does not know, without the one before, without what it builds on, ahead of the ledger's time and of its checkpoints. When what was missing comes, it is judged; and then it is a duplicate.",
    tell: async (stage) => {
      const [alice, bob] = [await stage.person("alice"), await stage.person("bob")];
      const tablet = await stage.device(alice, "tablet");
      const watch = await stage.device(alice, "watch");
      await stage.settle({ people: [alice, bob] });
      stage.later(HOUR);
      const first = await stage.pay(alice, bob, ami(1));
      const second = await stage.pay(alice, bob, ami(2));
      const missing = "ef".repeat(32) as EntryId;
      await stage.settle({
        // The watch is granted after the tablet, whose grant does not come.
        control: [watch.grant],
        entries: [
          await stage.pay(
            { ...tablet, account: nobody.account, session: alice.session, signer: alice.signer },
            bob,
            ami(1),
            {
              after: "start",
            },
          ),
          await stage.pay(watch, bob, ami(3)),
          second,
        ],
      });
      const waiting = await stage.pay(bob, alice, ami(1), { dependencies: [missing] });
      await stage.settle({ control: [tablet.grant, watch.grant], entries: [first, second, waiting] });
      const ahead = { height: height(stage.reference.height + 1), tag: nowhere };
      const early = await stage.pay(tablet, bob, ami(1), { time: at(stage.clock + 6 * MINUTE) });
      await stage.settle({
        entries: [first, early, await stage.pay(watch, bob, ami(1), { checkpoint: ahead, after: "start" })],
      });
      stage.later(MINUTE);
      await stage.settle({ entries: [early] });
    },
  },
  {
    name: "rules-of-what-is-forgotten",
    story:
      "A replica begins with a snapshot and keeps nothing of what was before: what settled at a place it cannot say, nor which checkpoint an entry means.",
    tell: async (stage) => {
      const [alice, bob] = [await stage.person("alice"), await stage.person("bob")];
      await stage.settle({ people: [alice, bob] });
      const first = await stage.pay(alice, bob, ami(1));
      const second = await stage.pay(alice, bob, ami(1));
      stage.later(HOUR);
      await stage.settle({ entries: [first] });
      stage.forget();
      await stage.settle({ entries: [first, second] });
      await stage.settle({ entries: [await stage.pay(alice, bob, ami(1), { after: first })] });
    },
  },
  {
    name: "rules-of-the-session",
    story:
      "Devices that may not, each for its reason: killed, revoked, frozen, before their time, after it, without the permission, outside their region, to somebody they may not pay.",
    holders: ["alice", "bob"],
    tell: async (stage) => {
      const [alice, bob] = [await stage.person("alice"), await stage.person("bob")];
      const dave = await stage.person("dave", { permissions: [READ_ALL, SEND_LIMIT_TX(ami(1))] });
      await stage.settle({ people: [alice, bob, dave] });
      const tablet = await stage.device(alice, "tablet");
      const watch = await stage.device(alice, "watch", { notBefore: at(2 * DAY) });
      const laptop = await stage.device(alice, "laptop", { expiry: at(DAY) });
      const camera = await stage.device(alice, "camera", { expiry: at(DAY) });
      const till = await stage.device(alice, "till", { regions: ["CH-ZH" as Region] });
      const toy = await stage.device(alice, "toy", { recipients: [dave.account] });
      const reader = await stage.device(alice, "reader", { permissions: [{ type: "READ_ONLY" }] });
      await stage.settle({ control: [tablet, watch, laptop, camera, till, toy, reader].map(({ grant }) => grant) });
      stage.later(HOUR);
      const pays = (who: typeof alice, region?: string): Promise<VerifiedEntry> =>
        stage.pay(who, bob, ami(1), region === undefined ? {} : { region: region as Region });
      const [kept, dropped] = [await pays(tablet), await pays(tablet)];
      const revoke = { type: "revoke", session: tablet.session, lastHonoured: kept.entry.sequence } as const;
      const one = await stage.pay(bob, dave, ami(1));
      const two = await stage.pay(bob, alice, ami(2), { after: "start" });
      const validator = dave.account;
      const service = {
        type: "execute",
        import: "5e".repeat(32) as never,
        method: "run",
        asset: ami(1).asset,
      } as const;
      await stage.settle({
        control: [await stage.control(alice, revoke)],
        entries: [
          kept,
          dropped,
          await pays(watch),
          await pays(till),
          await pays(till, "CH-BE"),
          await pays(till, "CH-ZH"),
          await pays(toy),
          await stage.pay(toy, dave, ami(1)),
          await stage.sign(reader, {
            type: "attest",
            account: bob.account,
            session: bob.session,
            sequence: 0 as never,
            head: one.link,
          }),
          await stage.sign(dave, { type: "stake", validator, ...ami(1) }),
          await stage.sign(dave, { ...service, fee: ami(1).amount }),
          await stage.sign(dave, { type: "pay", to: bob.account, asset: assetCode("EUR"), amount: ami(1).amount }),
          one,
          two,
        ],
      });
      await stage.settle({ entries: [await stage.pay(bob, alice, ami(1), { after: one })] });
      const late = await stage.pay(camera, bob, ami(1), { time: at(DAY - 1) });
      stage.later(DAY);
      await stage.settle({ entries: [await stage.pay(laptop, bob, ami(1), { time: at(DAY) })] });
      stage.later(7 * DAY);
      await stage.settle({ entries: [late] });
      const kill = { type: "kill-switch", generation: 1 as never } as const;
      await stage.settle({ control: [await stage.control(alice, kill)], entries: [await pays(alice)] });
    },
  },
  {
    name: "rules-of-time",
    story:
      "Mallory claims times and checkpoints as they suit: before the entry before, before the checkpoint that is named, one that never was, an older one than before. Bob simply comes too late.",
    holders: ["mallory", "bob"],
    tell: async (stage) => {
      const [mallory, bob] = [await stage.person("mallory"), await stage.person("bob", { expiry: at(60 * DAY) })];
      const tablet = await stage.device(mallory, "tablet");
      await stage.settle({ people: [mallory, bob], control: [tablet.grant] });
      const old = stage.reference;
      stage.later(DAY);
      const forgotten = await stage.pay(bob, mallory, ami(1));
      await stage.settle({});
      stage.later(HOUR);
      const now = stage.clock;
      const pays = (time: number, change = {}): Promise<VerifiedEntry> =>
        stage.pay(mallory, bob, ami(1), { time: at(time), ...change });
      await stage.settle({
        entries: [
          await pays(now),
          await pays(now - 1),
          await pays(now, { checkpoint: { height: stage.reference.height, tag: nowhere } }),
          await pays(now, { checkpoint: old }),
        ],
      });
      await stage.settle({ entries: [await stage.pay(tablet, bob, ami(1), { time: at(now - HOUR - 6 * MINUTE) })] });
      stage.later(31 * DAY);
      await stage.settle({ entries: [forgotten] });
    },
  },
  {
    name: "rules-of-value",
    story:
      "Payments that cannot be: of an asset that there is not, of nothing, to oneself, above each limit, above what there is; and a float that is not there.",
    tell: async (stage) => {
      const limited = [SEND_LIMIT_TX(ami(60)), SEND_LIMIT_DAILY(ami(70))];
      const alice = await stage.person("alice", { permissions: [...limited, SEND_UNLIMITED] });
      const bob = await stage.person("bob");
      await stage.settle({ people: [alice, bob] });
      stage.later(HOUR);
      const eur = { asset: assetCode("EUR"), amount: ami(1).amount };
      await stage.settle({
        entries: [
          await stage.pay(alice, bob, eur),
          await stage.pay(alice, bob, ami(0)),
          await stage.pay(alice, alice, ami(1)),
          await stage.pay(alice, bob, ami(61)),
          await stage.pay(alice, bob, ami(60)),
          await stage.pay(alice, bob, ami(11)),
          await stage.sign(alice, { type: "release", ...ami(1) }),
          await stage.sign(alice, { type: "float", ...ami(41) }),
          await stage.sign(alice, { type: "float", ...ami(40) }),
          await stage.pay(alice, bob, ami(10)),
          await stage.sign(alice, { type: "float", ...ami(1) }),
        ],
      });
    },
  },
  {
    name: "rules-of-stakes",
    story:
      "Alice stakes behind as many validators as she may, takes stakes back as often as she may, and one time too many of each; what is not staked cannot be taken back, and only one asset can be staked.",
    assets: ["AMI", "EUR"],
    tell: async (stage) => {
      const alice = await stage.person("alice", {
        permissions: [STAKE_MANAGE, SEND_UNLIMITED, IMPORT_EXECUTE],
        expiry: timeMs(START + 300 * DAY),
      });
      await stage.settle({ people: [alice] });
      const validatorOf = (index: number): AccountId => index.toString(16).padStart(64, "0") as AccountId;
      const stakes: VerifiedEntry[] = [];
      for (let index = 1; index <= 17; index += 1)
        stakes.push(await stage.sign(alice, { type: "stake", validator: validatorOf(index), ...ami(3) }));
      const eur = { asset: assetCode("EUR"), amount: ami(1).amount };
      stakes.push(await stage.sign(alice, { type: "unstake", validator: validatorOf(17), ...ami(1) }));
      stakes.push(await stage.sign(alice, { type: "stake", validator: validatorOf(1), ...eur }));
      await stage.settle({ entries: stakes });
      for (let index = 1; index <= 17; index += 1) {
        stage.later(MINUTE);
        const money = { asset: ami(1).asset, amount: ami(0, 10).amount };
        await stage.settle({
          entries: [await stage.sign(alice, { type: "unstake", validator: validatorOf(1), ...money })],
        });
      }
    },
  },
];
