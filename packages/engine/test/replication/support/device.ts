/**
 * Devices for replication tests: a real replicator over real Automerge, with the smallest journal that verifies for real,
 * and pipes between devices that count what goes through them.
 */
import "@automerge/automerge";
import { vi } from "vitest";
import {
  bytesToHex,
  decodeEntry,
  encodeEvidence,
  ok,
  proveEquivocation,
  verifyEntry,
  type Link,
  type Network,
  type SessionId,
  type VerifiedEntry,
} from "@amigos/core";
import type { Person } from "@amigos/core/testing";
import { systemClock } from "@amigos/adapters/runtime";
import type { Clock } from "@amigos/engine";
import {
  createReplicator,
  type DocumentInfo,
  type Refusal,
  type Replicator,
  type SetItem,
} from "../../../src/replication/replicator.ts";

export interface Device {
  readonly name: string;
  readonly replicator: Replicator;
  /** What it holds durably, by link. */
  readonly journal: Map<Link, VerifiedEntry>;
  readonly items: Map<string, Bytes>;
  readonly refusals: { readonly refusal: Refusal; readonly peer: string }[];
  /** Persons whose keys it knows. */
  readonly known: Map<string, Person>;
  /** Whether something waits for its journal. */
  readonly isBusy: () => boolean;
  /** Journals and publishes, as a wallet does with what it signed. */
  readonly publish: (...entries: readonly VerifiedEntry[]) => void;
  readonly publishItems: (person: Person, items: readonly Bytes[]) => void;
}

type Bytes = Pick<SetItem, "bytes">;

export interface DeviceOptions {
  readonly network: Network;
  readonly knows: readonly Person[];
  readonly mayAccess?: (peer: string, document: DocumentInfo) => boolean;
  readonly clock?: Clock;
  readonly isOver?: (session: SessionId, epoch: number) => boolean;
  /** Which set document an item belongs to. Default: the first. */
  readonly epochOf?: (item: Uint8Array) => number;
  /** What every peer is taken to have by another lane. Default: nothing. */
  readonly wasPushed?: (link: Link) => boolean;
  /** How the journal's disk behaves. */
  readonly disk?: () => Promise<void>;
  /** Entries that count as authentic without a look, for a second signature that no honest signer makes. */
  readonly trusts?: readonly VerifiedEntry[];
  /** Whether it files evidence of a fork in the account's set document, as an engine does. */
  readonly filesEvidence?: boolean;
}

const open: Device[] = [];

export function createDevice(name: string, options: DeviceOptions): Device {
  const journal = new Map<Link, VerifiedEntry>();
  const items = new Map<string, Bytes>();
  const epochOf = options.epochOf ?? (() => 0);
  const refusals: Device["refusals"] = [];
  const known = new Map<string, Person>(options.knows.map((person) => [person.session, person]));
  let busy = 0;
  const write = options.disk ?? (() => new Promise<void>((resolve) => setImmediate(resolve)));
  const disk = async (): Promise<void> => {
    busy++;
    await write().finally(() => busy--);
  };
  const replicator = createReplicator({
    network: options.network,
    peerId: name,
    mayAccess: options.mayAccess ?? (() => true),
    hasEntry: (_peer, link) => options.wasPushed?.(link) ?? false,
    hasLogTo: (_peer, { link }) => options.wasPushed?.(link) ?? false,
    clock: options.clock ?? systemClock,
    isOver: options.isOver ?? (() => false),
    admitEntries: async (session, entries) => {
      await disk();
      const person = known.get(session);
      if (person === undefined) return [];
      return entries.flatMap((bytes) => {
        const decoded = decodeEntry(bytes, options.network.tag);
        if (!decoded.ok || decoded.value.entry.session !== session) return [];
        const trusted = options.trusts?.find(({ link }) => link === decoded.value.link);
        const verified = trusted === undefined ? verifyEntry(decoded.value, person.signer.publicKey) : ok(trusted);
        if (!verified.ok) return [];
        journal.set(verified.value.link, verified.value);
        if (options.filesEvidence === true) fileEvidence(verified.value, person);
        return [verified.value];
      });
    },
    admitItems: async (_account, offered) => {
      await disk();
      // Items are anything here that begins like a signed record: what they mean is the journal's matter.
      const admitted = offered
        .filter((bytes) => bytes[0] === 0x82 || bytes[0] === 0x83)
        .map((bytes) => ({ bytes, epoch: epochOf(bytes) }));
      for (const item of admitted) items.set(bytesToHex(item.bytes), item);
      return admitted;
    },
    onRefused: (refusal, peer) => refusals.push({ refusal, peer }),
  });
  function fileEvidence(entry: VerifiedEntry, person: Person): void {
    for (const other of journal.values()) {
      if (
        other.entry.session !== entry.entry.session ||
        other.entry.sequence !== entry.entry.sequence ||
        other.id === entry.id
      )
        continue;
      const proof = proveEquivocation(entry, other);
      if (!proof.ok) continue;
      replicator.freezeLog(proof.value.session, proof.value.sequence);
      replicator.publishItems(person.account, [{ bytes: encodeEvidence(proof.value), epoch: 0 }]);
    }
  }
  const device: Device = {
    name,
    replicator,
    journal,
    items,
    refusals,
    known,
    isBusy: () => busy > 0,
    publish: (...entries) => {
      for (const entry of entries) journal.set(entry.link, entry);
      replicator.publishEntries(entries);
    },
    publishItems: (person, published) => {
      for (const item of published) items.set(bytesToHex(item.bytes), item);
      replicator.publishItems(
        person.account,
        published.map(({ bytes }) => ({ bytes, epoch: epochOf(bytes) })),
      );
    },
  };
  open.push(device);
  return device;
}

/** After each test. */
export async function closeDevices(): Promise<void> {
  await Promise.all(open.splice(0).map(({ replicator }) => replicator.close()));
}

export interface Pipe {
  /** Messages that went through, both ways. */
  readonly count: () => number;
  readonly bytes: () => number;
  readonly cut: () => void;
  /** The other device refused something that this one pushed to it. */
  readonly doubtAt: (device: Device) => void;
}

/** A reliable, ordered pipe. Messages are delivered one by one, never within the call that sends them. */
export function connect(a: Device, b: Device): Pipe {
  let messages = 0;
  let bytes = 0;
  let isOpen = true;
  const carry = (to: () => { receive: (message: Uint8Array) => void }) => (message: Uint8Array) => {
    messages++;
    bytes += message.length;
    const copy = message.slice();
    setImmediate(() => {
      if (isOpen) to().receive(copy);
    });
  };
  const atA = a.replicator.connect(
    b.name,
    b.name,
    carry(() => atB),
  );
  const atB = b.replicator.connect(
    a.name,
    a.name,
    carry(() => atA),
  );
  return {
    count: () => messages,
    bytes: () => bytes,
    doubtAt: (device) => (device === a ? atA : atB).doubt(),
    cut: () => {
      isOpen = false;
      atA.disconnect();
      atB.disconnect();
    },
  };
}

const PATIENCE_MS = 20_000;

/** Until what was handed to a device went through its journal. */
export async function untilIdle(device: Device): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await until(`${device.name} is idle`, () => !device.isBusy());
}

export async function until(what: string, condition: () => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      if (!condition()) throw new Error(`waited in vain until ${what}`);
    },
    { timeout: PATIENCE_MS, interval: 5 },
  );
}

/** Until nothing was sent for four of automerge-repo's sync periods. */
export async function untilQuiet(...pipes: readonly Pipe[]): Promise<void> {
  let before = -1;
  let since = Date.now();
  await until("all is quiet", () => {
    const now = pipes.reduce((sum, pipe) => sum + pipe.count(), 0);
    if (now !== before) {
      before = now;
      since = Date.now();
    }
    return Date.now() - since > 400;
  });
}

export function sameHeads(document: DocumentInfo, ...devices: readonly Device[]): boolean {
  const [first, ...others] = devices.map(({ replicator }) => replicator.headsOf(document).join());
  return first !== "" && others.every((heads) => heads === first);
}

export function refusalTypes(device: Device): readonly string[] {
  return [...new Set(device.refusals.map(({ refusal }) => refusal.type))].toSorted();
}
