/** A hub process that serves the wallet, and two addresses for two phones. Data stays in `.amigos/demo` between starts. */
import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { HubError, startHubProcess, type HubProcess } from "../../packages/hub/src/process/hub-process.ts";
import { repositoryRoot } from "../lib/workspace.ts";
import { buildWallet, walletBuild } from "./build-wallet.ts";

const dataFolder = join(repositoryRoot, ".amigos/demo");
const PORTS_TRIED_MAX = 20;
const PHONES = ["alice", "bob"] as const;

/** Resolves with the exit code when the demo has ended. */
export async function serveDemo(options: { readonly port: number; readonly reset: boolean }): Promise<number> {
  const interrupted = nextInterrupt();
  if (!(await buildWallet())) {
    console.error("The wallet could not be built, so there is nothing to show.");
    return 1;
  }
  try {
    if (options.reset) await resetData();
    const hub = await startOnFreePort(options.port);
    announce(hub);
    const ended = await Promise.race([interrupted, hub.exited]);
    if (ended !== "interrupted") {
      console.error(`The hub has ended by itself (exit code ${ended}).`);
      return 1;
    }
    console.log("\nStopping …");
    await hub.stop();
    console.log("Stopped. The data stays for the next start.");
    return 0;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    console.error(
      error.type === "data-in-use"
        ? "The demo runs already. Stop that one first, with Ctrl-C in its terminal."
        : error.message,
    );
    if (error.type.startsWith("data-") && error.type !== "data-in-use")
      console.error("`pnpm demo --reset` forgets the demo's data and starts anew.");
    return 1;
  }
}

/** Only what no hub has open: a running demo would lose its ledger under its feet. Whatever else is wrong with it may go. */
async function resetData(): Promise<void> {
  try {
    const hub = await startHubProcess({ data: dataFolder });
    await hub.stop();
  } catch (error) {
    if (!(error instanceof HubError) || error.type === "data-in-use") throw error;
  }
  await rm(dataFolder, { recursive: true, force: true });
  console.log(`Forgot everything in ${relative(process.cwd(), dataFolder)}.`);
}

async function startOnFreePort(wanted: number): Promise<HubProcess> {
  for (let port = wanted; ; port++) {
    try {
      return await startHubProcess({ data: dataFolder, port, staticFolder: walletBuild, onLogLine: showProblem });
    } catch (error) {
      const isTaken = error instanceof HubError && error.type === "port-in-use";
      if (!isTaken || port + 1 >= wanted + PORTS_TRIED_MAX || port === 65_535) throw error;
      console.log(`Port ${port} is taken, so the next one.`);
    }
  }
}

function announce({ url }: HubProcess): void {
  const { port } = new URL(url);
  const lines = PHONES.map((name) => `  ${`${name}'s phone`.padEnd(14)} http://${name}.localhost:${port}`);
  console.log(`\nThe hub runs. Two addresses are two phones, each with a wallet of its own:\n\n${lines.join("\n")}\n`);
  console.log("Stop with Ctrl-C; then the phones go on without a hub. `--reset` forgets everything.");
}

/** Everything is in the hub's log; here only what an onlooker should know. */
function showProblem(line: string): void {
  try {
    const { level, event, problem } = JSON.parse(line) as {
      readonly level?: string;
      readonly event?: string;
      readonly problem?: string;
    };
    if (level === "error" && event !== "refused-to-start") console.error(`hub: ${event} ${problem ?? ""}`);
  } catch {
    console.error(`hub: ${line}`);
  }
}

/** Ctrl-C reaches the whole group, so the hub is stopping by then; a second one is not needed. */
function nextInterrupt(): Promise<"interrupted"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve("interrupted"));
  });
}
