/** Builds the PWA when there is no build, or when something that it is made from has changed since. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../lib/run.ts";
import { findFiles, repositoryRoot } from "../lib/workspace.ts";

const walletFolder = join(repositoryRoot, "packages/demo-pwa");
const buildFolder = join(walletFolder, "dist");
const stampFile = join(repositoryRoot, "node_modules/.cache/amigos-demo-pwa.sha256");

const SOURCES = [
  "packages/{core,reconcile,engine,adapters}/src/**/*.ts",
  "packages/{core,reconcile,engine,adapters,demo-pwa}/package.json",
  "packages/demo-pwa/{src,public,scripts}/**/*.*",
  "packages/demo-pwa/*.{html,ts,json}",
  "pnpm-lock.yaml",
];

/** Resolves with the folder of the build, or `undefined` when there is none. */
export async function buildWallet(): Promise<string | undefined> {
  const stamp = stampOfSources();
  if (existsSync(join(buildFolder, "index.html")) && readStamp() === stamp) return buildFolder;
  console.log("Building the wallet (the first time takes some seconds) …");
  const { code } = await run("vite", ["build"], { cwd: walletFolder, show: true });
  if (code !== 0) return undefined;
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  return buildFolder;
}

/** Content, not times: a fresh checkout touches every file and changes none. */
function stampOfSources(): string {
  const hash = createHash("sha256");
  for (const file of findFiles(repositoryRoot, SOURCES)) {
    hash.update(`${file}\0`).update(readFileSync(join(repositoryRoot, file)));
  }
  return hash.digest("hex");
}

function readStamp(): string | undefined {
  return existsSync(stampFile) ? readFileSync(stampFile, "utf8") : undefined;
}
