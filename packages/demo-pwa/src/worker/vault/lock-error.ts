/** Why a vault stayed locked, thrown. */
import type { LockProblem } from "../../wallet/app-error.ts";

export class LockError extends Error {
  override readonly name = "LockError";
  readonly detail: LockProblem;
  constructor(detail: LockProblem) {
    super(detail.type);
    this.detail = detail;
  }
}
