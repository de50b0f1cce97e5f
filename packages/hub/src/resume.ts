/** `amigos-hub resume`: says to the hub that runs on a copy that it may settle, for what it was copied from is gone. */
import { askAdmin } from "./admin/ask-admin.ts";
import { HubError } from "./hub-error.ts";
import type { LogFields } from "./log.ts";

/** @throws {HubError} naming the way out */
export async function resumeHub({
  data,
  force,
}: {
  readonly data: string;
  readonly force: boolean;
}): Promise<LogFields> {
  const told = await askAdmin(data, "/resume", { force });
  if (told !== undefined) return told;
  throw new HubError(
    "command-failed",
    `No hub runs on ${data}: start it first, so that devices can give back what the copy lacks.`,
  );
}
