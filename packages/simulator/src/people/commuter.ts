import { around, somewhere, type Role } from "./role.ts";

/** Home, the street, work, the street, home: passes where others do not come together, and carries for them. */
export const commuter: Role = {
  name: "commuter",
  sells: false,
  spends: 1,
  day: (life) => {
    const { home, prng } = life;
    const [away, back] = [around(8, prng), around(17, prng)];
    return [
      { minute: 0, place: home },
      { minute: away, place: somewhere(life, ["street", "market"]) },
      { minute: away + 40, place: somewhere(life, ["work", "market"]) },
      { minute: back, place: somewhere(life, ["street", "market"]) },
      { minute: back + 60, place: home },
    ];
  },
};
