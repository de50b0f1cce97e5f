import { describe, expect, it } from "vitest";
import { parseConfig } from "./config.ts";

const DEFAULTS = { command: "serve", data: "d", host: "127.0.0.1", port: 4680, settleEveryMs: 1000, relay: false };

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
    expect(parseConfig(["repair", "--data", "d"], {})).toMatchObject({ ok: false });
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
