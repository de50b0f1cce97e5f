/** `pnpm simulate list`: what there is to run, whom to let loose, and what can be set. */
import { ADVERSARIES } from "../adversaries/index.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { SETTINGS } from "../settings.ts";

export function listText(): string {
  const scenarios = SCENARIOS.map(
    ({ name, title, question }) => `  ${name.padEnd(18)}${title}\n${" ".repeat(20)}${question}`,
  );
  const adversaries = ADVERSARIES.map(({ name, what }) => `  ${name.padEnd(18)}${what}`);
  const settings = Object.entries(SETTINGS).map(([name, setting]) => {
    const range =
      setting.kind === "choice" ? setting.choices.join(" | ") : `${setting.min} to ${setting.max} ${setting.unit}`;
    return `  ${name.padEnd(18)}${setting.what}\n${" ".repeat(20)}${range}; ${setting.default} unless a scenario has it otherwise`;
  });
  return [
    "Scenarios",
    ...scenarios,
    "\nCheats, for --set adversary=…",
    ...adversaries,
    "\nSettings, for --set and --vary",
    ...settings,
    "",
  ].join("\n");
}
