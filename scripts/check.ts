/**
 * `pnpm check`: everything about the source that can be judged without running it. Each step prints one line with its
 * time; a step that fails prints what it found. The whole ends with `N passed, N failed`.
 *
 *     pnpm check                 all steps
 *     pnpm check lint rules      only these
 */
import { checkBoundaries } from "./check-boundaries.ts";
import { checkDeterminism } from "./check-determinism.ts";
import { checkPackageShape } from "./check-package-shape.ts";
import { checkRules } from "./check-rules.ts";
import { describeFinding, type Finding } from "./lib/finding.ts";
import { run } from "./lib/run.ts";

interface Step {
  readonly name: string;
  readonly what: string;
  /** What to show when the step failed; undefined when it passed. */
  readonly problems: () => Promise<string | undefined>;
}

/** No exact `packageManager`: `npx pnpm@12` would have to fetch that one and switch to it. */
const sherifOptions = ["--ignore-rule", "root-package-manager-field"];

/** In this order: the types first, because what they build is what the package shape looks at. */
const steps: readonly Step[] = [
  { name: "types", what: "TypeScript, all packages, tests and scripts", problems: program("tsc", ["-b"]) },
  { name: "lint", what: "oxlint, type-aware", problems: program("oxlint", ["--format=unix"]) },
  {
    name: "determinism",
    what: "nothing in core and reconcile that differs by machine",
    problems: own(checkDeterminism),
  },
  { name: "boundaries", what: "imports and manifests follow the arrows", problems: own(checkBoundaries) },
  { name: "rules", what: "every rule of the specification has a test", problems: own(checkRules) },
  {
    name: "dead-code",
    what: "knip: unused files, exports and dependencies",
    problems: program("knip", ["--no-progress", "--no-config-hints"]),
  },
  { name: "format", what: "oxfmt", problems: program("oxfmt", ["--check", "."]) },
  {
    name: "workspace",
    what: "sherif: one version of each dependency, tidy manifests",
    problems: program("sherif", sherifOptions),
  },
  {
    name: "package-shape",
    what: "what is packed can be installed, typed, imported and paid with, in Node and in a page",
    problems: own(checkPackageShape),
  },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(", ")}. The steps: ${steps.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const start = performance.now();
  const problems = await step.problems();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${problems === undefined ? "ok  " : "FAIL"} ${step.name.padEnd(14)} ${seconds.padStart(5)} s  ${step.what}`,
  );
  if (problems === undefined) {
    passed += 1;
  } else {
    failed += 1;
    console.log(indent(problems));
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function program(command: string, args: readonly string[]): Step["problems"] {
  return async () => {
    const { code, output } = await run(command, args);
    return code === 0 ? undefined : output;
  };
}

function own(checker: () => readonly Finding[] | Promise<readonly Finding[]>): Step["problems"] {
  return async () => {
    const findings = await checker();
    return findings.length === 0 ? undefined : findings.map(describeFinding).join("\n");
  };
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "     ");
}
