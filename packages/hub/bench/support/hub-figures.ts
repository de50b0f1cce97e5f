/** What is measured of a hub's process from outside. */
import { startHubProcess } from "@amigos/hub/process";
import { fetchHealth } from "../../test/story/hub-client.ts";

/** As many as a hub settles at once. */
const ENTRIES_PER_CHECKPOINT_MAX = 4096;

export async function residentBytes(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\d+)$/m.exec(metrics)?.[1]);
}

/** Milliseconds until it serves a ledger with at least so many settled payments. What waits undecided stays so. */
export async function startAndKill(data: string, settled: number): Promise<number> {
  const start = performance.now();
  const hub = await startHubProcess({ data, settleEveryMs: 600_000 });
  const { height, undecided } = await fetchHealth(hub.url);
  const passedMs = performance.now() - start;
  await hub.kill();
  if (height < settled / ENTRIES_PER_CHECKPOINT_MAX || undecided > 0) throw new RangeError("the ledger is not there");
  return passedMs;
}
