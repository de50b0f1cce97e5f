/**
 * A stranger who connects to the hub with a key of her own and forges documents of her log, in one of the ways that the
 * engine's own tests know. What is authentic in it is taken; nothing else leaves a trace.
 */
import { createMemoryConnectionPair } from "@amigos/adapters/link-memory";
import {
  amount,
  encodeBundle,
  firstPrevious,
  genesisReference,
  orThrow,
  sequence,
  signEntry,
  type AccountId,
  type Network,
  type VerifiedEntry,
} from "@amigos/core";
import type { Clock, Connection, Link, Random } from "@amigos/engine";
import {
  AttackedLog,
  decodePeerMessage,
  DOCUMENT_ATTACKS,
  encodePeerMessage,
  ENTRIES_BEFORE_ATTACK,
  forgeFrame,
  shakeHands,
  type PeerMessage,
} from "@amigos/engine/testing";
import { ASSET, type Person } from "../world/population.ts";
import type { Wires } from "./surroundings.ts";

/** The attacks alter places up to the tenth. */
const LOG_LENGTH = 10;
/** Often enough that she is cut off. */
const ROUNDS = 8;

/** A link whose connections come when somebody visits. */
export class Door {
  #onConnection: ((connection: Connection) => void) | undefined;
  readonly link: Link = {
    name: "door",
    start: async (onConnection) => void (this.#onConnection = onConnection),
    stop: async () => void (this.#onConnection = undefined),
  };

  enter(connection: Connection): void {
    this.#onConnection?.(connection);
  }
}

export interface Attack {
  readonly network: Network;
  readonly mallory: Person;
  /** Whom her entries pay. */
  readonly payee: AccountId;
  readonly door: Door;
  readonly wires: Wires;
  readonly clock: Clock;
  readonly random: Random;
  /** Which of the attacks, counted on from the first. */
  readonly attack: number;
  /** Resolves when `probe` is true. */
  readonly until: (what: string, probe: () => boolean) => Promise<void>;
}

/** The name of what she did, and her whole log: all of it authentic, for an honest device of hers to bring. */
export async function forgeDocuments({ network, mallory, door, wires, until, ...options }: Attack): Promise<{
  readonly name: string;
  readonly bundle: Uint8Array;
}> {
  const entries = await signLog(network, mallory, options.payee);
  const log = new AttackedLog(
    mallory.session,
    entries.map(({ bytes }) => bytes),
  );
  const { name, changes } = DOCUMENT_ATTACKS[
    options.attack % DOCUMENT_ATTACKS.length
  ] as (typeof DOCUMENT_ATTACKS)[number];
  const { left, right } = createMemoryConnectionPair({ names: ["mallory", "hub"], schedule: wires.schedule });
  door.enter(right);
  const channel = orThrow(
    await shakeHands({
      connection: left,
      network: network.id,
      identity: { signer: mallory.signer, account: recordOf(mallory) },
      clock: options.clock,
      random: options.random,
    }),
  );
  let isClosed = false;
  let isHeard = false;
  channel.start({
    onMessage: (bytes) => {
      const message = decodePeerMessage(bytes);
      if (message.ok && message.value.type === "flush-reply") isHeard = true;
    },
    onClose: () => (isClosed = true),
  });
  const say = (message: PeerMessage): void => channel.send(encodePeerMessage(message));
  say({ type: "bundle", bundle: bundleOf(network, mallory, entries.slice(0, ENTRIES_BEFORE_ATTACK)) });
  const document = { kind: "log", session: mallory.session, epoch: 0 } as const;
  for (let round = 0; round < ROUNDS; round++)
    say({ type: "document", message: forgeFrame(network, document, { changes: changes(log) }) });
  say({ type: "flush-request", nonce: 1 });
  await until("the hub has heard mallory, or thrown her out", () => isHeard || isClosed);
  channel.close("closed-here");
  return { name, bundle: bundleOf(network, mallory, entries) };
}

function bundleOf(network: Network, mallory: Person, entries: readonly VerifiedEntry[]): Uint8Array {
  return encodeBundle({
    version: 1,
    network: network.tag,
    accounts: [recordOf(mallory)],
    entries: entries.map(({ bytes }) => bytes),
  });
}

function recordOf({ inception, grant }: Person): { readonly inception: Uint8Array; readonly control: Uint8Array[] } {
  return { inception: inception.bytes, control: [grant.bytes] };
}

/** She has no money: all of it is authentic, and none of it will be accepted. */
async function signLog(network: Network, mallory: Person, to: AccountId): Promise<readonly VerifiedEntry[]> {
  const entries: VerifiedEntry[] = [];
  while (entries.length < LOG_LENGTH) {
    const body = {
      version: 1,
      network: network.tag,
      account: mallory.account,
      session: mallory.session,
      sequence: sequence(entries.length),
      previous: entries.at(-1)?.link ?? firstPrevious(mallory.session),
      time: network.genesis.time,
      checkpoint: genesisReference(network),
      operation: { type: "pay", to, asset: ASSET.code, amount: amount(1n) },
    } as const;
    entries.push(await signEntry(body, mallory.signer));
  }
  return entries;
}
