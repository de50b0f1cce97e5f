/** The account has granted no such session, as far as is known: the grant may still arrive (spec [SES2]). */
import type { PlaceRule } from "./rule.ts";

export const sessionUnknown: PlaceRule = {
  code: "session-unknown",
  outcome: "deferred",
  id: "SES2",
  check: ({ session }, entry) =>
    session === undefined ? { code: "session-unknown", account: entry.account, session: entry.session } : undefined,
};
