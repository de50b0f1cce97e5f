/** What a hub is in memory with very many devices connected, and how soon it serves again after the worst of ends. */
import "@automerge/automerge";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPerson } from "@amigos/core/testing";
import { startHubProcess } from "@amigos/hub/process";
import { fixed, type BenchCase, type BenchSides } from "../../../scripts/bench/bench-case.ts";
import { identityOf, RawPeer } from "../test/hostile/raw-peer.ts";
import { fetchHealth, fetchNetwork } from "../test/story/hub-client.ts";
import { waitUntil } from "../test/story/wait-until.ts";
import { residentBytes, startAndKill } from "./support/hub-figures.ts";
import { makeLongFolder } from "./support/long-folder.ts";
import { runtimeSigner } from "./support/runtime-signer.ts";

const CONNECTIONS = 2_000;
/** Handshakes at once: below what a hub keeps of those that have proven nothing. */
const AT_ONCE = 50;
const MIB = 1024 * 1024;
/** Of the faucet, one cent each. */
const SETTLED = 100_000;

const cases: readonly BenchCase[] = [
  {
    id: "hub.idle-connections",
    what: "memory of a hub's process with 2,000 devices connected, authenticated, registered and silent, each of an account of its own; the reference is one GiB",
    unit: "MiB",
    bar: 1,
    rounds: 1,
    prepare: connected,
  },
  {
    id: "hub.restart",
    what: "a hub's process with 100,000 settled payments that was killed, from its start until it serves; the reference is the same with one payment",
    unit: "ms",
    bar: 3,
    rounds: 3,
    prepare: restarting,
  },
];

export default cases;

async function connected(): Promise<BenchSides> {
  const folder = mkdtempSync(join(tmpdir(), "amigos-bench-"));
  const hub = await startHubProcess({
    data: join(folder, "hub"),
    flags: ["--max-connections", "2048"],
  });
  const network = await fetchNetwork(hub.url);
  const peers: RawPeer[] = [];
  const meet = async (index: number): Promise<RawPeer> => {
    const person = await createPerson(`idle ${index}`, { network, notBefore: network.genesis.time });
    return RawPeer.meet(hub.syncUrl, network, identityOf({ ...person, signer: runtimeSigner(`idle ${index}/phone`) }));
  };
  while (peers.length < CONNECTIONS)
    peers.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => meet(peers.length + index)))));
  await waitUntil("all are registered", async () => {
    const metrics = await (await fetch(`${hub.url}/metrics`)).text();
    const { height } = await fetchHealth(hub.url);
    return metrics.includes(`amigos_peers ${CONNECTIONS}\n`) && height > 1;
  });
  return {
    ours: async () => {
      if (peers.some(({ isClosed }) => isClosed)) throw new RangeError("a connection was closed");
      return (await residentBytes(hub.url)) / MIB;
    },
    reference: fixed(1_024),
    close: async () => {
      for (const peer of peers) peer.close();
      await hub.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

async function restarting(): Promise<BenchSides> {
  const folder = mkdtempSync(join(tmpdir(), "amigos-bench-"));
  await makeLongFolder(join(folder, "long"), SETTLED);
  await makeLongFolder(join(folder, "short"), 1);
  return {
    ours: () => startAndKill(join(folder, "long"), SETTLED),
    reference: () => startAndKill(join(folder, "short"), 1),
    close: () => rmSync(folder, { recursive: true }),
  };
}
