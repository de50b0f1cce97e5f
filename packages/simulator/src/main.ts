/** `pnpm simulate`: the laboratory from the command line. */
import { OPTIONS_TEXT, readArguments, readWalletsArguments, UsageError } from "./cli/arguments.ts";
import { listText } from "./cli/list.ts";
import { replay } from "./cli/replay.ts";
import { run } from "./cli/run.ts";
import { study } from "./cli/study.ts";
import { sweepTo } from "./cli/sweep.ts";

const USAGE = `Usage: pnpm simulate list
       pnpm simulate run SCENARIO [options]
       pnpm simulate sweep SCENARIO [options]
       pnpm simulate replay FILE [LINE] [--trace]
       pnpm simulate wallets [--seeds A-B] [--trace]
       pnpm simulate study [EXPERIMENT ...] [--out docs/studies] [--seeds N]
${OPTIONS_TEXT}`;

const USAGE_CODE = 2;

async function main([verb, ...args]: readonly string[]): Promise<number> {
  try {
    switch (verb) {
      case "list":
        process.stdout.write(listText());
        return 0;
      case "run":
        return await run(readArguments(args));
      case "sweep":
        return await sweepTo(readArguments(args));
      case "replay":
        return await replay(args);
      case "wallets": {
        // The engine takes a while to load, and nothing else here needs it.
        const { wallets } = await import("./cli/wallets.ts");
        return await wallets(readWalletsArguments(args));
      }
      case "study":
        return await study(args);
      default:
        process.stderr.write(USAGE);
        return USAGE_CODE;
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return USAGE_CODE;
  }
}

process.exitCode = await main(process.argv.slice(2));
