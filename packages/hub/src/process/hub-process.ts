/**
 * Starts a hub as a process of its own: for the demo, and for tests that must be able to kill it. The child ends when the
 * parent is gone.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { HubError } from "../hub-error.ts";
import type { ParentMessage } from "./parent-message.ts";

export { HubError, type HubErrorType } from "../hub-error.ts";

export interface HubProcessOptions {
  readonly data: string;
  /** Default: any free one. */
  readonly port?: number;
  readonly staticFolder?: string;
  readonly network?: string;
  readonly settleEveryMs?: number;
  /** How large its JavaScript heap may become, in MiB: a hub that needs more ends. Default: what the runtime chooses. */
  readonly heapMibMax?: number;
  /** More options, as on the command line. */
  readonly flags?: readonly string[];
  /** Called with every line that the hub logs. */
  readonly onLogLine?: (line: string) => void;
}

export interface HubProcess {
  readonly url: string;
  /** Where devices connect: `ws://127.0.0.1:4680/sync`. */
  readonly syncUrl: string;
  readonly network: string;
  readonly pid: number;
  /** SIGHUP: it reads its certificate again. */
  readonly reload: () => void;
  /** Resolves with the exit code, or `null` when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** SIGTERM; resolves when the process is gone. */
  readonly stop: () => Promise<void>;
  /** SIGKILL: no goodbye, nothing finished. */
  readonly kill: () => Promise<void>;
  /** Cuts the channel, as the end of the parent would: the hub stops by itself. */
  readonly abandon: () => void;
}

/** How long a stopping hub may take before it is killed. Its own bounds are well below. */
const STOP_MS_MAX = 10_000;

/** automerge-repo's throttle asks for timers in the past, which Node takes as "now" and warns about. */
const NODE_FLAGS = ["--disable-warning=TimeoutNegativeWarning"];

/**
 * Resolves when the hub listens.
 * @throws {HubError} what the hub refused to start with
 */
export async function startHubProcess(options: HubProcessOptions): Promise<HubProcess> {
  const child = spawnHub(options);
  const exited = once(child, "exit").then(([code]) => code as number | null);
  if (child.stdout !== null) createInterface(child.stdout).on("line", (line) => options.onLogLine?.(line));
  let errorOutput = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errorOutput = (errorOutput + text).slice(-4_000);
  });
  const message = await Promise.race([
    once(child, "message").then(([first]) => first as ParentMessage),
    exited.then(() => undefined),
  ]);
  if (message === undefined)
    throw new HubError("listen-failed", `The hub process ended at once: ${errorOutput.trim()}`);
  if (message.type === "refused") {
    await exited;
    throw new HubError(message.error.type, message.error.message);
  }
  const { url, network } = message;
  return {
    url,
    syncUrl: `${url.replace(/^http/, "ws")}/sync`,
    network,
    pid: child.pid ?? 0,
    reload: () => void child.kill("SIGHUP"),
    exited,
    stop: () => stopChild(child, exited),
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    abandon: () => child.disconnect(),
  };
}

function spawnHub(options: HubProcessOptions): ChildProcess {
  const { data, port = 0, staticFolder, network, settleEveryMs, heapMibMax, flags: more = [] } = options;
  const isSource = import.meta.url.endsWith(".ts");
  const main = fileURLToPath(new URL(isSource ? "../main.ts" : "../main.js", import.meta.url));
  const flags = [
    [...more],
    ["--data", data],
    ["--port", String(port)],
    ...(staticFolder === undefined ? [] : [["--static", staticFolder]]),
    ...(network === undefined ? [] : [["--network", network]]),
    ...(settleEveryMs === undefined ? [] : [["--settle-every-ms", String(settleEveryMs)]]),
  ].flat();
  const nodeFlags = [
    ...NODE_FLAGS,
    ...(isSource ? ["--conditions=amigos-source"] : []),
    ...(heapMibMax === undefined ? [] : [`--max-old-space-size=${heapMibMax}`]),
  ];
  return spawn(process.execPath, [...nodeFlags, main, ...flags], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

async function stopChild(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  const deadline = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
  await exited;
  clearTimeout(deadline);
}
