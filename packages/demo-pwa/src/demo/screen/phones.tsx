/** The phones beside each other. Where not all are in sight, the one that a step is about comes into it. */
import { useEffect, useRef } from "preact/hooks";
import type { Player } from "../player.ts";
import type { Step } from "../stories/story.ts";
import type { PhoneId } from "../world/action.ts";
import { orderOf, type WorldView } from "../world/world-view.ts";
import { PhoneCard } from "./phone-card.tsx";

export function Phones({ player, world }: { readonly player: Player; readonly world: WorldView }) {
  const { steps, told, isBusy } = player.state.value;
  const list = useRef<HTMLUListElement>(null);
  const acting = actingIn(steps[told - 1]);
  useEffect(() => {
    const card = list.current?.querySelector(`[data-phone="${acting}"]`);
    if (list.current === null || card === null || card === undefined) return;
    const [all, one] = [list.current.getBoundingClientRect(), card.getBoundingClientRect()];
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    list.current.scrollBy({
      left: one.left + one.width / 2 - all.left - all.width / 2,
      behavior: isCalm ? "instant" : "smooth",
    });
  }, [told, isBusy]);
  return (
    <ul class="demo-phones" ref={list}>
      {orderOf(world.phones).map((party) => {
        const phone = world.phones.find(({ id }) => id === party);
        return phone === undefined ? null : (
          <li key={party}>
            <PhoneCard phone={phone} player={player} world={world} isActing={acting === party} />
          </li>
        );
      })}
    </ul>
  );
}

/** Whose phone does something in a step, or has something done to it: the last one, for that is what the sentence ends with. */
function actingIn(step: Step | undefined): PhoneId | undefined {
  return step?.actions
    .map((action): PhoneId | undefined => {
      switch (action.type) {
        case "pay":
        case "die":
          return action.payer;
        case "power":
        case "shift":
          return action.phone;
        case "copy":
          return "copy";
        case "link":
          return action.a === "hub" ? undefined : action.a;
        default:
          return undefined;
      }
    })
    .findLast((phone) => phone !== undefined);
}
