/** `amigos-hub invite`: makes an invite, by the hub that runs on a data folder or, where none does, in the folder itself. */
import type { Clock } from "@amigos/engine/ports";
import { askAdmin } from "./admin/ask-admin.ts";
import { makeInvite } from "./admin/admin-actions.ts";
import { Invites, type InviteTerms } from "./admission/invites.ts";
import { openDataFolder } from "./data/data-folder.ts";
import type { LogFields } from "./log.ts";

/** @throws {HubError} naming the way out */
export async function inviteToHub(
  options: InviteTerms & { readonly data: string; readonly clock: Clock },
): Promise<LogFields> {
  const { data, uses, days, clock } = options;
  const told = await askAdmin(data, "/invite", { uses, days });
  if (told !== undefined) return told;
  const { store } = await openDataFolder({ path: data, clock, mustExist: true });
  try {
    return await makeInvite(new Invites({ store, clock }), { uses, days });
  } finally {
    await store.close();
  }
}
