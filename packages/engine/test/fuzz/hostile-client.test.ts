import { expect, it } from "vitest";
import { harmOf } from "./play-moves.ts";

/** `pnpm fuzz --of peers` goes on with others for as long as it is told. */
it.each([1, 2, 3, 4])(
  "[PEER5][GRD1] a hostile client does no harm, with what is nearly right: seed %i",
  async (seed) => {
    expect(await harmOf(seed, 300)).toBe(undefined);
  },
);
