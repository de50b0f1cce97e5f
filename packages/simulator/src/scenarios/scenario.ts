/** A scenario: places, who lives there, and what its settings are unless somebody sets them. A new one is one file. */
import type { Prng } from "../chance/prng.ts";
import type { Role } from "../people/role.ts";
import type { Settings } from "../settings.ts";
import type { PlacePlan } from "../world/places.ts";

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What somebody runs it to find out. */
  readonly question: string;
  readonly settings: Partial<Settings>;
  readonly places: (settings: Settings, prng: Prng) => readonly PlacePlan[];
  /** Of 100 people, how many are of which role. */
  readonly roles: readonly { readonly role: Role; readonly share: number }[];
}
