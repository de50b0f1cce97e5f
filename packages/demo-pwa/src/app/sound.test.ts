import { afterEach, beforeEach, expect, test, vi } from "vitest";

const denied = (): never => {
  throw new DOMException("storage is denied", "SecurityError");
};

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllGlobals());

test("to load it reads nothing; what was chosen before is read when somebody asks", async () => {
  const getItem = vi.fn<(key: string) => string | null>(() => "off");
  vi.stubGlobal("localStorage", { getItem });
  const { isSoundOn } = await import("./sound.ts");
  expect(getItem).not.toHaveBeenCalled();
  expect(isSoundOn.value).toBe(false);
});

test("where storage is denied it is on, and switched off until the page is closed", async () => {
  vi.stubGlobal("localStorage", { getItem: denied, setItem: denied });
  const { isSoundOn, switchSound } = await import("./sound.ts");
  expect(isSoundOn.value).toBe(true);
  switchSound(false);
  expect(isSoundOn.value).toBe(false);
});

test("where there is no storage at all it is on, too", async () => {
  const { isSoundOn, switchSound } = await import("./sound.ts");
  vi.stubGlobal("localStorage", undefined);
  expect(isSoundOn.value).toBe(true);
  switchSound(false);
  expect(isSoundOn.value).toBe(false);
});
