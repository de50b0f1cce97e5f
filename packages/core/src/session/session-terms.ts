/**
 * The terms of a session: which key, of which device, may do what, within which bounds. A grant opens a session on them,
 * an upgrade opens another in a session's stead; what stands here is all that either says (spec [TERM1]).
 */
import {
  amountSchema,
  assetSchema,
  field,
  id,
  idSet,
  integer,
  optional,
  refined,
  sortedSet,
  text,
  tuple,
  type BodySchema,
  type FieldsOf,
  type Schema,
} from "../encoding/schema.ts";
import type { Money } from "../amount.ts";
import type { AccountId, Generation, PublicKey, TimeMs } from "../ids.ts";
import { DEVICE_NAME_BYTES_MAX, OFFLINE_LIMITS_MAX, RECIPIENTS_MAX, REGIONS_MAX } from "../limits.ts";
import { permissionsSchema, type Permission } from "./permission.ts";
import { regionSchema, type Region } from "./region.ts";

export interface SessionTerms {
  readonly sessionKey: PublicKey;
  /** What people call the device. */
  readonly device: string;
  readonly permissions: readonly Permission[];
  /** The session signs nothing that claims an earlier time. */
  readonly notBefore: TimeMs;
  /** The session signs nothing that claims this time or a later one. */
  readonly expiry: TimeMs;
  /** The account's generation: the session dies with it, when the account pulls its kill switch. */
  readonly generation: Generation;
  /** The most that may be outstanding unsettled, by asset, in order of codes. An asset that is not named has no such limit. */
  readonly offlineLimits?: readonly Money[];
  /** Where the session may pay, in ascending order. Left out: anywhere. */
  readonly regions?: readonly Region[];
  /** Whom the session may pay, in ascending order. Left out: anyone. */
  readonly recipients?: readonly AccountId[];
}

export const moneySchema: Schema<Money> = tuple<Money>({ asset: assetSchema, amount: amountSchema });

/** Field numbers from 1: number 0 is the kind of the operation that the terms stand in. */
export const sessionTermsFields: FieldsOf<SessionTerms> = {
  sessionKey: field(1, id<PublicKey>()),
  device: field(2, text(DEVICE_NAME_BYTES_MAX)),
  permissions: field(3, permissionsSchema),
  notBefore: field(4, integer<TimeMs>()),
  expiry: field(5, integer<TimeMs>()),
  generation: field(6, integer<Generation>()),
  offlineLimits: optional(
    7,
    sortedSet(moneySchema, OFFLINE_LIMITS_MAX, ({ asset }) => asset),
  ),
  regions: optional(
    8,
    sortedSet(regionSchema, REGIONS_MAX, (region) => region),
  ),
  recipients: optional(9, idSet<AccountId>(RECIPIENTS_MAX)),
};

/** A session that begins after it ended could sign nothing: a mistake, and refused before anybody approves it. */
export function termsOf<Value extends SessionTerms>(schema: BodySchema<Value>): BodySchema<Value> {
  return refined(schema, ({ notBefore, expiry }) => (notBefore < expiry ? undefined : "notBefore below expiry"));
}
