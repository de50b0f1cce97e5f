/**
 * Holds `core` and `reconcile` to one promise: the same bytes give the same verdicts on every machine. Whatever can
 * differ between machines, runs, locales or engines is banned from their sources: clocks, randomness, I/O, locales,
 * Unicode tables, floating point, and orders that nobody chose.
 *
 * The check works on syntax trees, so comments and strings never trip it and no spelling gets around it. A name is
 * banned wherever it stands, also as the name of a local: a local that looks like a clock helps no reader.
 *
 * Where a line is right all the same, a comment beside it or above it says why:
 *
 *     const middle = length / 2 // determinism: length is even, checked above
 */
import type { Node } from "oxc-parser";
import { reportFindings, type Finding } from "./lib/finding.ts";
import { lineOf, memberName, plainString, readSource, walk, type SourceFile } from "./lib/source.ts";
import { findFiles, isTestFile, repositoryRoot } from "./lib/workspace.ts";

const checkedPackages = ["core", "reconcile"];

/** Finds everything in the checked packages that could make two machines disagree. */
export function checkDeterminism(root: string = repositoryRoot): readonly Finding[] {
  return findFiles(
    root,
    checkedPackages.map((folder) => `packages/${folder}/src/**/*.ts`),
  )
    .filter((file) => !isTestFile(file))
    .flatMap((file) => checkFile(readSource(root, file)));
}

const clock = "reads a clock: time comes in as data";
const timer = "waits for a clock: the caller decides when";
const random = "is a source of randomness: random bytes come in as data";
const input = "is input or output: bytes come in as data";
const locale = "follows the locale of the machine";
const float = "is floating point: amounts are bigints, counts are integers";
const collector = "shows when the garbage collector ran";
const host = "gives the surroundings of the program, which differ";
const evaluation = "runs text as code, which no check sees";

const bannedNames: ReadonlyMap<string, string> = new Map([
  ["Date", clock],
  ["Temporal", clock],
  ["performance", clock],
  ["setTimeout", timer],
  ["setInterval", timer],
  ["setImmediate", timer],
  ["requestAnimationFrame", timer],
  ["requestIdleCallback", timer],
  ["queueMicrotask", timer],
  ["crypto", random],
  ["fetch", input],
  ["WebSocket", input],
  ["XMLHttpRequest", input],
  ["localStorage", input],
  ["sessionStorage", input],
  ["indexedDB", input],
  ["console", input],
  ["require", input],
  ["Intl", locale],
  ["parseFloat", float],
  ["Float16Array", float],
  ["Float32Array", float],
  ["Float64Array", float],
  ["WeakRef", collector],
  ["FinalizationRegistry", collector],
  ["process", host],
  ["navigator", host],
  ["window", host],
  ["document", host],
  ["globalThis", host],
  ["eval", evaluation],
  ["Function", evaluation],
]);

const bannedMembers: ReadonlyMap<string, string> = new Map([
  ["localeCompare", locale],
  ["toLocaleString", locale],
  ["toLocaleUpperCase", locale],
  ["toLocaleLowerCase", locale],
  ["toLocaleDateString", locale],
  ["toLocaleTimeString", locale],
  ["parseFloat", float],
  ["toFixed", float],
  ["toPrecision", float],
  ["toExponential", float],
  ["getFloat16", float],
  ["getFloat32", float],
  ["getFloat64", float],
  ["setFloat16", float],
  ["setFloat32", float],
  ["setFloat64", float],
]);

/** The functions of `Math` that are exact on integers; the others are approximations or randomness. */
const exactMath = new Set(["abs", "ceil", "clz32", "floor", "imul", "max", "min", "round", "sign", "trunc"]);
const roundings = new Set(["ceil", "floor", "round", "trunc"]);

function checkFile(source: SourceFile): readonly Finding[] {
  const found = new Map<number, string>();
  walk(source.program, (node, parent) => {
    const problem = problemWith(node, parent);
    if (problem !== undefined) found.set(node.start, problem);
  });
  return withoutExcused(source, found);
}

function problemWith(node: Node, parent: Node | undefined): string | undefined {
  switch (node.type) {
    case "Identifier": {
      if (isMereLabel(node, parent)) return undefined;
      const reason = bannedNames.get(node.name);
      if (reason !== undefined) return `${node.name} ${reason}`;
      if (node.name === "Math" && !(parent?.type === "MemberExpression" && memberName(parent) !== undefined)) {
        return "Math is only for its exact functions, named where they are called";
      }
      return undefined;
    }
    case "MemberExpression":
      return problemWithMember(node);
    case "Property": {
      // `const { localeCompare } = text` reads the member just as well.
      const name = node.key.type === "Identifier" ? node.key.name : plainString(node.key);
      const reason = parent?.type === "ObjectPattern" && name !== undefined ? bannedMembers.get(name) : undefined;
      return reason && `${name} ${reason}`;
    }
    case "CallExpression":
      return problemWithCall(node);
    case "ImportExpression":
      return `import() ${input}`;
    case "Literal":
      return typeof node.value === "number" && !Number.isInteger(node.value)
        ? `${node.raw ?? "this number"} ${float}`
        : undefined;
    case "BinaryExpression":
      if (node.operator === "/" && !isWholeDivision(node, parent)) return divisionAdvice;
      return node.operator === "**" && !isBigInt(node.left) && !isBigInt(node.right) ? powerAdvice : undefined;
    case "AssignmentExpression":
      if (node.operator === "/=" && !isBigInt(node.right)) return divisionAdvice;
      return node.operator === "**=" && !isBigInt(node.right) ? powerAdvice : undefined;
    default:
      return undefined;
  }
}

const divisionAdvice =
  "division may leave a fraction: put it directly into Math.floor, Math.ceil or Math.trunc, shift, or divide bigints";
const powerAdvice = "the power of two numbers is an approximation: use bigints or a shift";

function problemWithMember(node: Node & { type: "MemberExpression" }): string | undefined {
  const name = memberName(node);
  if (name === undefined) return undefined;
  if (node.object.type === "Identifier" && node.object.name === "Math" && !exactMath.has(name)) {
    return `Math.${name} ${name === "random" ? random : float}`;
  }
  const reason = bannedMembers.get(name);
  return reason && `${name} ${reason}`;
}

function problemWithCall(node: Node & { type: "CallExpression" }): string | undefined {
  const name = memberName(node.callee);
  if ((name === "sort" || name === "toSorted") && node.arguments.length === 0) {
    return `${name}() without a comparator orders by text: numbers and bigints come out wrong`;
  }
  const form = node.arguments[0] && plainString(node.arguments[0]);
  if (name === "normalize" && form?.startsWith("NF")) return "normalize follows the Unicode tables of the engine";
  return undefined;
}

/** A property's or member's own name, which is no reference to anything. */
function isMereLabel(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return false;
  switch (parent.type) {
    case "MemberExpression":
      return parent.property === node && !parent.computed;
    case "Property":
      return parent.key === node && !parent.computed && !parent.shorthand;
    case "MethodDefinition":
    case "PropertyDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
      return parent.key === node && !parent.computed;
    case "TSQualifiedName":
      return parent.right === node;
    default:
      return false;
  }
}

function isWholeDivision(node: Node & { type: "BinaryExpression" }, parent: Node | undefined): boolean {
  if (isBigInt(node.left) || isBigInt(node.right)) return true;
  return (
    parent?.type === "CallExpression" &&
    parent.callee.type === "MemberExpression" &&
    parent.callee.object.type === "Identifier" &&
    parent.callee.object.name === "Math" &&
    roundings.has(memberName(parent.callee) ?? "")
  );
}

/** A bigint that shows it: a literal or a conversion. Mixing one with a number throws, so one side is enough. */
function isBigInt(node: Node): boolean {
  if (node.type === "Literal") return "bigint" in node;
  return node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "BigInt";
}

/** Takes out what a comment excuses, and reports the excuses that excuse nothing. */
function withoutExcused(source: SourceFile, found: ReadonlyMap<number, string>): readonly Finding[] {
  const excuses = new Map<number, boolean>();
  for (const comment of source.comments) {
    if (/^\s*determinism:\s*\S/.test(comment.value)) excuses.set(lineOf(source, comment.start), false);
  }
  const findings: Finding[] = [];
  for (const [offset, message] of found) {
    const line = lineOf(source, offset);
    const excuse = excuses.has(line) ? line : excuses.has(line - 1) ? line - 1 : undefined;
    if (excuse === undefined) findings.push({ file: source.file, line, message });
    else excuses.set(excuse, true);
  }
  for (const [line, isUsed] of excuses) {
    if (!isUsed) findings.push({ file: source.file, line, message: "this comment excuses nothing" });
  }
  return findings;
}

if (import.meta.main) reportFindings("determinism", checkDeterminism());
