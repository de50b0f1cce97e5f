/**
 * The two ends of a real MessageChannel of which a test can lose what is under way: everything posted for the connections
 * that exist at a cut is dropped from then on; what is opened later works.
 */
import type { LinkCase, LinkHarness } from "@amigos/adapters/contract/cases";
import { createMessagePortLink, type Port } from "@amigos/adapters/link-message-port";
import { foreignMessages, PAIR_CHANNEL } from "./breakable-channels.ts";
import { heartbeatOf } from "./heartbeat-of.ts";

interface BreakablePorts {
  readonly left: Port;
  readonly right: Port;
  readonly cut: () => Promise<void>;
  /** Posts what is none of the link's messages, from both ends, by itself and on every channel in use. */
  readonly postEverywhere: () => Promise<void>;
  readonly close: () => Promise<void>;
}

function createBreakablePorts(): BreakablePorts {
  const { port1, port2 } = new MessageChannel();
  const names = new Set<string>();
  const cutNames = new Set<string>();
  const breakable = (port: MessagePort): Port => ({
    postMessage: (value) => {
      const { channel } = value as { readonly channel: string };
      names.add(channel);
      if (!cutNames.has(channel)) port.postMessage(value);
    },
    addEventListener: (type, listener) => port.addEventListener(type, listener),
    removeEventListener: (type, listener) => port.removeEventListener(type, listener),
    start: () => port.start(),
  });
  return {
    left: breakable(port1),
    right: breakable(port2),
    cut: async () => {
      for (const name of names) if (PAIR_CHANNEL.test(name)) cutNames.add(name);
    },
    postEverywhere: async () => {
      const onChannels = [...names, 7, "nobody's"].flatMap((channel) =>
        foreignMessages().map((value) => ({ protocol: "amigos-port/1", channel, value })),
      );
      const foreign = [...foreignMessages(), ...onChannels, { protocol: "amigos-port/2", channel: "amigos" }];
      for (const port of [port1, port2]) for (const value of foreign) port.postMessage(value);
    },
    close: async () => port1.close(),
  };
}

/** For the contract: two MessagePort links on one channel, in Node and in browsers. */
export async function createMessagePortHarness(linkCase: LinkCase): Promise<LinkHarness> {
  const ports = createBreakablePorts();
  const options = { heartbeatMs: heartbeatOf(linkCase), helloMs: 20 };
  return {
    left: createMessagePortLink({ port: ports.left, ...options }),
    right: createMessagePortLink({ port: ports.right, ...options }),
    cut: ports.cut,
    disturbances: { [OTHERS_POST]: ports.postEverywhere },
    destroy: ports.close,
  };
}

/** The disturbance that it knows. */
export const OTHERS_POST = "what others post";
