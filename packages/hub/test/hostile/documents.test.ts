/**
 * Mallory against the documents of a real hub, over a real socket and with a session of her own: each attack on her own
 * log, of which the hub has the first entries, and on alice's, which she may read and write since alice paid her.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "@amigos/adapters/runtime";
import { bytesToHex, type VerifiedEntry } from "@amigos/core";
import { ami, bundleOf, type Person, signPayment } from "@amigos/core/testing";
import type { DocumentInfo } from "@amigos/engine";
import { AttackedLog, DOCUMENT_ATTACKS, ENTRIES_BEFORE_ATTACK, SYNC_MESSAGE_ATTACKS } from "@amigos/engine/testing";
import { temporaryFolders } from "../folders.ts";
import { waitUntil } from "../story/wait-until.ts";
import type { RawPeer } from "./raw-peer.ts";
import { Stage } from "./stage.ts";

const folders = temporaryFolders();
let stage: Stage;

/** Often enough that each is cut off, and that what one left behind would be seen. */
const ROUNDS = 20;
/** The attacks alter places up to the tenth. */
const LOG_LENGTH = 10;

beforeAll(async () => {
  stage = new Stage(await folders.make());
  await stage.open();
  for (let length = 0; length < LOG_LENGTH; length++) await stage.alice.pay(stage.bob.account);
}, 60_000);

afterAll(() => stage.close(), 60_000);

async function signLog(person: Person): Promise<readonly VerifiedEntry[]> {
  const entries: VerifiedEntry[] = [];
  while (entries.length < LOG_LENGTH) {
    const after = entries.at(-1);
    entries.push(
      await signPayment(person, {
        network: stage.network,
        to: stage.carol.account,
        money: ami(1),
        time: systemClock.now(),
        ...(after === undefined ? {} : { after }),
      }),
    );
  }
  return entries;
}

interface Attacker {
  readonly mallory: RawPeer;
  readonly log: DocumentInfo;
  readonly attacked: AttackedLog;
}

/** Mallory with a log of her own, of which the hub has the first entries; and what an honest device would bring the rest by. */
async function withHerLog(): Promise<Attacker & { readonly rest: Uint8Array }> {
  const person = await stage.mallory();
  const entries = await signLog(person);
  const mallory = await stage.meet(person);
  mallory.say({ type: "bundle", bundle: bundleOf(stage.network, person, entries.slice(0, ENTRIES_BEFORE_ATTACK)) });
  await mallory.flush();
  return {
    mallory,
    log: { kind: "log", session: person.session, epoch: 0 },
    attacked: new AttackedLog(
      person.session,
      entries.map(({ bytes }) => bytes),
    ),
    rest: bundleOf(stage.network, person, entries),
  };
}

/** Mallory with alice's log, all of it. */
async function withAlicesLog(): Promise<Attacker> {
  const person = await stage.mallory();
  const mallory = await stage.meet(person);
  await stage.alice.pay(person.account);
  const { log } = stage.alice;
  const entries = await mallory.askValues(log);
  return { mallory, log, attacked: new AttackedLog(stage.alice.phone.wallet.session, entries) };
}

async function attack({ mallory, log }: Attacker, changes: readonly Uint8Array[]): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    mallory.sayOfDocument(log, { heads: [new Uint8Array(32).fill(round)], changes });
    await mallory.flush();
  }
}

describe("hostile changes", { timeout: 60_000 }, () => {
  it.each(DOCUMENT_ATTACKS)("[GRD3][GRD5][GRD7] $name", async ({ changes, refused, refusedWhereKnown = refused }) => {
    const [hers, alices] = [await withHerLog(), await withAlicesLog()];
    await stage.during(() =>
      Promise.all([attack(hers, changes(hers.attacked)), attack(alices, changes(alices.attacked))]),
    );
    const ended = refused.includes("not-admitted") ? "document-suspended" : "document-cut-off";
    await stage.refused(hers.mallory, refused.length > 0 ? [...refused, ended] : []);
    await stage.refused(alices.mallory, [...refusedWhereKnown, ended]);
    await stage.holds();

    stage.carolAtHub.say({ type: "bundle", bundle: hers.rest });
    const honest = bytesToHex(hers.attacked.changes.at(-1)?.hash ?? new Uint8Array());
    await waitUntil("her log is the honest one", async () => (await stage.carolAtHub.askHeads(hers.log)) === honest);
    expect([hers.mallory.closeCode, alices.mallory.closeCode]).toEqual([undefined, undefined]);
    hers.mallory.close();
    alices.mallory.close();
  });

  it("[GRD2] sync messages that are none: other versions, filters, counts and lists that would stop Automerge", async () => {
    for (const { data, refused } of SYNC_MESSAGE_ATTACKS) {
      const { mallory, log } = await withAlicesLog();
      await stage.during(async () => {
        for (let round = 0; round < ROUNDS; round++) mallory.sayOfDocument(log, data());
        await mallory.flush();
      });
      await stage.refused(mallory, [refused, "document-cut-off"]);
      mallory.close();
    }
    await stage.holds();
  });

  it("a hub that met all of them and was killed starts again, with everything", async () => {
    await stage.restart();
  });
});
