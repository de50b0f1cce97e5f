/** The lanes as a drawing: a line down for each, a number beside each step, red where one number was used twice. */
import { texts } from "../../texts/index.ts";
import type { ConflictLanes, Lane, LaneStep } from "../../wallet/conflict-lanes.ts";

const WIDTH = 320;
const ROW = 44;
const DOT = 11;
/** Room above the first step and below the last. */
const MARGIN = 26;
/** How far the two branches stand apart. */
const SPREAD = 9;

export interface LanesPictureProps {
  readonly told: ConflictLanes;
  readonly name: (lane: Lane | undefined) => string;
}

export function LanesPicture({ told: { lanes, steps }, name }: LanesPictureProps) {
  const height = 2 * MARGIN + (steps.length - 1) * ROW;
  const x = (lane: number): number => ((lane + 0.5) * WIDTH) / lanes.length;
  const y = (step: number): number => MARGIN + step * ROW;
  const branch = (step: LaneStep): number =>
    step.type !== "signed" ? x(step.lane) : x(step.lane) + (step.side === "A" ? -SPREAD : SPREAD);
  return (
    <figure class="lanes" dir="ltr">
      <div class="lanes-names" style={{ "--lanes": String(lanes.length) }}>
        {lanes.map((lane, index) => (
          <bdi key={index} class={`lanes-name lanes-name-${lane.type}`}>
            {name(lane)}
          </bdi>
        ))}
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={texts.conflict.why.picture}>
        {lanes.map((_, lane) => (
          <line
            key={lane}
            class="lane"
            x1={x(lane)}
            x2={x(lane)}
            y1={lane === 0 ? 0 : 4}
            y2={lane === 0 ? y(0) : height}
          />
        ))}
        {steps.map((step, index) =>
          step.type === "signed" ? (
            <path
              key={index}
              class="lane-branch"
              d={`M${x(0)} ${y(0)}L${branch(step)} ${y(0) + ROW / 2}V${y(index)}${
                step.to === undefined
                  ? ""
                  : `L${x(step.to) - Math.sign(x(step.to) - branch(step)) * DOT} ${y(index) + ROW / 3}`
              }`}
            />
          ) : null,
        )}
        {steps.map((step, index) => (
          <g key={index} class={`lane-step lane-step-${stepTone(step)}`}>
            <circle cx={branch(step)} cy={y(index)} r={DOT} />
            <text x={branch(step)} y={y(index)} dominant-baseline="central" text-anchor="middle">
              {index + 1}
            </text>
            {step.type === "signed" && step.to !== undefined ? (
              <circle class="lane-arrival" cx={x(step.to)} cy={y(index) + ROW / 3} r={DOT / 2} />
            ) : null}
          </g>
        ))}
      </svg>
    </figure>
  );
}

function stepTone(step: LaneStep): "fork" | "proof" | "kept" | "refused" | "open" {
  switch (step.type) {
    case "forked":
    case "signed":
      return "fork";
    case "proven":
      return "proof";
    case "decided":
      return step.content.outcome === "accepted" ? "kept" : "refused";
    case "undecided":
      return "open";
  }
}
