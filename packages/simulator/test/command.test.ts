/** The command, as somebody types it. */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { COLUMNS, SCENARIOS, SETTINGS } from "@amigos/simulator";

const main = join(import.meta.dirname, "../src/main.ts");
const folder = mkdtempSync(join(tmpdir(), "amigos-simulator-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TINY = ["--devices", "4", "--days", "1", "--set", "crypto=simulated"] as const;

function simulate(...args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return promisify(execFile)(process.execPath, ["--conditions=amigos-source", main, ...args]);
}

describe("pnpm simulate", { timeout: 120_000 }, () => {
  it("lists scenarios, cheats and settings", async () => {
    const { stdout } = await simulate("list");
    for (const { name } of SCENARIOS) expect(stdout).toContain(`  ${name} `);
    for (const name of Object.keys(SETTINGS)) expect(stdout).toContain(`  ${name} `);
  });

  it("runs a world, and again from a line of its results", async () => {
    const out = join(folder, "sweep");
    await simulate("sweep", "residents", ...TINY, "--seeds", "1-2", "--vary", "dailyLimit=1000,2000", "--out", out);
    const lines = readFileSync(join(out, "results.jsonl"), "utf8").trimEnd().split("\n");
    const rows = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(rows.map(({ seed, dailyLimit }) => [seed, dailyLimit])).toEqual([
      [1, 1000],
      [1, 2000],
      [2, 1000],
      [2, 2000],
    ]);
    expect(Object.keys(rows[0] ?? {})).toEqual(COLUMNS.map(({ name }) => name));
    const table = readFileSync(join(out, "results.csv"), "utf8").trimEnd().split("\n");
    expect(table).toHaveLength(5);
    expect(table[3]).toBe(COLUMNS.map(({ name }) => String(rows[2]?.[name])).join(","));
    const { stdout } = await simulate("replay", join(out, "results.jsonl"), "3");
    expect(stdout).toBe(`the same: ${String(rows[2]?.["hash"])}\n`);
    const run = await simulate("run", "residents", ...TINY, "--seed", "2", "--set", "dailyLimit=1000");
    expect(run.stdout).toContain(`result ${String(rows[2]?.["hash"])}\n`);
  });

  it("writes a page that needs nothing else", async () => {
    const report = join(folder, "report.html");
    await simulate("run", "residents", ...TINY, "--set", "adversary=cloned-device", "--report", report);
    const page = readFileSync(report, "utf8");
    expect(page).toContain("<h1>People who stay where they are</h1>");
    expect(page).not.toMatch(/<script|<link|<img|https?:|@import|url\(/);
    expect(page).toContain("default-src 'none'");
  });

  it("leaves valid results when it is interrupted", async () => {
    const out = join(folder, "interrupted");
    const args = ["sweep", "residents", ...TINY, "--seeds", "1-500", "--json", "--out", out];
    const child = spawn(process.execPath, ["--conditions=amigos-source", main, ...args], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.stdout.once("data", () => child.kill("SIGINT"));
    child.stdout.resume();
    expect(await ended).toBe(130);
    const lines = readFileSync(join(out, "results.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.length).toBeLessThan(500);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ scenario: "residents", violation: "" });
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain(`${lines.length} runs`);
  });

  it.each([
    [["fly"], "Usage"],
    [["run", "nowhere"], "a scenario is one of"],
    [["run", "residents", "--set", "devices=1"], "devices is 2 to 20000 phones, not 1"],
    [["run", "residents", "--set", "colour=red"], "there is no setting colour"],
    [["run", "residents", "--set", "devices"], "--set is key=value"],
    [["run", "residents", "--policy", "none"], "policy is honour-all"],
    [["run", "residents", "--seed", "-1"], "--seed"],
    [["sweep", "residents", "--seeds", "5-1"], "--seeds is A-B"],
    [["replay", "nothing.jsonl"], "has no result"],
  ] as const)("refuses %j", async (args, message) => {
    await expect(simulate(...args)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message) as string,
    });
  });
});
