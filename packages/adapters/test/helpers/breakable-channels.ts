/**
 * Real BroadcastChannels of which a test can lose what is under way, as when a tab is frozen: everything posted on the
 * channels that exist at a cut is dropped from then on; what is opened later works. And what is posted on any may suffer.
 */
import { FaultyCarrier, type CarrierFault, type Direction } from "@amigos/adapters/contract/cases";
import type { Channel } from "@amigos/adapters/link-broadcast-channel";

export interface BreakableChannels {
  /** Makes the channels of the link whose messages go there. */
  readonly createToward: (direction: Direction) => (name: string) => Channel;
  readonly cut: () => Promise<void>;
  /** Posts what is none of the link's messages, on every channel in use. */
  readonly postEverywhere: () => void;
  readonly suffer: (fault: CarrierFault | undefined) => Promise<void>;
}

/** What channels of messages may suffer from; pieces of messages they do not know. */
export const CHANNEL_FAULTS: readonly CarrierFault[] = [
  "loss",
  "duplicates",
  "reordering",
  "sudden closes",
  "silence",
  "one way to the left",
  "one way to the right",
];

/** The channels of connections. The channel on which links find each other has to go on working after a cut; those between two links do not. */
export const PAIR_CHANNEL: RegExp = /^amigos-link\/[^/]+\//;

export function createBreakableChannels(): BreakableChannels {
  const names = new Set<string>();
  const carrier = new FaultyCarrier();
  return {
    createToward: (direction) => (name) => {
      names.add(name);
      const channel = new BroadcastChannel(name);
      const connection = PAIR_CHANNEL.test(name) ? name : undefined;
      let isOpen = true;
      return {
        postMessage: (value) =>
          carrier.carry({ direction, connection, deliver: () => isOpen && channel.postMessage(value) }),
        addEventListener: (type, listener) => channel.addEventListener(type, listener),
        close: () => {
          isOpen = false;
          channel.close();
        },
      };
    },
    cut: async () => {
      for (const name of names) if (PAIR_CHANNEL.test(name)) carrier.close(name);
    },
    postEverywhere: () => {
      for (const name of names) postForeignMessages(name);
    },
    suffer: async (fault) => carrier.suffer(fault),
  };
}

function postForeignMessages(name: string): void {
  const channel = new BroadcastChannel(name);
  for (const value of foreignMessages()) channel.postMessage(value);
  channel.close();
}

/** What is none of a link's messages, or none that it should believe. */
export function foreignMessages(): readonly unknown[] {
  const stranger = "0".repeat(32);
  const protocol = "amigos-channel/1";
  return [
    undefined,
    null,
    "hello",
    42,
    [],
    {},
    new Uint8Array(3),
    { protocol: "amigos-channel/2", type: "hello", from: stranger },
    { protocol, type: "hello", from: "not an id" },
    { protocol, type: "open", from: stranger, to: stranger },
    { protocol, type: "data", from: stranger, sequence: 0, message: new Uint8Array(3) },
    { protocol, type: "data", from: stranger, sequence: -1, message: "text" },
    { protocol, type: "close", from: stranger, reason: "because" },
    { protocol, type: "ack", from: stranger, bytes: Number.MAX_SAFE_INTEGER },
  ];
}
