/**
 * Nominal types without a runtime cost: an `AccountId` and a `SessionId` are both hex strings and yet cannot be
 * mixed up. Only the constructors beside each brand mint values; a cast anywhere else is a defect.
 */
declare const brand: unique symbol;

export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
