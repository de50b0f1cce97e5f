/**
 * A hub by someone to whom permissions apply, for root they do not: becomes an ordinary user once all that it runs is
 * loaded. Starts on the folder given and prints why it could not, as a line of JSON.
 */
import { createHub, HubError } from "@amigos/hub";
import { NOBODY } from "./nobody.ts";

const data = process.argv[2] ?? "";
if (process.getuid?.() === 0) {
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
const why = await createHub({ data, port: 0 }).then(
  async (hub) => {
    await hub.stop();
    return { type: "started" };
  },
  (error: unknown) =>
    error instanceof HubError ? { type: error.type, message: error.message } : { type: String(error) },
);
console.log(JSON.stringify(why));
