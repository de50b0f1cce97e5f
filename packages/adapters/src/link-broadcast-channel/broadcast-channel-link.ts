/** Connects the tabs and workers of one origin; in Node, the threads of one process. */
import type { Clock, Link, Random } from "@amigos/engine/ports";
import { ChannelLink } from "../shared/channel-link.ts";
import type { Channel } from "../shared/channel-pair.ts";

export type { Channel } from "../shared/channel-pair.ts";

export interface BroadcastChannelOptions {
  /** Links of the same name find each other. Default `amigos`. */
  readonly channel?: string;
  /** A silent tab is given up after one to two of these. */
  readonly heartbeatMs?: number;
  /** How often a link says that it is there. They find each other at once; this mends what was lost. */
  readonly helloMs?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Default: a `BroadcastChannel` of the platform. */
  readonly createChannel?: (name: string) => Channel;
}

export function createBroadcastChannelLink(options: BroadcastChannelOptions = {}): Link {
  const { channel = "amigos", createChannel = (name) => new BroadcastChannel(name), ...rest } = options;
  const medium = "BroadcastChannel";
  return new ChannelLink({ name: `${medium} ${channel}`, medium, channel, createChannel, ...rest });
}
