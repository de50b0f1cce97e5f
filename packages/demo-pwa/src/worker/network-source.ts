/**
 * Which network this device is on. The hub that serves the page says so once; from then on the device remembers, and a
 * hub that is set up anew does not change a wallet's network behind its owner's back.
 */
import { decodeNetwork, type Network } from "@amigos/core";
import type { AppDatabase } from "./app-database.ts";

export interface NetworkSource {
  /** The network remembered, or the hub's, or `undefined` when neither is to be had. */
  readonly current: () => Promise<Network | undefined>;
  /** The network that the hub serves now, or `undefined` when it is out of reach. */
  readonly ofHub: () => Promise<Network | undefined>;
  readonly remember: (network: Network) => Promise<void>;
}

export function createNetworkSource(database: AppDatabase): NetworkSource {
  const remembered = async (): Promise<Network | undefined> => {
    const bytes = await database.get("genesis");
    return bytes instanceof Uint8Array ? readGenesis(bytes) : undefined;
  };
  const remember = (network: Network): Promise<void> => database.set("genesis", network.bytes);
  return {
    current: async () => {
      const known = await remembered();
      if (known !== undefined) return known;
      const offered = await fetchNetwork();
      if (offered !== undefined) await remember(offered);
      return offered;
    },
    ofHub: fetchNetwork,
    remember,
  };
}

async function fetchNetwork(): Promise<Network | undefined> {
  try {
    const response = await fetch("/network", { cache: "no-store" });
    return response.ok ? readGenesis(new Uint8Array(await response.arrayBuffer())) : undefined;
  } catch {
    return undefined;
  }
}

function readGenesis(bytes: Uint8Array): Network | undefined {
  const network = decodeNetwork(bytes);
  return network.ok ? network.value : undefined;
}
