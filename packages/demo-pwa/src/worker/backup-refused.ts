/** Why words or a file do not bring an account back, thrown. */
import type { BackupProblem } from "../wallet/app-error.ts";

export class BackupRefused extends Error {
  override readonly name = "BackupRefused";
  readonly detail: BackupProblem;
  constructor(detail: BackupProblem) {
    super(detail.type);
    this.detail = detail;
  }
}
