/**
 * What is said about a recovery, as a text that goes by hand where no link does it (spec [RRQ2]): a guardian's word, or a veto.
 * The bytes are a control entry's; who takes them verifies it.
 */
import type { DecodeError } from "../encoding/schema.ts";
import { CONTROL_ENTRY_BYTES_MAX } from "../limits.ts";
import type { Result } from "../result.ts";
import { bytesToShown, isShown, readShown } from "./shown-text.ts";

export type RecoveryStatementTextError = DecodeError | { readonly type: "not-a-recovery-statement" };

const PREFIX = "AMIGOS:S";

/** `AMIGOS:S…` */
export function recoveryStatementToText(bytes: Uint8Array): string {
  return bytesToShown(PREFIX, bytes);
}

export function isRecoveryStatementText(shown: string): boolean {
  return isShown(PREFIX, shown);
}

export function textToRecoveryStatement(shown: string): Result<Uint8Array, RecoveryStatementTextError> {
  return readShown(shown, {
    prefix: PREFIX,
    sizeMax: CONTROL_ENTRY_BYTES_MAX,
    otherwise: "not-a-recovery-statement",
  });
}
