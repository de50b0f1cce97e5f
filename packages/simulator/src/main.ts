/** `pnpm simulate`: runs one world and says what came of it. Exit code 1 when a check failed, with the command that replays it. */
import { parseArgs } from "node:util";
import { simulate } from "./simulate.ts";

const USAGE = `Usage: pnpm simulate [--seed N] [--devices N] [--rounds N] [--trace]

  --seed N       which world; the same seed is the same world, byte for byte. Default 1
  --devices N    phones in it, 2 to 200; one more is a thief's copy. Default 8
  --rounds N     rounds of a few hours each, 3 to 10000. Default 40
  --trace        show every event
`;

interface Arguments {
  readonly seed: number;
  readonly devices: number;
  readonly rounds: number;
  readonly trace: boolean;
}

function readArguments(): Arguments | undefined {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: "string", default: "1" },
        devices: { type: "string", default: "8" },
        rounds: { type: "string", default: "40" },
        trace: { type: "boolean", default: false },
      },
    });
    return {
      seed: wholeNumber("seed", values.seed, 0, 999_999_999),
      devices: wholeNumber("devices", values.devices, 2, 200),
      rounds: wholeNumber("rounds", values.rounds, 3, 10_000),
      trace: values.trace,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return undefined;
  }
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < min || value > max)
    throw new RangeError(`--${name} is a number from ${min} to ${max}`);
  return value;
}

async function main(): Promise<number> {
  const parsed = readArguments();
  if (parsed === undefined) return 2;
  const { trace, ...world } = parsed;
  const begun = performance.now();
  const result = await simulate({ ...world, ...(trace ? { onEvent: (line: string) => console.log(line) } : {}) });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const { payments, refused, accepted, rejected, equivocations, height } = result;
  console.log(`seed ${world.seed}, ${world.devices} devices and a copied one, ${world.rounds} rounds (${seconds} s)`);
  console.log(
    `${payments} payments signed, ${refused} refused before signing; ${accepted} accepted, ${rejected} rejected in ${height} checkpoints`,
  );
  console.log(`${equivocations} equivocations proven; state root ${result.stateRoot.slice(0, 8)}`);
  console.log(`result ${result.hash}`);
  if (result.violation === undefined) return 0;
  const { check, detail, round } = result.violation;
  console.log(`\n${check} does not hold in round ${round}: ${detail}`);
  console.log(`Again: pnpm simulate --seed ${world.seed} --devices ${world.devices} --rounds ${world.rounds} --trace`);
  return 1;
}

process.exitCode = await main();
