/**
 * Holds the specification and the tests together. Every rule that the specification defines has a test that names
 * it, and no test names a rule that does not exist.
 *
 * A rule has an id such as `[ENC1]`: capitals, then a number. It is defined where a line of a page under `docs/spec/`
 * starts with it, as a paragraph (`**[ENC1]** …`), a heading (`## [ENC1] …`) or the first cell of a table row
 * (`| [ENC1] | …`), bold or not, also as a list item. Anywhere else an id only refers. A test names a rule when its
 * own title or that of a `describe` around it contains the id, written out: an id that is put together at run time
 * cannot be found by a reader either. Skipped tests name nothing.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "oxc-parser";
import { reportFindings, type Finding } from "./lib/finding.ts";
import { lineOf, memberName, readSource, walk } from "./lib/source.ts";
import { findFiles, repositoryRoot } from "./lib/workspace.ts";

interface Place {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

/** Finds rules without a test, tests of rules that do not exist, and rules defined twice. */
export function checkRules(root: string = repositoryRoot): readonly Finding[] {
  const defined = definedRules(root);
  const tested = testedRules(root);
  const definedIds = new Set(defined.map(({ id }) => id));
  const testedIds = new Set(tested.map(({ id }) => id));

  const seen = new Map<string, Place>();
  const findings: Finding[] = [];
  for (const rule of defined) {
    const first = seen.get(rule.id);
    if (first !== undefined) findings.push(finding(rule, `is already defined at ${first.file}:${first.line}`));
    else if (!testedIds.has(rule.id)) findings.push(finding(rule, "appears in no test title"));
    seen.set(rule.id, first ?? rule);
  }
  for (const place of tested) {
    if (!definedIds.has(place.id))
      findings.push(finding(place, "is in a test title, but docs/spec does not define it"));
  }
  return findings;
}

function finding({ id, file, line }: Place, problem: string): Finding {
  return { file, line, message: `[${id}] ${problem}` };
}

/** What may stand before the id of a definition: a list mark, a heading's marks, a cell's bar, emphasis. */
const definition = /^\s*(?:[-*+]\s+|\d+\.\s+|#{1,6}\s+|\|\s*)?(?:\*\*|__|`)*\[([A-Z]{2,}[0-9]+)\](?![(:[])/;

function definedRules(root: string): readonly Place[] {
  return findFiles(root, ["docs/spec/**/*.md"]).flatMap((file) => {
    let isCode = false;
    return readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((text, index) => {
        if (/^\s*(?:```|~~~)/.test(text)) isCode = !isCode;
        const id = isCode ? undefined : definition.exec(text)?.[1];
        return id === undefined ? [] : [{ id, file, line: index + 1 }];
      });
  });
}

function testedRules(root: string): readonly Place[] {
  return findFiles(root, ["packages/*/{src,test}/**/*.{ts,tsx}"]).flatMap((file) => {
    const source = readSource(root, file);
    const places: Place[] = [];
    walk(source.program, (node) => {
      if (node.type !== "CallExpression" || !isTestFunction(node.callee)) return;
      const title = node.arguments[0];
      if (title === undefined) return;
      for (const [, id = ""] of titleText(title).matchAll(/\[([A-Z]{2,}[0-9]+)\]/g)) {
        places.push({ id, file, line: lineOf(source, node.start) });
      }
    });
    return places;
  });
}

const testFunctions = new Set(["test", "it", "describe", "suite"]);
const notRun = new Set(["skip", "todo"]);

/** `test`, `describe`, and their variants such as `test.each(…)` and `it.concurrent`, but not the skipped ones. */
function isTestFunction(callee: Node): boolean {
  if (callee.type === "Identifier") return testFunctions.has(callee.name);
  if (callee.type === "CallExpression") return isTestFunction(callee.callee);
  if (callee.type === "TaggedTemplateExpression") return isTestFunction(callee.tag);
  if (callee.type === "MemberExpression") {
    return !notRun.has(memberName(callee) ?? "") && isTestFunction(callee.object);
  }
  return false;
}

/** The written parts of a title: a literal, a template, or several joined with `+`. */
function titleText(title: Node): string {
  if (title.type === "Literal") return typeof title.value === "string" ? title.value : "";
  if (title.type === "TemplateLiteral") return title.quasis.map(({ value }) => value.cooked ?? "").join(" ");
  if (title.type === "BinaryExpression") return titleText(title.left) + titleText(title.right);
  return "";
}

if (import.meta.main) reportFindings("rules", checkRules());
