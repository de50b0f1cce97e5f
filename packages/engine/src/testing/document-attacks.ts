/**
 * What mallory sends about a log document: changes that brick, split or bloat a document whose replicas take them in, and
 * sync messages that are none. One list for all who meet her: the guard alone, a replica, a hub over a real socket. Beside
 * each, what the guard must call it.
 */
import { concatBytes, type SessionId } from "@amigos/core";
import * as Automerge from "@automerge/automerge/slim";
import { createLogChanges } from "../replication/canonical-change.ts";
import { logActor } from "../replication/document-id.ts";
import { genesisOf } from "../replication/genesis.ts";
import type { RefusalType } from "../replication/refusal.ts";
import {
  alterColumns,
  chunk,
  forgeChange,
  forgeSyncMessage,
  logColumns,
  type ForgedMessage,
  type ForgedParts,
} from "./forge.ts";

/** An honest log of at least ten entries, from its first on, of which the victim has the first three. */
export class AttackedLog {
  readonly session: SessionId;
  /** The honest entries. */
  readonly entries: readonly Uint8Array[];
  /** The canonical change of each. */
  readonly changes: readonly { readonly bytes: Uint8Array; readonly hash: Uint8Array }[];

  constructor(session: SessionId, entries: readonly Uint8Array[]) {
    this.session = session;
    this.entries = entries;
    const write = createLogChanges(session, 0);
    const changes: { readonly bytes: Uint8Array; readonly hash: Uint8Array }[] = [];
    for (const [position, entry] of entries.entries())
      changes.push(write(position, changes[position - 1]?.hash ?? genesisOf("log").hash, entry));
    this.changes = changes;
  }

  /** Of the change before a position. */
  hashBefore(position: number): Uint8Array {
    return this.changes[position - 1]?.hash ?? genesisOf("log").hash;
  }

  bytesAt(position: number): Uint8Array {
    return this.entries[position] ?? new Uint8Array();
  }

  /** The whole log as one chunk, as Automerge saves it. */
  wholeDocument(): Uint8Array {
    const [document] = Automerge.applyChanges(
      Automerge.load(genesisOf("log").bytes),
      this.changes.map(({ bytes }) => bytes),
    );
    return Automerge.save(document);
  }

  /** A change with the authentic entry of a position, and something wrong about it. */
  altered(position: number, how: Partial<ForgedParts>): Uint8Array {
    return forgeChange({
      deps: [this.hashBefore(position)],
      actor: logActor(this.session, 0),
      sequence: position + 1,
      startOp: position + 2,
      columns: logColumns(position, this.bytesAt(position)),
      ...how,
    });
  }
}

/** How many entries of the log a victim has before mallory comes. */
export const ENTRIES_BEFORE_ATTACK = 3;

export interface DocumentAttack {
  readonly name: string;
  readonly changes: (log: AttackedLog) => readonly Uint8Array[];
  readonly refused: readonly RefusalType[];
  /** The same where the victim has all of the log, if it differs. */
  readonly refusedWhereKnown?: readonly RefusalType[];
  /** Entries that the victim takes of it: an authentic one is taken whatever it came in. */
  readonly taken?: number;
}

const opId = (counter: number): Uint8Array => Uint8Array.of(0x7f, counter);

/** Columns that say "in place of operation `counter`" instead of "at the end". */
const overwriting = (counter: number): Readonly<Record<number, Uint8Array>> => ({
  0x34: Uint8Array.of(1),
  0x70: opId(1),
  0x71: opId(0),
  0x73: opId(counter),
});

export const DOCUMENT_ATTACKS: readonly DocumentAttack[] = [
  {
    name: "a change that overwrites what does not exist (missing pred)",
    changes: (log) => [log.altered(3, { columns: alterColumns(logColumns(3, log.bytesAt(3)), overwriting(9)) })],
    refused: ["change-not-canonical"],
    taken: 1,
  },
  {
    name: "a huge startOp",
    changes: (log) => [log.altered(3, { startOp: 100_000_000 })],
    refused: ["change-not-canonical"],
    taken: 1,
  },
  {
    name: "a startOp beyond what Automerge counts",
    changes: (log) => [log.altered(3, { startOp: 2 ** 40 })],
    refused: ["change-malformed"],
  },
  {
    name: "another entry under a taken (actor, seq)",
    changes: (log) => [log.altered(1, { columns: logColumns(1, log.bytesAt(5)) })],
    refused: ["change-not-canonical"],
    taken: 1,
  },
  {
    name: "garbage under a taken (actor, seq)",
    changes: (log) => [log.altered(1, { columns: logColumns(1, new Uint8Array(64).fill(7)) })],
    refused: ["not-admitted"],
  },
  {
    name: "a valid change encoded again, with a message",
    changes: (log) => [log.altered(3, { message: [0x68, 0x69] })],
    refused: ["change-malformed"],
  },
  {
    name: "a valid change encoded again, with one more actor",
    changes: (log) => [log.altered(3, { others: [new Uint8Array(16), new Uint8Array(16).fill(9)] })],
    refused: ["change-malformed"],
  },
  {
    name: "a valid change encoded again, with an empty column",
    changes: (log) => [
      log.altered(3, { columns: alterColumns(logColumns(3, log.bytesAt(3)), { 0x15: new Uint8Array() }) }),
    ],
    refused: ["change-not-canonical"],
    taken: 1,
  },
  {
    name: "a replay under another actor",
    changes: (log) => [log.altered(3, { actor: new Uint8Array(16).fill(0xaa) })],
    refused: ["change-not-canonical"],
    taken: 1,
  },
  {
    name: "a replay of a known entry under another actor",
    changes: (log) => [log.altered(1, { actor: new Uint8Array(16).fill(0xaa) })],
    refused: ["change-not-canonical"],
  },
  {
    name: "an entry overwritten",
    changes: (log) => [log.altered(3, { columns: alterColumns(logColumns(3, log.bytesAt(0)), overwriting(2)) })],
    refused: ["change-not-canonical"],
  },
  {
    name: "an entry deleted",
    changes: (log) => [
      log.altered(3, {
        columns: alterColumns(logColumns(3, log.bytesAt(3)), {
          ...overwriting(2),
          0x42: Uint8Array.of(0x7f, 3),
          0x56: Uint8Array.of(0x7f, 0),
          0x57: undefined,
        }),
      }),
    ],
    refused: ["change-malformed"],
  },
  {
    name: "the container replaced",
    changes: () => {
      const replaced = Automerge.change(
        Automerge.load<{ entries: unknown[] }>(genesisOf("log").bytes),
        { time: 0 },
        (document) => void (document.entries = []),
      );
      return [Automerge.getLastLocalChange(replaced) as Uint8Array];
    },
    refused: ["change-malformed"],
  },
  {
    name: "entries without their predecessors, not authentic (an orphan flood)",
    changes: (log) =>
      Array.from({ length: 500 }, (_, index) =>
        log.altered(9, {
          sequence: index + 5,
          deps: [new Uint8Array(32).fill(index)],
          columns: logColumns(9, Uint8Array.of(index % 256, 1)),
        }),
      ),
    refused: ["not-admitted"],
  },
  {
    name: "an authentic entry without its predecessors",
    changes: (log) => [log.altered(9, { deps: [new Uint8Array(32).fill(1)] })],
    refused: [],
    refusedWhereKnown: ["change-not-canonical"],
    taken: 1,
  },
  {
    name: "something signed that is no entry",
    changes: (log) => [log.altered(3, { columns: logColumns(3, log.bytesAt(3).subarray(1)) })],
    refused: ["not-admitted"],
  },
  { name: "a whole document", changes: (log) => [log.wholeDocument()], refused: ["whole-document"] },
  { name: "a bundle chunk", changes: () => [chunk(3, new Uint8Array(40))], refused: ["change-malformed"] },
  { name: "a compressed change", changes: () => [chunk(2, new Uint8Array(40))], refused: ["change-compressed"] },
  {
    name: "an entry of 900 kB",
    changes: (log) => [log.altered(3, { columns: logColumns(3, new Uint8Array(900_000)) })],
    refused: ["change-too-large"],
  },
  {
    name: "a change cut short",
    changes: (log) => [(log.changes[3]?.bytes ?? new Uint8Array()).subarray(0, 100)],
    refused: ["change-malformed"],
  },
  { name: "no change at all", changes: () => [new Uint8Array()], refused: ["change-malformed"] },
  {
    name: "a second genesis",
    changes: (log) => [log.altered(0, { deps: [], columns: logColumns(0, log.bytesAt(0)) })],
    refused: ["change-malformed"],
  },
];

/** A sync message that the guard must not let through to Automerge. */
export interface SyncMessageAttack {
  readonly name: string;
  readonly data: () => Uint8Array;
  readonly refused: RefusalType;
}

const HASH = new Uint8Array(32).fill(3);

const bloom = (...bytes: readonly number[]): ForgedMessage => ({
  have: [{ lastSync: [], bloom: Uint8Array.from(bytes) }],
});

const malformed = (name: string, data: () => Uint8Array): SyncMessageAttack => ({
  name,
  data,
  refused: "sync-message-malformed",
});

export const SYNC_MESSAGE_ATTACKS: readonly SyncMessageAttack[] = [
  malformed("nothing", () => new Uint8Array()),
  malformed("garbage", () => new Uint8Array(200).fill(0x42)),
  malformed("a message of version 2", () => Uint8Array.of(0x43, 0, 0, 0, 0)),
  malformed("a Bloom filter without bits", () => forgeSyncMessage(bloom(1, 0, 7))),
  malformed("a Bloom filter with four billion probes", () =>
    forgeSyncMessage(bloom(1, 10, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0)),
  ),
  malformed("a Bloom filter of no entries", () => forgeSyncMessage(bloom(0, 10, 7))),
  malformed("a Bloom filter that is shorter than it says", () => forgeSyncMessage(bloom(100, 10, 7, 1))),
  malformed("two summaries of what is had", () =>
    forgeSyncMessage({ have: [0, 1].map(() => ({ lastSync: [], bloom: new Uint8Array() })) }),
  ),
  malformed("ten thousand heads", () => forgeSyncMessage({ heads: Array.from({ length: 10_000 }, () => HASH) })),
  malformed("ten thousand needs", () => forgeSyncMessage({ need: Array.from({ length: 10_000 }, () => HASH) })),
  malformed("a count of four billion changes", () => Uint8Array.of(0x42, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f)),
  {
    name: "more changes than a document holds",
    data: () => forgeSyncMessage({ changes: Array.from({ length: 600 }, () => new Uint8Array()) }),
    refused: "too-many-changes",
  },
  malformed("something after its end", () => concatBytes(forgeSyncMessage({}), Uint8Array.of(1, 2, 3, 4))),
];
