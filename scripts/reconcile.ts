/**
 * `pnpm -s reconcile`: reads a scenario as JSON, reconciles it batch after batch, and prints what became of everything, with the
 * roots. What it reads and writes is `docs/spec/scenario.md`. Input that cannot be used ends with exit code 2 and an error as one
 * line of JSON on the standard error; a defect of ours with 1.
 */
import { runScenario, type ScenarioError, type ScenarioReport } from "../packages/reconcile/src/scenario/index.ts";

/** A scenario is text for people and programs to compare. This is a hundred thousand entries. */
const SCENARIO_BYTES_MAX = 64 * 1024 * 1024;

type InputError =
  | ScenarioError
  | { readonly type: "too-large"; readonly sizeMax: number }
  | { readonly type: "not-json"; readonly reason: string };

type Outcome =
  | { readonly ok: true; readonly value: ScenarioReport }
  | { readonly ok: false; readonly error: InputError };

async function main(): Promise<number> {
  const outcome = await readAndRun();
  if (!outcome.ok) {
    process.stderr.write(`${JSON.stringify(outcome.error)}\n`);
    return 2;
  }
  await write(`${JSON.stringify(outcome.value, undefined, 2)}\n`);
  return 0;
}

async function readAndRun(): Promise<Outcome> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > SCENARIO_BYTES_MAX) return { ok: false, error: { type: "too-large", sizeMax: SCENARIO_BYTES_MAX } };
    chunks.push(chunk);
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (error) {
    return { ok: false, error: { type: "not-json", reason: error instanceof Error ? error.message : "not JSON" } };
  }
  return runScenario(json);
}

/** A pipe may take its time; exiting before it has everything would cut the report short. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${JSON.stringify({ type: "defect", reason })}\n`);
  process.exitCode = 1;
}
