/**
 * What a set of vectors is, and how one is run. A set knows where its vectors stand in the data, what is published about
 * each and what comes of it here; where the two differ by design, the set names the vector and the reason. Everything in
 * this folder is plain code, so that the very same suite runs on every runtime: no Vitest, no Node, no DOM.
 */
import type { VectorData } from "./vector-data.ts";

export interface VectorSet {
  readonly name: string;
  /** What comes of each vector; `undefined` where the vectors are not at hand. */
  readonly run: (data: VectorData) => Promise<readonly Outcome[]> | undefined;
  readonly byDesign: readonly Deviation[];
}

export interface Outcome {
  readonly vector: string;
  readonly published: string;
  readonly found: string;
}

/** Vectors of which we say something else than what is published, on purpose. */
export interface Deviation {
  readonly reason: string;
  readonly found: string;
  readonly vectors: readonly string[];
}

/** Short enough to read, and comparable between runtimes. */
export interface SetReport {
  readonly set: string;
  readonly passed: number;
  /** Vectors that deviate by design. */
  readonly byDesign: readonly string[];
  /** `vector: found instead of published`. */
  readonly failed: readonly string[];
}

/** The report of every set whose vectors are at hand. */
export async function runSets(sets: readonly VectorSet[], data: VectorData): Promise<readonly SetReport[]> {
  const reports: SetReport[] = [];
  for (const set of sets) {
    const outcomes = await set.run(data);
    if (outcomes !== undefined) reports.push(reportOf(set, outcomes));
  }
  return reports;
}

function reportOf({ name, byDesign }: VectorSet, outcomes: readonly Outcome[]): SetReport {
  const differing = outcomes.filter(({ published, found }) => published !== found);
  const isByDesign = ({ vector, found }: Outcome): boolean =>
    byDesign.some((deviation) => deviation.found === found && deviation.vectors.includes(vector));
  const deviating = differing.filter(isByDesign).map(({ vector }) => vector);
  // A reason that explains nothing is as wrong as a difference that nothing explains.
  const unexplaining = byDesign.flatMap(({ vectors }) => vectors).filter((vector) => !deviating.includes(vector));
  return {
    set: name,
    passed: outcomes.length - differing.length,
    byDesign: deviating,
    failed: [
      ...differing
        .filter((outcome) => !isByDesign(outcome))
        .map(({ vector, published, found }) => `${vector}: ${found} instead of ${published}`),
      ...unexplaining.map((vector) => `${vector}: does not deviate`),
    ],
  };
}
