/** Small worlds with everything in them, for comparing runtimes: name and hash of each. */
import { SCENARIOS, simulate } from "@amigos/simulator";

export type Fingerprint = readonly [scenario: string, hash: string];

export async function fingerprints(): Promise<readonly Fingerprint[]> {
  const found: Fingerprint[] = [];
  for (const scenario of SCENARIOS) {
    const settings = {
      devices: 6,
      days: 1,
      cheats: 1,
      witnesses: 2,
      adversary: "cloned-device",
      cheatStart: 8,
    } as const;
    const { hash, violation } = await simulate({ scenario, seed: 1, settings: { ...scenario.settings, ...settings } });
    found.push([scenario.name, violation === undefined ? hash : violation.check]);
  }
  return found;
}
