/**
 * What `pnpm mutation` leaves as it is: the message of an `assert` or an `AssertionFailed`. It is prose for whoever debugs
 * a defect of ours, no program reads it, and a test that repeats it word for word would only be in the way of a better
 * wording.
 */
import type { babel } from "@stryker-mutator/core";
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** Which argument it is. */
const MESSAGES: Readonly<Record<string, number>> = { assert: 1, AssertionFailed: 0 };

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "messages", {
    shouldIgnore: (path: babel.NodePath) => {
      const { parent } = path;
      if (parent?.type !== "CallExpression" && parent?.type !== "NewExpression") return undefined;
      if (parent.callee.type !== "Identifier" || path.listKey !== "arguments") return undefined;
      return MESSAGES[parent.callee.name] === path.key ? "the message of an assertion" : undefined;
    },
  }),
];
