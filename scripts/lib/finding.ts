/**
 * What the repository's own checkers report: a place and a sentence. Nothing found is an empty list.
 */
export interface Finding {
  /** Relative to the repository. */
  readonly file: string;
  /** From 1; absent when the whole file is meant. */
  readonly line?: number;
  readonly message: string;
}

export function describeFinding({ file, line, message }: Finding): string {
  return line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`;
}

/** For a checker run by hand: prints what it found and sets the exit code. */
export function reportFindings(name: string, findings: readonly Finding[]): void {
  for (const finding of findings) console.error(describeFinding(finding));
  console.log(`${name}: ${findings.length === 0 ? "nothing found" : `${findings.length} found`}`);
  if (findings.length > 0) process.exitCode = 1;
}
