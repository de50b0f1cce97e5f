/** `pnpm simulate wallets`: small worlds of real wallets. Exit code 1 when a check failed, with the command that runs it again. */
import { simulateEngine } from "../engine/simulate-engine.ts";
import type { WalletsArguments } from "./arguments.ts";

export async function wallets({ seeds, trace }: WalletsArguments): Promise<number> {
  let violations = 0;
  for (const seed of seeds) {
    const onEvent = trace ? { onEvent: (line: string) => void process.stdout.write(`  ${line}\n`) } : {};
    const { verdicts, proven, height, hash, violation } = await simulateEngine({ seed, ...onEvent });
    process.stdout.write(
      `seed ${seed}: ${verdicts.length} payments, ${height} checkpoints, ${proven.length} proofs, ${hash}\n`,
    );
    if (trace) for (const line of verdicts) process.stdout.write(`  ${line}\n`);
    if (violation === undefined) continue;
    violations += 1;
    process.stdout.write(
      `${violation.check} does not hold: ${violation.detail}\nAgain: pnpm simulate wallets --seed ${seed} --trace\n`,
    );
  }
  return violations === 0 ? 0 : 1;
}
