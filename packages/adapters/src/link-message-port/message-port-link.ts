/**
 * Connects what holds the two ends of a MessageChannel: a page and its worker or iframe, two threads. A port is for two and
 * says nothing about who is there; so the links find each other on it as they do on a BroadcastChannel, and again after
 * either was stopped or replaced.
 */
import type { Clock, Link, Random } from "@amigos/engine/ports";
import { ChannelLink } from "../shared/channel-link.ts";
import { createPortChannels, type Port } from "./port-channels.ts";

export type { Port } from "./port-channels.ts";

export interface MessagePortOptions {
  /** Stays the caller's: `stop` does not close it, and what is not the link's may be posted on it too. */
  readonly port: Port;
  /** For people and logs. Default `MessagePort`. */
  readonly name?: string;
  /** A silent other end is given up after one to two of these. */
  readonly heartbeatMs?: number;
  /** How often a link says that it is there. They find each other at once; this mends what was lost. */
  readonly helloMs?: number;
  readonly clock?: Clock;
  readonly random?: Random;
}

export function createMessagePortLink({ port, name = "MessagePort", ...rest }: MessagePortOptions): Link {
  const createChannel = createPortChannels(port);
  return new ChannelLink({ name, medium: "MessagePort", channel: "amigos", createChannel, ...rest });
}
