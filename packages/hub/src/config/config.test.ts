import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseConfig } from "./config.ts";

const DEFAULTS = {
  command: "serve",
  data: "d",
  host: "127.0.0.1",
  port: 4680,
  trustProxy: false,
  connectionsMax: 512,
  settleEveryMs: 1000,
  relay: false,
  admission: "open",
  accountEntriesPerMinute: 6000,
  accountUndecidedMax: 16_384,
  backupEveryS: 86_400,
  backupsKept: 7,
  force: false,
  uses: 1,
  days: 14,
};

const folder = mkdtempSync(join(tmpdir(), "amigos-hub-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of options with this text. */
function fileOf(content: unknown): string {
  const path = join(folder, "hub.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("the hub's options", () => {
  it("have defaults, and flags come before the environment", () => {
    expect(parseConfig(["--data", "d"], {})).toEqual({ ok: true, value: DEFAULTS });
    expect(parseConfig([], { AMIGOS_HUB_DATA: "d", AMIGOS_HUB_PORT: "0" })).toEqual({
      ok: true,
      value: { ...DEFAULTS, port: 0 },
    });
    expect(parseConfig(["--port", "8000"], { AMIGOS_HUB_DATA: "d", AMIGOS_HUB_PORT: "9000" })).toMatchObject({
      value: { port: 8000 },
    });
    expect(parseConfig(["--data", "d", "--static", "s", "--network", "ab".repeat(32)], {})).toMatchObject({
      value: { staticFolder: "s", network: "ab".repeat(32) },
    });
  });

  it("make it a relay too, as a flag or a variable", () => {
    const relayOf = (args: readonly string[], variable?: string): unknown => {
      const config = parseConfig(["--data", "d", ...args], { AMIGOS_HUB_RELAY: variable });
      return config.ok ? config.value.relay : config.error.message;
    };
    expect([relayOf([]), relayOf(["--relay"]), relayOf(["--relay"], "0")]).toEqual([false, true, true]);
    expect(["1", "0", ""].map((variable) => relayOf([], variable))).toEqual([true, false, false]);
    expect(relayOf([], "yes")).toBe("AMIGOS_HUB_RELAY is 1 or 0.");
  });

  it("may begin with a command", () => {
    expect(parseConfig(["verify", "--data", "d"], {})).toEqual({ ok: true, value: { ...DEFAULTS, command: "verify" } });
    expect(parseConfig(["invite", "--data", "d", "--uses", "3"], { AMIGOS_HUB_DAYS: "2" })).toEqual({
      ok: true,
      value: { ...DEFAULTS, command: "invite", uses: 3 },
    });
    expect(parseConfig(["--data", "d", "--uses", "3"], {})).toMatchObject({ ok: false });
    expect(parseConfig(["repair", "--data", "d"], {})).toMatchObject({ ok: false });
  });

  it("come from a file too, after variables and flags", () => {
    const config = fileOf({ data: "d", port: 1, host: "::1", relay: true, "settle-every-ms": 100 });
    expect(parseConfig(["--port", "3", "--config", config], { AMIGOS_HUB_HOST: "0.0.0.0" })).toEqual({
      ok: true,
      value: { ...DEFAULTS, config, port: 3, host: "0.0.0.0", relay: true, settleEveryMs: 100 },
    });
    expect(parseConfig([], { AMIGOS_HUB_CONFIG: config, AMIGOS_HUB_RELAY: "0" })).toMatchObject({
      value: { port: 1, relay: false },
    });
  });

  it.each<readonly [content: unknown, message: string]>([
    ["{", "FILE cannot be read: Expected property name or '}' in JSON at position 1 (line 1 column 2)."],
    [[], "FILE is not a JSON object."],
    [{ prot: 1 }, 'FILE has "prot", which is no option there.'],
    [{ config: "x" }, 'FILE has "config", which is no option there.'],
    [{ port: "http" }, '"port" in FILE is a number from 0 to 65535.'],
    [{ port: 1.5 }, '"port" in FILE is a number from 0 to 65535.'],
    [{ port: true }, '"port" in FILE is a number from 0 to 65535.'],
    [{ relay: "yes" }, '"relay" in FILE is true or false.'],
    [{ host: 1 }, '"host" in FILE is a text, --host.'],
    ["x".repeat(70_000), "FILE is too long for a file of options."],
  ])("refuse a file with %j", (content, message) => {
    const config = fileOf(content);
    const parsed = parseConfig(["--data", "d", "--config", config], {});
    expect(parsed.ok ? "taken" : parsed.error.message.replaceAll(config, "FILE")).toBe(message);
  });

  it("refuse a file that is not there", () => {
    expect(parseConfig(["--data", "d", "--config", join(folder, "none.json")], {})).toMatchObject({ ok: false });
  });

  it("let it face the internet", () => {
    const facing = ["--tls-cert", "c.pem", "--tls-key", "k.pem", "--public-url", "https://hub.example.org:8443"];
    const bounds = ["--trust-proxy", "--max-connections", "2000", "--max-connections-per-address", "16"];
    expect(parseConfig(["--data", "d", ...facing, ...bounds], {})).toEqual({
      ok: true,
      value: {
        ...DEFAULTS,
        tlsCert: "c.pem",
        tlsKey: "k.pem",
        publicUrl: "https://hub.example.org:8443",
        trustProxy: true,
        connectionsMax: 2000,
        connectionsPerAddressMax: 16,
      },
    });
  });

  it.each([
    ["no folder", [], "--data FOLDER is missing."],
    ["a port out of range", ["--data", "d", "--port", "65536"], "--port is a number from 0 to 65535."],
    ["a port that is no number", ["--data", "d", "--port", "0x10"], "--port is a number from 0 to 65535."],
    [
      "a cadence too quick",
      ["--data", "d", "--settle-every-ms", "1"],
      "--settle-every-ms is a number from 50 to 600000.",
    ],
    [
      "a network that is no id",
      ["--data", "d", "--network", "demo"],
      "--network is an id of 64 lower-case hex digits.",
    ],
    ["half of TLS", ["--data", "d", "--tls-cert", "c.pem"], "--tls-cert and --tls-key go together."],
    [
      "a public name with a path",
      ["--data", "d", "--public-url", "https://hub.example.org/amigos"],
      "--public-url is an origin such as https://hub.example.org, with no path.",
    ],
    [
      "a public name that is a number",
      ["--data", "d", "--public-url", "https://192.0.2.1"],
      "--public-url is an origin such as https://hub.example.org, with no path.",
    ],
    [
      "half of an allow-list",
      ["--data", "d", "--allow-list", "f"],
      "--admission allow-list and --allow-list FILE go together.",
    ],
    ["an unknown rule", ["--data", "d", "--admission", "all"], "--admission is one of open, invite, allow-list."],
    ["no connections", ["--data", "d", "--max-connections", "0"], "--max-connections is a number from 1 to 4096."],
  ])("refuse %s", (_what, args, message) => {
    expect(parseConfig(args, {})).toEqual({ ok: false, error: { type: "option-invalid", message } });
  });

  it("refuse flags that do not exist", () => {
    expect(parseConfig(["--data", "d", "--prot", "1"], {})).toMatchObject({
      ok: false,
      error: { type: "option-invalid" },
    });
  });
});
