/** Connecting to another phone by two codes, with no server: what a screen needs of it. Loads when it is first asked. */
import type { WebRtcLink } from "@amigos/adapters/link-webrtc";
import { handOver } from "./page-connections.ts";

/** Each rejects with a `WebRtcError`. */
export interface Nearby {
  /** A code to show; the other phone answers with one of its own. */
  readonly offer: () => Promise<string>;
  /** The code to show to who made this offer. */
  readonly answer: (offer: string) => Promise<string>;
  readonly accept: (answer: string) => Promise<void>;
}

/** What is connected is handed to the wallet's worker, and shows up among the wallet's connections. */
export function createNearby(worker: Worker): Nearby {
  let started: Promise<WebRtcLink> | undefined;
  const link = async (): Promise<WebRtcLink> => (started ??= start(worker));
  return {
    offer: async () => (await link()).offer(),
    answer: async (offer) => (await link()).answer(offer),
    accept: async (answer) => (await link()).accept(answer),
  };
}

async function start(worker: Worker): Promise<WebRtcLink> {
  const { createWebRtcLink } = await import("@amigos/adapters/link-webrtc");
  const link = createWebRtcLink();
  await link.start((connection) => handOver(connection, worker));
  return link;
}
