/** The hub, and what can be done to everybody at once: cut the network in two, connect everybody, let time pass. */
import { countToText } from "../../format/count.ts";
import { dateAndTime } from "../../format/time.ts";
import { locale } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";

import type { Player } from "../player.ts";
import { demo } from "../texts.ts";
import { PEOPLE, type Action, type PartyId } from "../world/action.ts";
import type { WorldView } from "../world/world-view.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export function WorldBar({ player, world }: { readonly player: Player; readonly world: WorldView }) {
  const { now, hub, phones } = world;
  const act = (action: Action) => () => void player.act(action);
  const everybody: readonly PartyId[] = [...phones.map(({ id }) => id), "hub"];
  return (
    <section class="demo-world" aria-label={demo.world.title}>
      <p class="demo-world-now">
        <Icon name="clock" size={18} />
        <span class="number">{dateAndTime(now, locale)}</span>
        <span class="soft small">
          {demo.names.hub}: {demo.world.undecided(countToText(hub.undecided))}
        </span>
      </p>
      <div class="demo-world-buttons">
        <Button kind="quiet" icon="no-reach" onClick={act({ type: "partition", groups: halvesOf(phones) })}>
          {demo.world.part}
        </Button>
        <Button kind="quiet" icon="reach" onClick={act({ type: "partition", groups: [everybody] })}>
          {demo.world.heal}
        </Button>
        <Button kind="quiet" icon="clock" onClick={act({ type: "pass", ms: HOUR_MS })}>
          {demo.world.hour}
        </Button>
        <Button kind="quiet" icon="clock" onClick={act({ type: "pass", ms: DAY_MS })}>
          {demo.world.day}
        </Button>
      </div>
    </section>
  );
}

/** A phone and its copy in different ones: that is where two signatures do not meet. The hub is with nobody. */
function halvesOf(phones: WorldView["phones"]): readonly (readonly PartyId[])[] {
  const owner = phones.find(({ id }) => id === "copy")?.owner ?? "alice";
  const [near, far] = PEOPLE.filter((person) => person !== owner);
  if (near === undefined || far === undefined) return [];
  return [
    [owner, near],
    ["copy", far],
  ];
}
