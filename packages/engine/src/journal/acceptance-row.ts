/** What a wallet's owner takes without a network, as it is remembered (spec [CAR10]). */
import {
  body,
  decodeWith,
  encodeWith,
  integer,
  moneySchema,
  ok,
  optional,
  sortedSet,
  type DecodeError,
  type Money,
  type Result,
  type Schema,
} from "@amigos/core";

/** What is left out has no bound. */
export interface AcceptancePolicy {
  /** The most of an asset in one payment. */
  readonly mostPerPayment?: readonly Money[];
  /** The most of an asset that one account may have paid and that is not settled. */
  readonly mostPerPayer?: readonly Money[];
  /** How old what is known of the payer may be, in milliseconds of ledger time. */
  readonly checkpointAgeMsMax?: number;
  /** Takes only what is set aside for the session that pays: no other device of the payer can spend that. */
  readonly isFloatOnly?: boolean;
}

/** As many as a network has at most. */
const ASSETS_MAX = 64;
const ROW_BYTES_MAX = 4096;

const monies: Schema<readonly Money[]> = sortedSet(moneySchema, ASSETS_MAX, ({ asset }) => asset);

interface AcceptanceRow extends Omit<AcceptancePolicy, "isFloatOnly"> {
  /** 1 where it is said. */
  readonly floatOnly?: number;
}

const acceptanceRowSchema: Schema<AcceptanceRow> = body<AcceptanceRow>({
  mostPerPayment: optional(0, monies),
  mostPerPayer: optional(1, monies),
  checkpointAgeMsMax: optional(2, integer()),
  floatOnly: optional(3, integer(1)),
});

export function encodeAcceptanceRow({ isFloatOnly, ...bounds }: AcceptancePolicy): Uint8Array {
  return encodeWith(acceptanceRowSchema, { ...bounds, ...(isFloatOnly === true ? { floatOnly: 1 } : {}) });
}

export function decodeAcceptanceRow(bytes: Uint8Array): Result<AcceptancePolicy, DecodeError> {
  const row = decodeWith(acceptanceRowSchema, bytes, ROW_BYTES_MAX);
  if (!row.ok) return row;
  const { floatOnly, ...bounds } = row.value;
  return ok(floatOnly !== 1 ? bounds : { ...bounds, isFloatOnly: true });
}
