/**
 * Two WebRTC links in one page, and somebody who holds their codes in front of each other whenever they are not connected.
 * The connections are real ones, of which a test can lose what is under way.
 */
import { createWebRtcLink, type WebRtcLink } from "@amigos/adapters/link-webrtc";
import type { Connection, Link } from "@amigos/engine/ports";
import { watchPeers } from "./watched-peers.ts";

export interface PairedLinks {
  readonly left: Link;
  readonly right: Link;
  readonly cut: () => Promise<void>;
  /** Says what no link says, from both ends, and resolves when they have noticed. */
  readonly disturb: () => Promise<void>;
  readonly destroy: () => Promise<void>;
}

export function createPairedLinks(heartbeatMs: number): PairedLinks {
  const { create: createPeerConnection, peers, channels } = watchPeers();
  const links = [0, 1].map(() => createWebRtcLink({ heartbeatMs, createPeerConnection })) as [WebRtcLink, WebRtcLink];
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
      for (const carrier of [...channels, ...peers]) Object.assign(carrier, nothing);
    },
    disturb: async () => {
      const open = [...channels].filter(({ readyState }) => readyState === "open");
      const closed = open.map((channel) => new Promise((resolve) => channel.addEventListener("close", resolve)));
      for (const channel of open) {
        channel.send("hello");
        channel.send(Uint8Array.of());
        channel.send(Uint8Array.of(9, 9, 9));
      }
      await Promise.all(closed);
    },
    destroy: async () => {
      for (const peer of peers) RTCPeerConnection.prototype.close.call(peer);
    },
  };
}
