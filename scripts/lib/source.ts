/**
 * TypeScript files as syntax trees, for the checkers. A parser, not a pattern over text, decides what is code: a
 * banned word in a comment or a string is no finding, and one split over lines or written with an escape still is.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, type Comment, type EcmaScriptModule, type Node, type Program } from "oxc-parser";

export interface SourceFile {
  /** Relative to the repository. */
  readonly file: string;
  readonly text: string;
  readonly program: Program;
  readonly module: EcmaScriptModule;
  readonly comments: readonly Comment[];
}

/** Reads and parses one file. What does not parse is the type checker's to report: its tree is empty here. */
export function readSource(root: string, file: string): SourceFile {
  const text = readFileSync(join(root, file), "utf8");
  const { program, module, comments } = parseSync(file, text);
  return { file, text, program, module, comments };
}

/** The line of an offset, from 1. */
export function lineOf(source: SourceFile, offset: number): number {
  let line = 1;
  for (let index = source.text.indexOf("\n"); index !== -1 && index < offset;) {
    line += 1;
    index = source.text.indexOf("\n", index + 1);
  }
  return line;
}

/** Visits every node with its parent, parents first. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void): void {
  const go = (current: Node, parent: Node | undefined): void => {
    visit(current, parent);
    for (const value of Object.values(current)) {
      if (Array.isArray(value)) value.filter(isNode).forEach((child) => go(child, current));
      else if (isNode(value)) go(value, current);
    }
  };
  go(node, undefined);
}

/** The name of a member access, also of one written with brackets and a plain string. */
export function memberName(node: Node): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : undefined;
  return plainString(node.property);
}

/** The text of a string literal or of a template without expressions. */
export function plainString(node: Node): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

export interface ImportedModule {
  readonly specifier: string;
  readonly offset: number;
  /** `export * from`, which takes names along that nobody chose. */
  readonly isWildcardExport: boolean;
}

/** Everything a file imports, re-exports or loads with `import('…')`. */
export function importedModules({ module, text }: SourceFile): readonly ImportedModule[] {
  const imported: ImportedModule[] = [];
  for (const { moduleRequest } of module.staticImports) {
    imported.push({ specifier: moduleRequest.value, offset: moduleRequest.start, isWildcardExport: false });
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, importName, exportName } of entries) {
      if (!moduleRequest) continue;
      const isWildcardExport = importName.name === null && exportName.name === null;
      imported.push({ specifier: moduleRequest.value, offset: moduleRequest.start, isWildcardExport });
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const specifier = /^['"`](.*)['"`]$/s.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1];
    if (specifier !== undefined) imported.push({ specifier, offset: moduleRequest.start, isWildcardExport: false });
  }
  return imported;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}
