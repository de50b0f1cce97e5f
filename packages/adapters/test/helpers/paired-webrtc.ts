/**
 * Two WebRTC links in one page, and somebody who holds their codes in front of each other whenever they are not connected.
 * The connections are real ones, of which a test can lose what is under way.
 */
import type { CarrierFault, Direction } from "@amigos/adapters/contract/cases";
import { createWebRtcLink, type WebRtcLink } from "@amigos/adapters/link-webrtc";
import type { Connection, Link } from "@amigos/engine/ports";
import { createDice } from "../../src/contract/contract-case.ts";
import { watchPeers } from "./watched-peers.ts";

export interface PairedLinks {
  readonly left: Link;
  readonly right: Link;
  readonly cut: () => Promise<void>;
  /** Says what no link says, from both ends, and resolves when they have noticed. */
  readonly disturb: () => Promise<void>;
  readonly suffer: (fault: CarrierFault | undefined) => Promise<void>;
  readonly destroy: () => Promise<void>;
}

/** What data channels may suffer from: they are reliable, ordered, and every browser bounds a message. */
export const DATA_CHANNEL_FAULTS: readonly CarrierFault[] = [
  "small pieces",
  "sudden closes",
  "silence",
  "one way to the left",
  "one way to the right",
];

/** What every browser passes on (RFC 8831 §6.6). */
const PIECE_BYTES_MAX = 16 * 1024;
/** One in so many messages breaks its connection, while connections break. */
const RARITY_OF_CLOSES = 40;

export function createPairedLinks(heartbeatMs: number): PairedLinks {
  let fault: CarrierFault | undefined;
  const roll = createDice(4680);
  /** Whether what the carrier is given goes out. */
  const passes = (peer: RTCPeerConnection, direction: Direction, bytes: number): boolean => {
    if (fault === "small pieces" && bytes > PIECE_BYTES_MAX) throw new TypeError("more than a channel passes on");
    if (fault === "sudden closes" && roll(RARITY_OF_CLOSES) === 0) peer.close();
    if (fault === "one way to the left" || fault === "one way to the right") return fault.endsWith(direction);
    return fault !== "silence";
  };
  const sides = (["to the right", "to the left"] as const).map((direction) =>
    watchPeers((peer, bytes) => passes(peer, direction, bytes)),
  );
  const links = sides.map(({ create }) => createWebRtcLink({ heartbeatMs, createPeerConnection: create })) as [
    WebRtcLink,
    WebRtcLink,
  ];
  const peers = (): readonly RTCPeerConnection[] => sides.flatMap((side) => [...side.peers]);
  const channels = (): readonly RTCDataChannel[] => sides.flatMap((side) => [...side.channels]);
  const isStarted = [false, false];
  let ends = 0;

  const pair = async (): Promise<void> => {
    if (ends > 0 || !isStarted.every(Boolean)) return;
    ends = 2;
    const [left, right] = links;
    await left.accept(await right.answer(await left.offer()));
  };
  /** A connection that says when it ended, which is when the two are held in front of each other again. */
  const watched = (connection: Connection): Connection => ({
    description: connection.description,
    send: (message) => connection.send(message),
    close: (reason) => connection.close(reason),
    start: ({ onMessage, onClose }) =>
      connection.start({
        onMessage,
        onClose: (reason) => {
          onClose(reason);
          ends -= 1;
          void pair();
        },
      }),
  });
  const linkOf = (index: 0 | 1): Link => ({
    name: links[index].name,
    start: async (onConnection) => {
      await links[index].start((connection) => onConnection(watched(connection)));
      isStarted[index] = true;
      void pair();
    },
    stop: async () => {
      isStarted[index] = false;
      await links[index].stop();
    },
  });
  return {
    left: linkOf(0),
    right: linkOf(1),
    // Not even that an end has given up reaches the other one.
    cut: async () => {
      const nothing = { send: () => undefined, close: () => undefined };
      for (const carrier of [...channels(), ...peers()]) Object.assign(carrier, nothing);
    },
    disturb: async () => {
      const open = channels().filter(({ readyState }) => readyState === "open");
      const closed = open.map((channel) => new Promise((resolve) => channel.addEventListener("close", resolve)));
      for (const channel of open) {
        channel.send("hello");
        channel.send(Uint8Array.of());
        channel.send(Uint8Array.of(9, 9, 9));
      }
      await Promise.all(closed);
    },
    suffer: async (next) => {
      fault = next;
    },
    destroy: async () => {
      for (const peer of peers()) RTCPeerConnection.prototype.close.call(peer);
    },
  };
}
