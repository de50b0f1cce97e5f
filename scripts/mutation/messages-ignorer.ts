/**
 * What `pnpm mutation` leaves as it is: the message of an `assert`. It is prose for whoever debugs a defect of ours, no
 * program reads it, and a test that repeats it word for word would only be in the way of a better wording.
 */
import type { babel } from "@stryker-mutator/core";
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "messages", {
    shouldIgnore: (path: babel.NodePath) => {
      const { parent } = path;
      const isMessage =
        parent?.type === "CallExpression" &&
        parent.callee.type === "Identifier" &&
        parent.callee.name === "assert" &&
        path.key === 1;
      return isMessage ? "the message of an assertion" : undefined;
    },
  }),
];
