import type { Role } from "./role.ts";

/** Stays where it is, sells, and pays whoever is near: a world of nothing but this is the simplest there is. */
export const resident: Role = {
  name: "resident",
  sells: true,
  spends: 1,
  day: ({ home }) => [{ minute: 0, place: home }],
};
