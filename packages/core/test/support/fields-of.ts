/** A body taken apart, for tests that change one of its fields. */
import { decodeCbor, encodeWith, orThrow, type CborValue, type Schema } from "../../src/index.ts";

/** What stands in its bytes, by key. */
export function fieldsOf<Value>(schema: Schema<Value>, value: Value): Map<number, CborValue> {
  return new Map(orThrow(decodeCbor(encodeWith(schema, value))) as ReadonlyMap<number, CborValue>);
}
