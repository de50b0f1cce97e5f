/** A condition that only a defect of ours can break. On in production: a wallet that is wrong must stop, not guess. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message);
}

export class AssertionFailed extends Error {
  override readonly name = "AssertionFailed";
}
