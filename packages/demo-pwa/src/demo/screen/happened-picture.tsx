/**
 * Lanes in space and time: a line down for each phone and the hub, a number where something happened, and a line from where a
 * payment was signed to where it arrived. A phone's line is solid while it reaches the hub.
 */
import { countToText } from "../../format/count.ts";
import type { EntryId } from "@amigos/core";
import { nameOf } from "../names.ts";
import { demo } from "../texts.ts";
import type { PartyId } from "../world/action.ts";
import { orderOf, type Happening, type WorldView } from "../world/world-view.ts";

const LANE = 84;
const ROW = 34;
const DOT = 11;
/** Room above the first row and below the last. */
const MARGIN = 18;

type Tone = "fork" | "proof" | "kept" | "refused" | "open";

export function HappenedPicture({ world }: { readonly world: WorldView }) {
  const { happenings, phones } = world;
  const lanes = orderOf(phones);
  const width = lanes.length * LANE;
  const height = 2 * MARGIN + Math.max(0, happenings.length - 1) * ROW;
  const x = (party: PartyId): number => (lanes.indexOf(party) + 0.5) * LANE;
  const y = (row: number): number => MARGIN + row * ROW;
  const disputed = new Set(
    phones.flatMap(({ view }) => view.conflicts.flatMap(({ sides }) => sides.map((side) => side.entry))),
  );
  return (
    <figure class="lanes demo-lanes" dir="ltr">
      <div class="lanes-names" style={{ "--lanes": String(lanes.length) }}>
        {lanes.map((lane) => (
          <bdi key={lane} class={lane === "copy" ? "lanes-name lanes-name-payer" : "lanes-name"}>
            {nameOf(lane, phones)}
          </bdi>
        ))}
      </div>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={demo.happened.picture}>
        {lanes.map((lane) => (
          <LaneLine key={lane} lane={lane} happenings={happenings} x={x(lane)} y={y} />
        ))}
        {happenings.map((happening, row) => (
          <Way key={row} happening={happening} row={row} world={world} x={x} y={y} disputed={disputed} />
        ))}
        {happenings.map((happening, row) => (
          <g key={row} class={`lane-step lane-step-${toneOf(happening, disputed)}`}>
            {happening.type === "settled"
              ? happening.followers.map((follower) => (
                  <circle key={follower} cx={x(follower)} cy={y(row)} r={DOT / 2.4} />
                ))
              : null}
            <circle cx={x(happening.lane)} cy={y(row)} r={DOT} />
            <text x={x(happening.lane)} y={y(row)} dominant-baseline="central" text-anchor="middle">
              {countToText(row + 1)}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  );
}

interface LaneLineProps {
  readonly lane: PartyId;
  readonly happenings: readonly Happening[];
  readonly x: number;
  readonly y: (row: number) => number;
}

/** Piece by piece, from each row to the next. A copy's line begins where it was made. */
function LaneLine({ lane, happenings, x, y }: LaneLineProps) {
  const first = happenings.findIndex((one) => one.type === "copied");
  const begins = lane === "copy" ? Math.max(0, first) : 0;
  return (
    <>
      {happenings.map(({ reached }, row) =>
        row < begins ? null : (
          <line
            key={row}
            class={lane === "hub" || reached.includes(lane) ? "lane demo-lane-reached" : "lane"}
            x1={x}
            x2={x}
            y1={y(row)}
            y2={row === happenings.length - 1 ? y(row) + MARGIN : y(row + 1)}
          />
        ),
      )}
    </>
  );
}

interface WayProps {
  readonly happening: Happening;
  readonly row: number;
  readonly world: WorldView;
  readonly x: (party: PartyId) => number;
  readonly y: (row: number) => number;
  readonly disputed: ReadonlySet<EntryId>;
}

/** Where something came from: a payment from who signed it, a copy from its phone, a checkpoint to who followed it. */
function Way({ happening, row, world, x, y, disputed }: WayProps) {
  switch (happening.type) {
    case "arrived": {
      const { payment, from } = happening;
      const signed = world.happenings.findIndex((one) => one.type === "signed" && one.payment === payment);
      // What is no longer told comes from above.
      const start = signed < 0 ? 0 : y(signed);
      const tone = disputed.has(payment) ? " demo-way-fork" : "";
      return <path class={`demo-way${tone}`} d={`M${x(from)} ${start}L${x(happening.lane)} ${y(row)}`} />;
    }
    case "copied":
      return <path class="demo-way demo-way-fork" d={`M${x(happening.of)} ${y(row - 1)}L${x("copy")} ${y(row)}`} />;
    case "settled": {
      const ends = [x("hub"), ...happening.followers.map(x)];
      return <path class="demo-way demo-way-settled" d={`M${Math.min(...ends)} ${y(row)}H${Math.max(...ends)}`} />;
    }
    default:
      return null;
  }
}

function toneOf(happening: Happening, disputed: ReadonlySet<EntryId>): Tone {
  switch (happening.type) {
    case "signed":
    case "arrived":
      return disputed.has(happening.payment) ? "fork" : "open";
    case "copied":
      return "fork";
    case "proven":
      return "proof";
    case "settled":
      return happening.kept.length + happening.refused.length === 0 ? "open" : "kept";
    case "began":
    case "followed":
      return "kept";
    default:
      return "refused";
  }
}
