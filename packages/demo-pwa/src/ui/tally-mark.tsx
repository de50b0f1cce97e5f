/**
 * The picture of an account: its tally, seen as a tile. Made from the id alone, so it is the same on every device.
 * Decorative: the short id stands beside it wherever it is shown.
 */
import { idToTally } from "../format/identity.ts";
import { profilePoints } from "./profile.ts";

const SIZE = 40;

export function TallyMark({ id, size = SIZE }: { readonly id: string; readonly size?: number }) {
  const { profile, hue } = idToTally(id);
  const points = profilePoints({ profile, width: SIZE, top: 11, step: 6, slant: 1.5 });
  return (
    <svg
      class="tally-mark"
      style={{ "--hue": String(hue) }}
      width={size}
      height={size}
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      aria-hidden="true"
    >
      <rect class="tally-mark-lower" width={SIZE} height={SIZE} rx="9" />
      <path
        class="tally-mark-upper"
        d={`M0 9a9 9 0 0 1 9-9h22a9 9 0 0 1 9 9V${points.split(",").at(-1)}L${points.split(" ").reverse().join(" ")}Z`}
      />
    </svg>
  );
}
