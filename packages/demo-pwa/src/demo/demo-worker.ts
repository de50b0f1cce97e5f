/** The worker of the demo: a whole world of wallets and their hub, away from the page. It keeps nothing when it ends. */
import { initializeWasm } from "@automerge/automerge/slim";
import automergeWasmUrl from "@automerge/automerge/automerge.wasm?url";
import type { Calls } from "../rpc/messages.ts";
import { serveCalls } from "../rpc/serve-calls.ts";
import { toTypedError } from "../worker/typed-error.ts";
import type { DemoCalls } from "./demo-calls.ts";
import { World } from "./world/world.ts";
import type { WorldView } from "./world/world-view.ts";

const automerge = initializeWasm(automergeWasmUrl);
let world: Promise<World> | undefined;

const calls: DemoCalls = {
  begin: async ({ seed }) => {
    const before = world;
    world = (async () => {
      await automerge;
      await (await before)?.close();
      return World.open({ seed, publish });
    })();
    await world;
  },
  act: async ({ action }) => (await world)?.act(action),
};

const publish = serveCalls<DemoCalls & Calls, WorldView>({
  port: self,
  calls: calls as DemoCalls & Calls,
  toTypedError,
});
