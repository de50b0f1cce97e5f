/**
 * A contract is a plain list of titled cases, so that it runs under any test runner and inside a browser page alike. A
 * case that fails throws `ContractBroken` with what was expected.
 */
export interface ContractCase {
  readonly title: string;
  readonly run: () => Promise<void>;
}

export class ContractBroken extends Error {
  override readonly name = "ContractBroken";
}

export function check(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new ContractBroken(`expected: ${expectation}`);
}

export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  const [actualText, expectedText] = [describe(actual), describe(expected)];
  if (actualText !== expectedText) throw new ContractBroken(`${what}: expected ${expectedText}, got ${actualText}`);
}

/** That `promise` rejects with an error whose `type` is `type`. */
export async function checkRejects(promise: Promise<unknown>, type: string, what: string): Promise<void> {
  checkEqual(await failureOf(promise), type, what);
}

/** The `type` or name of what the promise rejects with; `"no failure"` when it resolves. */
async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "no failure";
  } catch (error) {
    return (error as { readonly type?: string }).type ?? (error as Error).name;
  }
}

/** Bytes as hex, shortened, so that a failure stays readable. */
function describe(value: unknown): string {
  const text =
    JSON.stringify(value, (_key, part: unknown) => (part instanceof Uint8Array ? describeBytes(part) : part)) ??
    "undefined";
  return text.length <= 2_000 ? text : `${text.slice(0, 2_000)}… (${text.length} characters)`;
}

function describeBytes(bytes: Uint8Array): string {
  const head = [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return bytes.length <= 16 ? head : `${head}… ${bytes.length} bytes, sum ${checksum(bytes)}`;
}

/** Adler-32 (RFC 1950 §8.2): enough to tell test data apart. */
function checksum(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

/** Numbers in [0, below) that only look random: every run sees the same. Numerical Recipes' generator. */
export function createDice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** A task of its own, and no time to wait for: what is queued as a microtask has happened by then, and other tasks had a turn. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
