/**
 * The two ends of a real MessageChannel of which a test can lose what is under way: everything posted for the connections
 * that exist at a cut is dropped from then on; what is opened later works.
 */
import {
  FaultyCarrier,
  type CarrierFault,
  type Direction,
  type LinkCase,
  type LinkHarness,
  type LinkTroubles,
} from "@amigos/adapters/contract/cases";
import { createMessagePortLink, type Port } from "@amigos/adapters/link-message-port";
import { CHANNEL_FAULTS, foreignMessages, PAIR_CHANNEL } from "./breakable-channels.ts";
import { heartbeatOf } from "./heartbeat-of.ts";

interface BreakablePorts {
  readonly left: Port;
  readonly right: Port;
  readonly cut: () => Promise<void>;
  /** Posts what is none of the link's messages, from both ends, by itself and on every channel in use. */
  readonly postEverywhere: () => Promise<void>;
  readonly suffer: (fault: CarrierFault | undefined) => Promise<void>;
  readonly close: () => Promise<void>;
}

function createBreakablePorts(): BreakablePorts {
  const { port1, port2 } = new MessageChannel();
  const names = new Set<string>();
  const carrier = new FaultyCarrier();
  const breakable = (port: MessagePort, direction: Direction): Port => ({
    postMessage: (value) => {
      const { channel } = value as { readonly channel: string };
      names.add(channel);
      const connection = PAIR_CHANNEL.test(channel) ? channel : undefined;
      carrier.carry({ direction, connection, deliver: () => port.postMessage(value) });
    },
    addEventListener: (type, listener) => port.addEventListener(type, listener),
    removeEventListener: (type, listener) => port.removeEventListener(type, listener),
    start: () => port.start(),
  });
  return {
    left: breakable(port1, "to the right"),
    right: breakable(port2, "to the left"),
    cut: async () => {
      for (const name of names) if (PAIR_CHANNEL.test(name)) carrier.close(name);
    },
    suffer: async (fault) => carrier.suffer(fault),
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
    suffer: ports.suffer,
    destroy: ports.close,
  };
}

const OTHERS_POST = "what others post";

/** What it can do to its links. */
export const PORT_TROUBLES: LinkTroubles = { disturbances: [OTHERS_POST], faults: CHANNEL_FAULTS };
