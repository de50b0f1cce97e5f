import { around, somewhere, type Role } from "./role.ts";

/** Mostly at home; goes out once every few days and pays seldom. */
export const saver: Role = {
  name: "saver",
  sells: false,
  spends: 0.2,
  day: (life) => {
    const { home, prng } = life;
    if (!prng.chance(40)) return [{ minute: 0, place: home }];
    return [
      { minute: 0, place: home },
      { minute: around(11, prng), place: somewhere(life, ["market", "street"]) },
      { minute: around(14, prng), place: home },
    ];
  },
};
