/** A hub process that serves the wallet, and two addresses for two phones. Its data stays between starts. */
import { rm } from "node:fs/promises";
import { HubError, startHubProcess, type HubProcess } from "../../packages/hub/src/process/hub-process.ts";

export interface ServeOptions {
  readonly port: number;
  /** Forget everything and start anew. */
  readonly reset: boolean;
  readonly dataFolder: string;
  /** Resolves with the folder of the built wallet, or `undefined` when it cannot be built. */
  readonly buildWallet: () => Promise<string | undefined>;
  /** Resolves when the demo shall end. */
  readonly interrupted: Promise<unknown>;
  readonly say: (line: string) => void;
}

const PORTS_TRIED_MAX = 20;
const PORT_MAX = 65_535;
const PHONES = ["alice", "bob"] as const;

/** Resolves with the exit code when the demo has ended. */
export async function serveDemo(options: ServeOptions): Promise<number> {
  const { say, interrupted } = options;
  const walletFolder = await options.buildWallet();
  if (walletFolder === undefined) {
    say("The wallet could not be built, so there is nothing to show.");
    return 1;
  }
  try {
    if (options.reset) await resetData(options);
    const hub = await startOnFreePort(options, walletFolder);
    for (const line of announcement(hub)) say(line);
    const ended = await Promise.race([interrupted.then(() => "interrupted" as const), hub.exited]);
    return ended === "interrupted" ? await stop(hub, say) : endedByItself(ended, say);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    for (const line of explanation(error)) say(line);
    return 1;
  }
}

/** Only what no hub has open: a running demo would lose its ledger under its feet. Whatever else is wrong with it may go. */
async function resetData({ dataFolder, say }: ServeOptions): Promise<void> {
  try {
    const hub = await startHubProcess({ data: dataFolder });
    await hub.stop();
  } catch (error) {
    if (!(error instanceof HubError) || error.type === "data-in-use") throw error;
  }
  await rm(dataFolder, { recursive: true, force: true });
  say("Forgot everything of the demo before.");
}

async function startOnFreePort(
  { port: wanted, dataFolder, say }: ServeOptions,
  staticFolder: string,
): Promise<HubProcess> {
  for (let port = wanted; ; port++) {
    try {
      return await startHubProcess({
        data: dataFolder,
        port,
        staticFolder,
        onLogLine: (line) => sayProblem(line, say),
      });
    } catch (error) {
      const isTaken = error instanceof HubError && error.type === "port-in-use";
      if (!isTaken || port + 1 >= wanted + PORTS_TRIED_MAX || port === PORT_MAX) throw error;
      say(`Port ${port} is taken, so the next one.`);
    }
  }
}

function announcement({ url }: HubProcess): readonly string[] {
  const { port } = new URL(url);
  return [
    "",
    "The hub runs. Two addresses are two phones, each with a wallet of its own:",
    "",
    ...PHONES.map((name) => `  ${`${name}'s phone`.padEnd(14)} http://${name}.localhost:${port}`),
    "",
    `Three phones side by side, with stories: http://localhost:${port}/demo`,
    "Stop with Ctrl-C; then the phones go on without a hub. `--reset` forgets everything.",
  ];
}

async function stop(hub: HubProcess, say: ServeOptions["say"]): Promise<number> {
  say("\nStopping …");
  await hub.stop();
  say("Stopped. The data stays for the next start.");
  return 0;
}

function endedByItself(exitCode: number | null, say: ServeOptions["say"]): number {
  say(`The hub has ended by itself (${exitCode === null ? "killed" : `exit code ${exitCode}`}).`);
  return 1;
}

function explanation({ type, message }: HubError): readonly string[] {
  if (type === "data-in-use") return ["The demo runs already. Stop that one first, with Ctrl-C in its terminal."];
  return type.startsWith("data-")
    ? [message, "`pnpm demo --reset` forgets the demo's data and starts anew."]
    : [message];
}

/** Everything is in the hub's log; here only what an onlooker should know. */
function sayProblem(line: string, say: ServeOptions["say"]): void {
  try {
    const { level, event, problem = "" } = JSON.parse(line) as Readonly<Record<string, string | undefined>>;
    if (level === "error" && event !== "refused-to-start") say(`hub: ${event} ${problem}`);
  } catch {
    say(`hub: ${line}`);
  }
}
