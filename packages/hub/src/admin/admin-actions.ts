/** What the machine's owner may tell a running hub. */
import { isAbsolute } from "node:path";
import type { Clock } from "@amigos/engine/ports";
import type { Admission } from "../admission/admission.ts";
import { INVITE_DAYS_MAX, INVITE_USES_MAX, type Invites } from "../admission/invites.ts";
import { copyFolder } from "../backup/copy-folder.ts";
import type { DataFolder } from "../data/data-folder.ts";
import { DEFAULT_INVITE_DAYS } from "../defaults.ts";
import { HubError } from "../hub-error.ts";
import type { LogFields } from "../log.ts";
import type { SigningGuard } from "../signing-guard.ts";
import type { AdminActions } from "./admin-server.ts";

type Body = Readonly<Record<string, unknown>>;

export function createAdminActions(options: {
  readonly folder: DataFolder;
  readonly admission: Admission;
  readonly guard: SigningGuard;
  readonly clock: Clock;
}): AdminActions {
  const { folder, admission, guard, clock } = options;
  return {
    "/invite": (body) => makeInvite(admission.invites, body),
    "/backup": async ({ to }) => {
      if (typeof to !== "string" || !isAbsolute(to))
        throw new HubError("option-invalid", "to is the absolute path of the copy.");
      await copyFolder({ folder, to, clock });
      return { to };
    },
    "/resume": ({ force }) => guard.resume({ force: force === true }),
  };
}

/** `{"uses": 1, "days": 14}`, both with these defaults. */
export async function makeInvite(invites: Invites, { uses = 1, days = DEFAULT_INVITE_DAYS }: Body): Promise<LogFields> {
  const invite = await invites.create({
    uses: wholeNumber("uses", uses, INVITE_USES_MAX),
    days: wholeNumber("days", days, INVITE_DAYS_MAX),
  });
  return { token: invite.token, uses: invite.uses, expiry: new Date(invite.expiry).toISOString() };
}

function wholeNumber(name: string, value: unknown, max: number): number {
  if (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= max) return Number(value);
  throw new HubError("option-invalid", `${name} is a number from 1 to ${max}.`);
}
