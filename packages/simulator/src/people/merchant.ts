import { around, somewhere, type Role } from "./role.ts";

/** Behind a counter from morning to evening, and buys a little too. */
export const merchant: Role = {
  name: "merchant",
  sells: true,
  spends: 0.5,
  day: (life) => [
    { minute: 0, place: life.home },
    { minute: around(8, life.prng), place: somewhere(life, ["market"]) },
    { minute: around(19, life.prng), place: life.home },
  ],
};
