/** `pnpm simulate`: the laboratory from the command line. */
import { OPTIONS_TEXT, readArguments, UsageError } from "./cli/arguments.ts";
import { listText } from "./cli/list.ts";
import { replay } from "./cli/replay.ts";
import { run } from "./cli/run.ts";
import { sweepTo } from "./cli/sweep.ts";

const USAGE = `Usage: pnpm simulate list
       pnpm simulate run SCENARIO [options]
       pnpm simulate sweep SCENARIO [options]
       pnpm simulate replay FILE [LINE] [--trace]
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
