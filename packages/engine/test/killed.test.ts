/**
 * A wallet's process that is killed while it pays, again and again (spec [DEV1]): a real process on a real disk. What it had
 * acknowledged is there, and no place of its log ever has two entries, whatever of them anybody has seen.
 */
import "@automerge/automerge";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openFileKeyVault } from "@amigos/adapters/key-vault-file";
import { systemClock as clock, systemRandom as random } from "@amigos/adapters/runtime";
import { openSqliteStore } from "@amigos/adapters/store-sqlite";
import { createNetwork, limits, timeMs, type EntryId, type Sequence } from "@amigos/core";
import { ami, createTestNetwork } from "@amigos/core/testing";
import { createAccount, createFounder, openWallet, SEND_UNLIMITED, type Wallet } from "@amigos/engine";
import { fresh, openHub, pair, settle } from "./devices.ts";
import { startChild } from "../../../scripts/lib/child.ts";

/** 100 with `AMIGOS_RUNS_FACTOR=20`. */
const ROUNDS = Math.round(5 * Number(process.env["AMIGOS_RUNS_FACTOR"] ?? 1));
const PAYMENTS_A_ROUND_MAX: number = limits.UNSETTLED_PER_SESSION_MAX;
const SLOW_MACHINE_MS = 30_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "amigos-killed-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A wallet in the folder, and the ledger that settles what it paid. */
async function found() {
  const keys = await openFileKeyVault({ directory: join(folder, "keys") });
  const founder = await createFounder({ keys, random });
  const { genesis } = createTestNetwork();
  const time = timeMs(clock.now() - 60_000);
  const network = createNetwork({ ...genesis, time, allocations: [{ founder, ...ami(1000) }] });
  await writeFile(join(folder, "genesis.cbor"), network.bytes);
  const openStore = () => openSqliteStore({ path: join(folder, "wallet.db") });
  const store = await openStore();
  const account = await createAccount({ network, store, keys, founder, clock, random });
  const permissions = [SEND_UNLIMITED];
  const session = await account.createSession({ device: "phone", permissions, expiry: { days: 30 } });
  await (await openWallet({ network, session, store, keys, links: [], clock, random })).close();
  const link = pair("hub", "wallet");
  const hub = await openHub(network, fresh("hub"), [link.left]);
  const open = async (): Promise<Wallet> =>
    openWallet({ network, store: await openStore(), keys, links: [link.right], clock, random });
  return { hub, open };
}

it(
  "[DEV1] SIGKILL at any moment: no acknowledged payment is lost, and no place is signed twice",
  {
    timeout: ROUNDS * SLOW_MACHINE_MS,
  },
  async () => {
    const { hub, open } = await found();
    const payee = "ab".repeat(32);
    /** Every entry that anybody ever saw, by place. */
    const seen = new Map<number, EntryId>();
    const see = (sequence: number, id: EntryId): void => {
      expect(seen.get(sequence) ?? id, `place ${sequence}`).toBe(id);
      seen.set(sequence, id);
    };
    for (let round = 0; round < ROUNDS; round++) {
      const child = startChild(new URL("paying-process.ts", import.meta.url), [folder, payee]);
      const first = await child.line();
      const [sequence = "", id = ""] = (first ?? "").split(" ");
      see(Number(sequence), id as EntryId);
      // Somewhere in the payment after, or the one after that: between any two of its writes.
      const acknowledged: string[] = [];
      const reading = (async () => {
        for (let line = await child.line(); line !== undefined; line = await child.line()) acknowledged.push(line);
      })();
      await new Promise((resolve) => setTimeout(resolve, (random.bytes(1)[0] ?? 0) % 8));
      await child.kill();
      await reading;
      const whole = acknowledged.filter((line) => /^\d+ [0-9a-f]{64}$/.test(line)).map((line) => line.split(" "));
      for (const [place = "", entry = ""] of whole) see(Number(place), entry as EntryId);
      const wallet = await open();
      const { session, payments } = wallet.view;
      expect(session.status).not.toBe("frozen");
      expect(payments.filter(({ outcome, isDisputed }) => outcome !== "accepted" || isDisputed)).toEqual([]);
      await wallet.when(({ connections }) => connections[0]);
      expect((await wallet.sync()).reachedHub).toBe(true);
      await settle(hub);
      await wallet.when((view) => view.ledger.height === hub.settled.height || undefined);
      const places = { from: 0 as Sequence, to: (seen.size + PAYMENTS_A_ROUND_MAX) as Sequence };
      const settled = await hub.archive.entriesBetween(session.id, places, hub.settled.height);
      for (const {
        id: entry,
        entry: { sequence: place },
      } of settled)
        see(place, entry);
      // Nothing that was acknowledged is missing, and nothing stands between.
      expect([...seen.keys()].toSorted((a, b) => a - b)).toEqual(settled.map((_, index) => index));
      expect(hub.undecided.size).toBe(0);
      await wallet.close();
    }
  },
);
