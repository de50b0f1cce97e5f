import { expect, it } from "vitest";
import { AssertionFailed } from "./assert.ts";
import { err, ok, orThrow } from "./result.ts";

it("a failure that its caller made impossible is a defect, and shows its evidence, amounts included", () => {
  expect(orThrow(ok(5n))).toBe(5n);
  const fail = (): unknown => orThrow(err({ type: "too-much", asked: 500n, of: "AMI", times: 2 }));
  expect(fail).toThrow(AssertionFailed);
  expect(fail).toThrow('too-much: {"type":"too-much","asked":"500","of":"AMI","times":2}');
  expect(new AssertionFailed("why").name).toBe("AssertionFailed");
});
