import { around, somewhere, type Role } from "./role.ts";

/** At home, and twice a day where something is sold. */
export const shopper: Role = {
  name: "shopper",
  sells: false,
  spends: 1,
  day: (life) => {
    const { home, prng } = life;
    return [
      { minute: 0, place: home },
      { minute: around(9, prng), place: somewhere(life, ["market", "street"]) },
      { minute: around(12, prng), place: home },
      { minute: around(16, prng), place: somewhere(life, ["market", "street"]) },
      { minute: around(19, prng), place: home },
    ];
  },
};
