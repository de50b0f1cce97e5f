/**
 * What a simulated world costs. The references are physical bounds of the same run: signing and verifying as often, by the
 * runtime's own Ed25519, and a world of a tenth of the people.
 */
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { scenarioOf, simulate, type Scenario, type Settings } from "@amigos/simulator";
import { fixed, type BenchCase } from "../../../scripts/bench/bench-case.ts";

const city = scenarioOf("city") as Scenario;
const HONEST = { adversary: "none", cheats: 0, days: 1 } as const satisfies Partial<Settings>;

const cases: readonly BenchCase[] = [
  {
    id: "simulator.day-of-a-hundred",
    what: "a day of 100 people with real signatures; the reference signs and verifies 10,000 times",
    unit: "ms",
    bar: 4,
    prepare: () => Promise.resolve({ ours: () => timeOf({ ...HONEST, devices: 100 }), reference: signAndVerify }),
  },
  {
    id: "simulator.ten-times-the-people",
    what: "a day of 1,000 people, signatures simulated; the reference is a day of 100, and ten times it is linear",
    unit: "ms",
    bar: 12,
    prepare: () =>
      Promise.resolve({
        ours: () => timeOf({ ...HONEST, crypto: "simulated", devices: 1000 }),
        reference: () => timeOf({ ...HONEST, crypto: "simulated", devices: 100 }),
      }),
  },
  {
    id: "simulator.a-million-payments",
    what: "30 days of 10,000 people, signatures simulated, in minutes of processor time; the reference is a quarter of an hour",
    unit: "min",
    bar: 1,
    takesMinutes: true,
    prepare: () => Promise.resolve({ ours: timeOfAMillion, reference: fixed(15) }),
  },
];

export default cases;

const PAYMENTS_MIN = 1_000_000;
const MEMORY_KIB_MAX = 6 * 1024 * 1024;

/** People have more than they spend, so that what they want to pay they pay. */
async function timeOfAMillion(): Promise<number> {
  const before = process.cpuUsage();
  const settings = { crypto: "simulated", devices: 10_000, days: 30, gossip: 0, balance: 2000_00 } as const;
  const { outcome, violation, hash } = await simulate({ scenario: city, seed: 1, settings });
  const { user, system } = process.cpuUsage(before);
  const { maxRSS } = process.resourceUsage();
  const { accepted } = outcome.payments;
  console.log(`  ${accepted} payments, ${(maxRSS / 1024 / 1024).toFixed(2)} GiB, result ${hash}`);
  if (violation !== undefined) throw new RangeError(`${violation.check}: ${violation.detail}`);
  if (accepted < PAYMENTS_MIN) throw new RangeError(`${accepted} payments are no million`);
  if (maxRSS > MEMORY_KIB_MAX) throw new RangeError(`${maxRSS} KiB of memory are more than 6 GiB`);
  return (user + system) / 60_000_000;
}

let seed = 0;

async function timeOf(settings: Partial<Settings>): Promise<number> {
  const start = performance.now();
  await simulate({ scenario: city, seed: ++seed, settings });
  return performance.now() - start;
}

function signAndVerify(): Promise<number> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const start = performance.now();
  for (let count = 0; count < 10_000; count++) {
    const message = Buffer.from(`message ${count}`);
    verify(null, message, publicKey, sign(null, message, privateKey));
  }
  return Promise.resolve(performance.now() - start);
}
