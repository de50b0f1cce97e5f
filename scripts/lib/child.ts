/** Processes of their own, written in TypeScript like the tests, and what they print. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface Child {
  /** The next line that it prints; `undefined` when there is none any more. */
  readonly line: () => Promise<string | undefined>;
  /** All lines until it ends. */
  readonly lines: () => Promise<readonly string[]>;
  /** Writes a line to its input. */
  readonly say: (text: string) => void;
  readonly kill: () => Promise<void>;
  readonly finish: () => Promise<void>;
}

/** Starts `script`. `shell` may set limits around it; `"$@"` in it is the command. */
export function startChild(script: URL, args: readonly string[], shell?: string): Child {
  const command = [process.execPath, "--conditions=amigos-source", fileURLToPath(script), ...args];
  const [program = "", ...rest] = shell === undefined ? command : ["sh", "-c", shell, "sh", ...command];
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(program, rest, {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.on("error", () => {});
  const ended = once(child, "exit");
  const printed = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string | undefined> => {
    const next = await printed.next();
    return next.done === true ? undefined : next.value;
  };
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  return {
    line,
    lines: async () => {
      const all: string[] = [];
      for (let next = await line(); next !== undefined; next = await line()) all.push(next);
      return all;
    },
    say: (text) => void child.stdin.write(`${text}\n`),
    kill,
    finish: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
