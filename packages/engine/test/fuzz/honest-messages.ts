/**
 * The honest messages that a hostile client starts from, taken apart: what is sent, what it carries, and the record within,
 * each with the envelope that makes a faultless message of it again.
 */
import { encodeBundle, type Height, type Network, type VerifiedEntry } from "@amigos/core";
import type { Person } from "@amigos/core/testing";
import type { DocumentInfo } from "@amigos/engine";
import {
  AttackedLog,
  encodeFrame,
  encodePeerMessage,
  forgeFrame,
  forgeSyncMessage,
  nameDocument,
  type PeerMessage,
} from "@amigos/engine/testing";
import { itemChange, itemKey } from "../../src/replication/canonical-change.ts";
import { mutate, type Move } from "./moves.ts";

export interface HonestMaterial {
  readonly network: Network;
  readonly person: Person;
  /** Her log, from its first entry on. */
  readonly entries: readonly VerifiedEntry[];
  /** Entries that she signed and no honest device would: forks, gaps, times and amounts out of all bounds. */
  readonly odd: readonly VerifiedEntry[];
  /** Checkpoint records from height 1 on, and an encoded start. */
  readonly records: readonly Uint8Array[];
  readonly start: Uint8Array;
}

/** A part of a message that can be replaced. */
interface Slot {
  readonly bytes: Uint8Array;
  readonly wrap: (bytes: Uint8Array) => PeerMessage;
}

interface Layers {
  readonly message: PeerMessage;
  readonly payload?: Slot;
  readonly record?: Slot;
}

/** Numbers at the ends of what they may be. */
const NUMBERS = [0, 1, 2, 3, 95, 96, 255, 256, 65_535, 2 ** 32, Number.MAX_SAFE_INTEGER];

/** The bytes of a move. */
export function bytesOf({ kind, choice, layer, mutations }: Move, material: HonestMaterial): Uint8Array {
  const layers = layersOf(kind, choice, material);
  const slot =
    layer === "record" ? (layers.record ?? layers.payload) : layer === "payload" ? layers.payload : undefined;
  if (slot === undefined) return mutate(encodePeerMessage(layers.message), mutations);
  const mutated = mutate(slot.bytes, mutations);
  // Nothing at all is no record that an envelope can be written for.
  return encodePeerMessage(slot.wrap(mutated.length === 0 ? Uint8Array.of(0) : mutated));
}

function layersOf(kind: Move["kind"], choice: number, material: HonestMaterial): Layers {
  const number = NUMBERS[choice % NUMBERS.length] ?? 0;
  const height = number as Height;
  switch (kind) {
    case "bundle":
      return bundleLayers(choice, material);
    case "control":
      return controlLayers(material);
    case "log":
      return logLayers(choice, material);
    case "set":
      return setLayers(choice, material);
    case "request":
    case "unavailable":
      return frameLayers(kind, choice, material);
    case "record-part":
      return partLayers("checkpoint-part", choice, material);
    case "state-part":
      return partLayers("state-part", choice, material);
    case "checkpoints-request":
      return { message: { type: kind, since: height, ...(choice % 2 === 0 ? {} : { start: 0 as Height }) } };
    case "state-request":
      return { message: { type: kind, height: 1 as Height, index: Math.min(number, 255) } };
    case "announcement":
      return { message: { type: "checkpoint-announcement", height } };
    case "flush-request":
      return { message: { type: kind, nonce: number } };
    case "flush-reply":
      return { message: { type: kind, nonce: number, height } };
    case "end":
      return { message: { type: "checkpoints-end" } };
    case "refusal":
      return { message: { type: kind, code: "not-stored", detail: "store-full" } };
  }
}

function bundleLayers(choice: number, { network, person, entries, odd }: HonestMaterial): Layers {
  const pool = [...entries, ...odd];
  const from = choice % pool.length;
  const some = pool.slice(from, from + 1 + (choice % 3)).map(({ bytes }) => bytes);
  const account = { inception: person.inception.bytes, control: [person.grant.bytes] };
  const bundle = (items: readonly Uint8Array[]): Uint8Array =>
    encodeBundle({ version: 1, network: network.tag, accounts: [account], entries: items });
  const wrap = (bytes: Uint8Array): PeerMessage => ({ type: "bundle", bundle: bytes });
  return {
    message: wrap(bundle(some)),
    payload: { bytes: bundle(some), wrap },
    record: { bytes: some[0] ?? new Uint8Array(), wrap: (bytes) => wrap(bundle([bytes, ...some.slice(1)])) },
  };
}

function controlLayers({ network, person }: HonestMaterial): Layers {
  const wrap = (control: Uint8Array): PeerMessage => ({
    type: "bundle",
    bundle: encodeBundle({
      version: 1,
      network: network.tag,
      accounts: [{ inception: person.inception.bytes, control: [control] }],
      entries: [],
    }),
  });
  return { message: wrap(person.grant.bytes), record: { bytes: person.grant.bytes, wrap } };
}

function logLayers(choice: number, { network, person, entries, odd }: HonestMaterial): Layers {
  const log = { kind: "log", session: person.session, epoch: 0 } as const;
  const attacked = new AttackedLog(
    person.session,
    entries.map(({ bytes }) => bytes),
  );
  const position = choice % entries.length;
  const canonical = attacked.changes[position]?.bytes ?? new Uint8Array();
  return documentLayers(network, log, canonical, {
    bytes: [...entries, ...odd][choice % (entries.length + odd.length)]?.bytes ?? attacked.bytesAt(position),
    change: (entry) =>
      new AttackedLog(person.session, attacked.entries.with(position, entry)).changes[position]?.bytes ?? entry,
  });
}

function setLayers(choice: number, { network, person }: HonestMaterial): Layers {
  const set = { kind: "set", account: person.account, epoch: 0 } as const;
  const item = choice % 2 === 0 ? person.inception.bytes : person.grant.bytes;
  const change = (bytes: Uint8Array): Uint8Array => itemChange(itemKey(bytes), bytes).bytes;
  return documentLayers(network, set, change(item), { bytes: item, change });
}

/** What is mutated of a document: the change as a peer sends it, or what it carries, in a canonical change of its own. */
function documentLayers(
  network: Network,
  document: DocumentInfo,
  canonical: Uint8Array,
  value: { readonly bytes: Uint8Array; readonly change: (value: Uint8Array) => Uint8Array },
): Layers {
  const wrap = (change: Uint8Array): PeerMessage => ({
    type: "document",
    message: forgeFrame(network, document, { heads: [new Uint8Array(32).fill(canonical.length)], changes: [change] }),
  });
  const sync = forgeSyncMessage({ have: [{ lastSync: [], bloom: new Uint8Array() }], changes: [canonical] });
  return {
    message: { type: "document", message: forgeFrame(network, document, sync) },
    payload:
      canonical.length % 2 === 0
        ? { bytes: canonical, wrap }
        : { bytes: sync, wrap: (bytes) => ({ type: "document", message: forgeFrame(network, document, bytes) }) },
    record: { bytes: value.bytes, wrap: (bytes) => wrap(value.change(bytes)) },
  };
}

function frameLayers(kind: "request" | "unavailable", choice: number, { network, person }: HonestMaterial): Layers {
  const { key } = nameDocument(network.id, { kind: "log", session: person.session, epoch: choice % 3 });
  const message =
    kind === "request"
      ? encodeFrame({ type: "request", document: key, data: forgeSyncMessage({}) })
      : encodeFrame({ type: "doc-unavailable", document: key });
  const wrap = (bytes: Uint8Array): PeerMessage => ({ type: "document", message: bytes });
  return { message: wrap(message), payload: { bytes: message, wrap } };
}

function partLayers(
  type: "checkpoint-part" | "state-part",
  choice: number,
  { records, start }: HonestMaterial,
): Layers {
  const height = 1 + (choice % records.length);
  const whole = type === "state-part" ? start : (records[height - 1] ?? new Uint8Array());
  const wrap = (part: Uint8Array): PeerMessage => ({ type, height: height as Height, index: 0, count: 1, part });
  return { message: wrap(whole), payload: { bytes: whole, wrap } };
}
