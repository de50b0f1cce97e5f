/**
 * `pnpm demo`: a hub and two phones on this machine, or, with `--headless`, the whole story in the terminal.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWallet } from "./demo/build-wallet.ts";
import { playStory } from "./demo/headless.ts";
import { serveDemo } from "./demo/serve.ts";
import { repositoryRoot } from "./lib/workspace.ts";

const USAGE = `Usage: pnpm demo [--port N] [--reset]      a hub and two wallets in your browser
       pnpm demo --headless               the story in this terminal, in seconds

  --port N     where to listen; when it is taken, the next free one. Default 4680
  --reset      forget the demo's data and start anew
`;

const DEFAULT_PORT = 4680;
const DATA_FOLDER = join(repositoryRoot, ".amigos/demo");

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (options.headless) return playStory();
  return serveDemo({
    port: options.port,
    reset: options.reset,
    dataFolder: DATA_FOLDER,
    buildWallet,
    interrupted: nextInterrupt(),
    say: (line) => console.log(line),
  });
}

/** Ctrl-C reaches the whole group of processes, so the hub is stopping by then; a second one is not needed. */
function nextInterrupt(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
}

interface DemoOptions {
  readonly help: boolean;
  readonly headless: boolean;
  readonly reset: boolean;
  readonly port: number;
}

function readOptions(): DemoOptions | undefined {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: "boolean", default: false },
        headless: { type: "boolean", default: false },
        reset: { type: "boolean", default: false },
        port: { type: "string", default: String(DEFAULT_PORT) },
      },
    });
    const port = Number(values.port);
    if (!/^\d{1,5}$/.test(values.port) || port < 1 || port > 65_535)
      throw new RangeError("--port is a number from 1 to 65535");
    return { help: values.help, headless: values.headless, reset: values.reset, port };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

process.exitCode = await main();
