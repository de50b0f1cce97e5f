/**
 * What ours is compared with, from `bench/peers`: a folder with its own lockfile, installed when a case first asks for it, so
 * that nobody who only wants to pay, to test or to build has to.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runPnpm } from "../lib/run.ts";
import { repositoryRoot } from "../lib/workspace.ts";

export type PeerModule = "cojson" | "automerge";

export interface PeerOptions {
  readonly records: number;
  readonly sessions: number;
}

/** Somebody who has the records. */
export interface Peer {
  /** How long somebody fresh takes until they have all of them, in milliseconds. Throws when they came out wrong. */
  readonly catchUp: () => Promise<number>;
}

const folder = join(repositoryRoot, "bench/peers");

export async function loadPeer(name: PeerModule, options: PeerOptions): Promise<Peer> {
  await install();
  const { open } = (await import(pathToFileURL(join(folder, `${name}.js`)).href)) as {
    readonly open: (options: PeerOptions) => Promise<Peer>;
  };
  return open(options);
}

async function install(): Promise<void> {
  if (existsSync(join(folder, "node_modules/.modules.yaml"))) return;
  const { code, output } = await runPnpm(["install", "--frozen-lockfile", "--prefer-offline"], { cwd: folder });
  if (code !== 0) throw new Error(`bench/peers could not be installed:\n${output}`);
}
