/**
 * Whether all agree, as the halves of a stick whose notches are made of the state roots: solid and closed where everybody has
 * computed the same one, open where somebody has another, and then the notches do not fit.
 */
import { countToText, listToText } from "../../format/count.ts";
import { hexToGroups } from "../../format/identity.ts";
import { Stick } from "../../ui/stick.tsx";
import { nameOf } from "../names.ts";
import { demo } from "../texts.ts";
import type { PartyId } from "../world/action.ts";
import { doAllAgree, type WorldView } from "../world/world-view.ts";

const ROOT_DIGITS = 8;

interface Computed {
  readonly party: PartyId;
  readonly height: number;
  readonly stateRoot: string;
}

export function ConvergenceBadge({ world }: { readonly world: WorldView }) {
  const { hub, phones } = world;
  const isAgreed = doAllAgree(world);
  const computed: readonly Computed[] = [
    { party: "hub", height: hub.height, stateRoot: hub.stateRoot },
    ...phones.map(({ id, view }) => ({ party: id, height: view.ledger.height, stateRoot: view.ledger.stateRoot })),
  ];
  const byRoot = [...Map.groupBy(computed, ({ stateRoot }) => stateRoot).values()];
  const other = computed.find(({ stateRoot }) => stateRoot !== hub.stateRoot)?.stateRoot ?? hub.stateRoot;
  const open = unsettledOf(world);
  return (
    <section
      class="demo-badge"
      aria-label={demo.badge.title}
      data-agree={String(isAgreed)}
      data-height={hub.height}
      data-root={hub.stateRoot}
    >
      <Stick
        id={hub.stateRoot}
        lowerId={other}
        isOpen={!isAgreed}
        tone={isAgreed ? "settled" : "calm"}
        upper={
          <div role="status">
            <p class="demo-badge-word">{isAgreed ? demo.badge.agree : demo.badge.differ}</p>
            <p class="small">{isAgreed ? demo.badge.agreeHint(computed.length) : demo.badge.differHint}</p>
            {open === 0 ? null : <p class="small">{demo.badge.open(open)}</p>}
          </div>
        }
        lower={
          <ul class="demo-roots">
            {byRoot.map((parties) => (
              <li key={parties[0]?.stateRoot}>
                <span class="mono demo-root">{hexToGroups(parties[0]?.stateRoot ?? "", ROOT_DIGITS)}</span>
                <span class="small">
                  {demo.badge.height(countToText(parties[0]?.height ?? 0))}
                  {isAgreed ? "" : ` · ${listToText(parties.map(({ party }) => nameOf(party, phones)))}`}
                </span>
              </li>
            ))}
          </ul>
        }
      />
    </section>
  );
}

/** Payments that somebody has and no checkpoint has decided, as far as that somebody knows. */
function unsettledOf({ phones }: WorldView): number {
  return new Set(
    phones.flatMap(({ view }) =>
      view.payments.filter(({ finality }) => finality !== "settled").map((payment) => payment.id),
    ),
  ).size;
}
