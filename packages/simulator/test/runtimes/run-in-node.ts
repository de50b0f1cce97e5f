/** The small worlds as a program for any Node: what came of each as JSON on its output. */
import { fingerprints, type Fingerprint } from "../support/fingerprints.ts";

export interface NodeReport {
  readonly version: string;
  readonly worlds: readonly Fingerprint[];
}

const report: NodeReport = { version: process.version, worlds: await fingerprints() };
process.stdout.write(JSON.stringify(report));
