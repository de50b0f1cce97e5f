/** The line along which a stick was split, as SVG points: a step per cut, with slanted sides as a knife leaves them. */

export interface ProfileOptions {
  readonly profile: readonly number[];
  readonly width: number;
  /** Height of the shallowest cut from the top. */
  readonly top: number;
  /** How much one step of depth is. */
  readonly step: number;
  /** Horizontal run of a slanted side. */
  readonly slant: number;
}

/** From left to right: `"0,4 26,4 30,8 …"`. */
export function profilePoints({ profile, width, top, step, slant }: ProfileOptions): string {
  const column = width / profile.length;
  const points: string[] = [];
  profile.forEach((depth, index) => {
    const y = top + depth * step;
    points.push(`${index === 0 ? 0 : round(index * column + slant / 2)},${y}`);
    points.push(`${index === profile.length - 1 ? width : round((index + 1) * column - slant / 2)},${y}`);
  });
  return points.join(" ");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
