import type { Language } from "../language.ts";
import { errors } from "./errors.ts";
import { failures } from "./failures.ts";
import { recovery } from "./recovery.ts";
import { arabic as texts } from "./screens.ts";

export const arabic: Language = { texts, errors, failures, recovery };
