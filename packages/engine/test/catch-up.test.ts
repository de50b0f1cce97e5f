/** A device that has nothing meets a hub that has settled its log: the ledger comes first, and the documents after it. */
import { createMemoryLinkPair } from "@amigos/adapters/link-memory";
import { expect, it } from "vitest";
import { createDoor, emptyStore, replayingReplica, settledAt, settledLedger } from "../bench/support/ledger.ts";
import { until } from "./devices.ts";

it("[PEER6] the documents of a log come when its checkpoints are here, and then they agree", async () => {
  const door = createDoor();
  const ledger = await settledLedger({ people: 2, payments: 40, links: [door.link] });
  const [alice] = ledger.people;
  if (alice === undefined) throw new RangeError("nobody is there");
  const { left, right } = createMemoryLinkPair();
  await door.open(left);
  const replica = await replayingReplica(ledger, alice, await emptyStore("alice"), [right]);
  const log = { kind: "log", session: alice.session, epoch: 0 } as const;
  const empty = replica.documentHeads(log);
  const headsWhenSettled: (readonly string[])[] = [];
  replica.subscribe(({ type }) => void (type === "settled" && headsWhenSettled.push(replica.documentHeads(log))));
  await replica.connect();
  await settledAt(replica, ledger.hub.settled.height);
  expect(headsWhenSettled).toEqual([empty]);
  const heads = ledger.hub.documentHeads(log);
  expect(heads).not.toEqual(empty);
  await until("the same heads", () => replica.documentHeads(log).join() === heads.join());
  await replica.close();
  await ledger.hub.close();
});
