/** Builds the PWA when there is no build, or when something that it is made from has changed since. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../lib/run.ts";
import { findFiles, repositoryRoot } from "../lib/workspace.ts";

const walletFolder = join(repositoryRoot, "packages/demo-pwa");
export const walletBuild: string = join(walletFolder, "dist");
const stampFile = join(repositoryRoot, "node_modules/.cache/amigos-demo-pwa.sha256");

const SOURCES = [
  "packages/{core,reconcile,engine,adapters}/src/**/*.ts",
  "packages/{core,reconcile,engine,adapters,demo-pwa}/package.json",
  "packages/demo-pwa/{src,public,scripts}/**/*.*",
  "packages/demo-pwa/*.{html,ts,json}",
  "pnpm-lock.yaml",
];

/** Resolves with whether there is a build now. */
export async function buildWallet(): Promise<boolean> {
  const stamp = stampOfSources();
  if (existsSync(join(walletBuild, "index.html")) && readStamp() === stamp) return true;
  console.log("Building the wallet (the first time takes some seconds) …");
  const { code } = await run("vite", ["build"], { cwd: walletFolder, show: true });
  if (code !== 0) return false;
  mkdirSync(join(stampFile, ".."), { recursive: true });
  writeFileSync(stampFile, stamp);
  return true;
}

/** Content, not times: a fresh checkout touches every file and changes none. */
function stampOfSources(): string {
  const hash = createHash("sha256");
  for (const file of findFiles(repositoryRoot, SOURCES))
    hash.update(`${file}\0`).update(readFileSync(join(repositoryRoot, file)));
  return hash.digest("hex");
}

function readStamp(): string | undefined {
  return existsSync(stampFile) ? readFileSync(stampFile, "utf8") : undefined;
}
