/** One run as lanes: a line for each phone, time from left to right, a stroke for each payment. Who cheated, and what came of it. */
import type { Lanes, LanePayment } from "../outcomes/lanes.ts";
import { html, type Markup } from "./html.ts";

const WIDTH = 1080;
const LEFT = 96;
const LANE = 18;
const TOP = 26;
const DAY_MS = 86_400_000;

export function lanesView({ people, payments, forks, partition, days, omitted }: Lanes): Markup {
  const height = TOP + people.length * LANE + 24;
  const x = (ms: number): number => LEFT + ((WIDTH - LEFT - 12) * ms) / (days * DAY_MS);
  const y = (name: string): number => TOP + people.indexOf(name) * LANE + LANE / 2;
  const shaded =
    partition === undefined
      ? html``
      : html`<rect
          class="partition"
          x="${x(partition.from)}"
          y="${TOP}"
          width="${x(partition.to) - x(partition.from)}"
          height="${people.length * LANE}"
        />`;
  return html`<figure>
    <figcaption>
      One run: ${people.length} phones, ${payments.length}
      payments${omitted > 0 ? `, ${omitted} people left out who had nothing to do with a cheat` : ""}
    </figcaption>
    <svg
      viewBox="0 0 ${WIDTH} ${height}"
      role="img"
      aria-label="who paid whom and when; the payments that were rejected are in the table below"
    >
      ${shaded}
      ${people.map((name) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - 12}" y1="${y(name)}" y2="${y(name)}" /><text class="tick" x="${LEFT - 8}" y="${y(name) + 4}" text-anchor="end">${name}</text>`)}
      ${Array.from({ length: days + 1 }, (_, day) => html`<text class="tick" x="${x(day * DAY_MS)}" y="16" text-anchor="middle">day ${day}</text>`)}
      ${payments.map((payment) => stroke(payment, x, y))}
      ${forks.map(({ name, time }) => html`<path class="fork" d="M${x(time)} ${y(name) - 6}l6 6l-6 6l-6 -6z"><title>${name} signed one place twice</title></path>`)}
    </svg>
    <ul class="legend">
      <li><span style="background:#009e73"></span>accepted</li>
      <li><span style="background:#d55e00"></span>rejected</li>
      <li><span style="background:#999999"></span>no goods given</li>
      <li><span class="fork"></span>forked</li>
    </ul>
  </figure>`;
}

function stroke(
  { payer, payee, time, isHanded, outcome, text }: LanePayment,
  x: (ms: number) => number,
  y: (name: string) => number,
): Markup {
  const colour = !isHanded ? "#999999" : outcome === "rejected" ? "#d55e00" : "#009e73";
  const width = outcome === "rejected" && isHanded ? 2 : 1;
  return html`<line
      x1="${x(time)}"
      y1="${y(payer)}"
      x2="${x(time) + 5}"
      y2="${y(payee)}"
      stroke="${colour}"
      stroke-width="${width}"
      stroke-opacity="0.8"
      ><title>${text}</title></line
    ><circle cx="${x(time) + 5}" cy="${y(payee)}" r="${width + 1}" fill="${colour}" />`;
}
