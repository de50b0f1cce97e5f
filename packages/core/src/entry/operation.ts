/** What an entry does, one operation each. What a session needs for it, and what it moves, is judged by reconcile (spec [ENT5]). */
import {
  amountSchema,
  assetSchema,
  body,
  field,
  hexBytes,
  id,
  integer,
  oneOf,
  optional,
  text,
  type BodySchema,
  type Schema,
} from "../encoding/schema.ts";
import type { Amount, AssetCode, Money } from "../amount.ts";
import type { AccountId, ImportId, Link, RequestId, Sequence, SessionId } from "../ids.ts";
import { MEMO_BYTES_MAX, METHOD_BYTES_MAX } from "../limits.ts";

/** Moves value to another account, which need not be known yet: credit goes to the id. */
export interface Payment extends Money {
  readonly type: "pay";
  readonly to: AccountId;
  readonly memo?: string;
  /** The request that it answers. */
  readonly request?: RequestId;
}

/** Puts value of the account behind a validator. */
export interface Stake extends Money {
  readonly type: "stake";
  readonly validator: AccountId;
}

/** Takes it back, after the ledger's unbonding time. */
export interface Unstake extends Money {
  readonly type: "unstake";
  readonly validator: AccountId;
}

/** Sets value of the account aside for this session alone: on it, honest devices cannot conflict. */
export interface Float extends Money {
  readonly type: "float";
}

/** Gives back what was set aside for this session. */
export interface Release extends Money {
  readonly type: "release";
}

/** Runs a method of an imported service and pays its fee. */
export interface Execute {
  readonly type: "execute";
  readonly import: ImportId;
  readonly method: string;
  readonly asset: AssetCode;
  readonly fee: Amount;
}

/** A witness says which head of another log it saw first at a place. */
export interface Attest {
  readonly type: "attest";
  /** The account of the session that it is about. */
  readonly account: AccountId;
  readonly session: SessionId;
  readonly sequence: Sequence;
  /** Link of the entry that it saw there. */
  readonly head: Link;
}

export type Operation = Payment | Stake | Unstake | Float | Release | Execute | Attest;

/** 16 bytes: drawn at random, no two requests of anybody's are ever the same. */
export const REQUEST_ID_BYTES = 16;

type Body<Value> = Omit<Value, "type">;

const moneyFields = { asset: field(2, assetSchema), amount: field(3, amountSchema) } as const;

const bondSchema: BodySchema<Body<Stake>> = body<Body<Stake>>({ validator: field(1, id<AccountId>()), ...moneyFields });
const reserveSchema: BodySchema<Body<Float>> = body<Body<Float>>(moneyFields);

/** Whatever moves value has its asset in field 2 and the amount in field 3. */
export const operationSchema: Schema<Operation> = oneOf<Operation>({
  pay: {
    kind: 0,
    schema: body<Body<Payment>>({
      to: field(1, id<AccountId>()),
      ...moneyFields,
      memo: optional(4, text(MEMO_BYTES_MAX)),
      request: optional(5, hexBytes<RequestId>(REQUEST_ID_BYTES)),
    }),
  },
  stake: { kind: 1, schema: bondSchema },
  unstake: { kind: 2, schema: bondSchema },
  float: { kind: 3, schema: reserveSchema },
  release: { kind: 4, schema: reserveSchema },
  execute: {
    kind: 5,
    schema: body<Body<Execute>>({
      import: field(1, id<ImportId>()),
      asset: field(2, assetSchema),
      fee: field(3, amountSchema),
      method: field(4, text(METHOD_BYTES_MAX)),
    }),
  },
  attest: {
    kind: 6,
    schema: body<Body<Attest>>({
      account: field(1, id<AccountId>()),
      session: field(2, id<SessionId>()),
      sequence: field(3, integer<Sequence>()),
      head: field(4, id<Link>()),
    }),
  },
});
