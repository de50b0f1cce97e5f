/**
 * Where things are in this repository, for every script: the root, the packages, their files.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The repository these scripts belong to. */
export const repositoryRoot: string = resolve(import.meta.dirname, "../..");

export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface WorkspacePackage {
  /** The folder's name, which is also the name without its scope: `core` for `@amigos/core`. */
  readonly folder: string;
  /** Absolute. */
  readonly directory: string;
  readonly manifest: Manifest;
}

/** The packages under `packages/`, by folder name. A folder without a manifest is not a package yet. */
export function workspacePackages(root: string = repositoryRoot): readonly WorkspacePackage[] {
  return findFiles(root, ["packages/*/package.json"]).map((file) => {
    const directory = dirname(join(root, file));
    const manifest = JSON.parse(readFileSync(join(root, file), "utf8")) as Manifest;
    return { folder: directory.slice(directory.lastIndexOf("/") + 1), directory, manifest };
  });
}

/** Files under `root` that match one of the globs, relative to it, with `/` between folders, sorted. */
export function findFiles(root: string, globs: readonly string[]): readonly string[] {
  return globSync([...globs], { cwd: root, exclude: isGenerated })
    .map((file) => file.replaceAll("\\", "/"))
    .sort(byCodeUnit);
}

/** Tests, benches and what only they use: everything of a package that is not shipped. */
export function isTestFile(file: string): boolean {
  return /\.test\.tsx?$/.test(file) || /^packages\/[^/]+\/(?:test|bench)\//.test(file);
}

const generated = new Set(["node_modules", "dist", "coverage", ".git"]);

function isGenerated(file: string): boolean {
  return generated.has(file.slice(file.lastIndexOf("/") + 1));
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
