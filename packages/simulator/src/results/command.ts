/** The command that gives the same again. */
import type { Settings } from "../settings.ts";
import type { Variation } from "./sweep.ts";

export interface Commanded {
  readonly verb: "run" | "sweep";
  readonly scenario: string;
  readonly seeds: readonly number[];
  readonly settings: Partial<Settings>;
  readonly variations?: readonly Variation[];
}

export function commandOf({ verb, scenario, seeds, settings, variations = [] }: Commanded): string {
  const seed = verb === "run" ? `--seed ${seeds[0]}` : `--seeds ${seeds[0]}-${seeds.at(-1)}`;
  const set = Object.entries(settings).map(([name, value]) => `--set ${name}=${value}`);
  const vary = variations.map(({ name, values }) => `--vary ${name}=${values.join(",")}`);
  return ["pnpm simulate", verb, scenario, seed, ...set, ...vary].join(" ");
}
