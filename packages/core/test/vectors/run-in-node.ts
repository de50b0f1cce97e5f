/** The suite as a program for any Node: the vectors as JSON on its input, the report as JSON on its output. */
import { readFileSync } from "node:fs";
import { runVectors, type SuiteReport } from "./suite.ts";
import type { VectorData } from "./vector-data.ts";

export interface NodeReport {
  readonly version: string;
  readonly report: SuiteReport;
}

const standardInput = 0;
const data = JSON.parse(readFileSync(standardInput, "utf8")) as VectorData;
const answer: NodeReport = { version: process.version, report: await runVectors(data) };
process.stdout.write(JSON.stringify(answer));
