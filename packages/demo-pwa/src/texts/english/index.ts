import type { Language } from "../language.ts";
import { errors } from "./errors.ts";
import { failures } from "./failures.ts";
import { english as texts } from "./screens.ts";

export const english: Language = { texts, errors, failures };
