/**
 * Runs the programs that scripts call. Tools come from the repository's own `node_modules/.bin`, which also holds
 * the Node that everything here is made for, whatever the machine has.
 */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { repositoryRoot } from "./workspace.ts";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Show the output as it comes instead of keeping it. */
  readonly show?: boolean;
}

export interface RunResult {
  /** The exit code; 1 when the program ended by a signal or never started. */
  readonly code: number;
  /** Standard output and error, in the order of arrival; empty when they were shown. */
  readonly output: string;
}

/** Runs one program to its end. Never throws: a program that cannot start is a result with its reason. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { promise, resolve } = Promise.withResolvers<RunResult>();
  const chunks: string[] = [];
  const child = spawn(command, [...args], {
    cwd: options.cwd ?? repositoryRoot,
    env: { ...process.env, ...options.env, PATH: pathWithTools() },
    stdio: ["ignore", options.show ? "inherit" : "pipe", options.show ? "inherit" : "pipe"],
  });
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  child.on("error", (error) => resolve({ code: 1, output: `${command}: ${error.message}\n` }));
  child.on("close", (code) => resolve({ code: code ?? 1, output: chunks.join("") }));
  return promise;
}

/** Runs pnpm: the one that started this script, or, for a script started by hand, the one that everyone is told of. */
export function runPnpm(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const executable = process.env["npm_execpath"];
  return executable?.includes("pnpm")
    ? run(executable, args, options)
    : run("npx", ["--yes", "pnpm@12", ...args], options);
}

function pathWithTools(): string {
  return [join(repositoryRoot, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter);
}
