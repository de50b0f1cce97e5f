/**
 * Holds the packages to the arrows of the architecture. A package may use only what stands beneath it, in its
 * imports and in its manifest alike; it reaches other packages by their public entries, never into their folders;
 * and what runs anywhere does not import Node. Cycles between files are the linter's (`import/no-cycle`).
 *
 * Tests follow the same arrows, but for the exceptions below: a test that needs the package above belongs there.
 * The scripts of the repository, such as the one that finds a Chromium, are open to them.
 */
import { posix } from "node:path";
import { isBuiltin } from "node:module";
import { reportFindings, type Finding } from "./lib/finding.ts";
import { importedModules, lineOf, readSource, type ImportedModule, type SourceFile } from "./lib/source.ts";
import { findFiles, isTestFile, repositoryRoot, workspacePackages, type Manifest } from "./lib/workspace.ts";

interface PackageRule {
  /** The packages it may use. Written out in full: an arrow through another package is an arrow too. */
  readonly uses: readonly string[];
  /** What only its tests may use besides: a devDependency, never a dependency. */
  readonly testsUse?: readonly string[];
  /** The entries of a package it uses that are open to it, when not all are. */
  readonly onlyEntries?: Readonly<Record<string, readonly string[]>>;
  /** Whether its sources may import Node's modules; files named `*.node.ts` always may. */
  readonly runsOnNodeOnly: boolean;
}

const everythingBeneathApps = ["core", "reconcile", "engine", "adapters"];

/** `core ◄ reconcile ◄ engine ◄ hub, demo-pwa, simulator`; adapters implement the engine's ports. */
const ruleByPackage: ReadonlyMap<string, PackageRule> = new Map([
  ["core", { uses: [], runsOnNodeOnly: false }],
  ["reconcile", { uses: ["core"], runsOnNodeOnly: false }],
  // A wallet needs a store and a link to be tried; the ones in memory are adapters like any other.
  ["engine", { uses: ["core", "reconcile"], testsUse: ["adapters"], runsOnNodeOnly: false }],
  ["adapters", { uses: ["core", "reconcile", "engine"], onlyEntries: { engine: ["ports"] }, runsOnNodeOnly: true }],
  ["hub", { uses: everythingBeneathApps, runsOnNodeOnly: true }],
  ["simulator", { uses: everythingBeneathApps, runsOnNodeOnly: true }],
  // The browser tests of the PWA start a real hub, and stop it.
  ["demo-pwa", { uses: everythingBeneathApps, testsUse: ["hub"], runsOnNodeOnly: false }],
]);

const scope = "@amigos/";

/** Finds every import and every dependency that goes against the arrows. */
export function checkBoundaries(root: string = repositoryRoot): readonly Finding[] {
  return workspacePackages(root).flatMap(({ folder, manifest }) => {
    const rule = ruleByPackage.get(folder);
    const manifestFile = `packages/${folder}/package.json`;
    if (rule === undefined) {
      return [{ file: manifestFile, message: `${folder} has no arrows yet: add it to scripts/check-boundaries.ts` }];
    }
    const files = findFiles(root, [`packages/${folder}/{src,test,bench}/**/*.{ts,tsx}`]);
    return [
      ...checkManifest(manifestFile, folder, manifest, rule),
      ...files.flatMap((file) => checkImports(readSource(root, file), folder, manifest, rule)),
    ];
  });
}

function checkManifest(file: string, folder: string, manifest: Manifest, rule: PackageRule): readonly Finding[] {
  const findings: Finding[] = [];
  if (manifest.name !== scope + folder) findings.push({ file, message: `the name should be ${scope}${folder}` });
  for (const kind of ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"] as const) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
      if (!name.startsWith(scope)) continue;
      const used = name.slice(scope.length);
      const allowed = kind === "devDependencies" ? [...rule.uses, ...(rule.testsUse ?? [])] : rule.uses;
      if (!allowed.includes(used)) findings.push({ file, message: `${kind}: ${againstArrows(folder, used)}` });
      if (!version.startsWith("workspace:")) {
        findings.push({ file, message: `${kind}: ${name} comes from this workspace, so its version is "workspace:*"` });
      }
    }
  }
  return findings;
}

function checkImports(source: SourceFile, folder: string, manifest: Manifest, rule: PackageRule): readonly Finding[] {
  return importedModules(source).flatMap((imported) => {
    const message = problemWith(source.file, imported, folder, manifest, rule);
    return message === undefined ? [] : [{ file: source.file, line: lineOf(source, imported.offset), message }];
  });
}

function problemWith(
  file: string,
  { specifier, isWildcardExport }: ImportedModule,
  folder: string,
  manifest: Manifest,
  rule: PackageRule,
): string | undefined {
  if (isWildcardExport) return `export * from '${specifier}': name what the module offers`;
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(file), specifier);
    const isAllowed = target.startsWith(`packages/${folder}/`) || (isTestFile(file) && target.startsWith("scripts/"));
    return isAllowed ? undefined : `${specifier} leaves the package`;
  }
  if (isBuiltin(specifier)) {
    const isAllowed = rule.runsOnNodeOnly || isTestFile(file) || /\.node\.tsx?$/.test(file);
    return isAllowed ? undefined : `${specifier}: ${folder} runs anywhere, so Node's modules stay out of it`;
  }
  if (!specifier.startsWith(scope)) return undefined;

  const [used = "", ...entry] = specifier.slice(scope.length).split("/");
  if (used === folder) return isTestFile(file) ? undefined : `${specifier}: a package imports its own files by path`;
  const allowed = isTestFile(file) ? [...rule.uses, ...(rule.testsUse ?? [])] : rule.uses;
  if (!allowed.includes(used)) return againstArrows(folder, used);
  const open = rule.onlyEntries?.[used];
  if (open !== undefined && !open.includes(entry.join("/"))) {
    return `${specifier}: only ${open.map((name) => posix.join(scope + used, name)).join(", ")} is open to ${folder}`;
  }
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  const declaredHere = isTestFile(file) ? { ...declared, ...manifest.devDependencies } : declared;
  return scope + used in declaredHere ? undefined : `${specifier}: the package is missing in the manifest`;
}

function againstArrows(folder: string, used: string): string {
  const allowed = ruleByPackage.get(folder)?.uses ?? [];
  return `${folder} may not use ${used}, only ${allowed.length === 0 ? "itself" : allowed.join(", ")}`;
}

if (import.meta.main) reportFindings("boundaries", checkBoundaries());
