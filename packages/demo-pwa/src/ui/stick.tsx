/**
 * Two halves of a split stick, one above the other, with the account's own notches between them. Closed when everything
 * is settled, apart when something is open: the gap is the pending state, before any word is read.
 */
import type { ComponentChildren } from "preact";
import { idToTally } from "../format/identity.ts";
import { profilePoints } from "./profile.ts";

const WIDTH = 320;
const HEIGHT = 22;

export interface StickProps {
  /** Whose notches: an account's, or a payment's. */
  readonly id: string;
  /** Whose notches the lower half has, where they are another's: then the two do not fit. */
  readonly lowerId?: string;
  readonly isOpen: boolean;
  readonly tone?: "calm" | "settled" | "refused" | "disputed";
  readonly upper: ComponentChildren;
  readonly lower: ComponentChildren;
}

export function Stick({ id, lowerId = id, isOpen, tone = "calm", upper, lower }: StickProps) {
  return (
    <div class={`stick stick-${tone} ${isOpen ? "stick-open" : "stick-closed"}`}>
      <div class="stick-upper">{upper}</div>
      <svg
        class="stick-edge stick-edge-upper"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <polygon points={`0,-1 ${edgeOf(id)} ${WIDTH},-1`} />
      </svg>
      <svg
        class="stick-edge stick-edge-lower"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <polygon points={`0,${HEIGHT + 1} ${edgeOf(lowerId)} ${WIDTH},${HEIGHT + 1}`} />
      </svg>
      <div class="stick-lower">{lower}</div>
    </div>
  );
}

function edgeOf(id: string): string {
  return profilePoints({ profile: idToTally(id).profile, width: WIDTH, top: 1, step: 6.5, slant: 6 });
}
