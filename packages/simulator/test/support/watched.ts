/** A village with a cheat, hour by hour: what a page that draws it sees. */
import { scenarioOf, Simulation, type Scenario } from "@amigos/simulator";

/** A line for every sixth hour, and one for the end: payments that were rejected, of all, and the hash. */
export async function watched(): Promise<readonly string[]> {
  const simulation = await Simulation.begin({
    scenario: scenarioOf("village-market") as Scenario,
    seed: 3,
    settings: { devices: 8, days: 2, crypto: "simulated", adversary: "cloned-device", copies: 4, dailyLimit: 20_00 },
  });
  const lines: string[] = [];
  const note = (): void => {
    const { payments } = simulation.lanes();
    const rejected = payments.filter(({ outcome }) => outcome === "rejected").length;
    lines.push(`${rejected} of ${payments.length} rejected, ${simulation.result().hash}`);
  };
  while (await simulation.step()) if (simulation.hour % 6 === 0) note();
  note();
  return lines;
}
