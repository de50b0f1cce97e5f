/**
 * Who signs a control entry (spec [CTL1]). Core knows what the entry says about itself; which keys the account, its guardians
 * and its sessions have at that moment only the reader knows, and answers through `KeyOf`.
 */
import { keyDigest } from "../crypto/hash.ts";
import type { EntryId, PublicKey, SessionId } from "../ids.ts";
import type { AccountKeys } from "./account-keys.ts";
import type { ControlOperation, Signatory } from "./control-operation.ts";

export type ControlSigner =
  /** The account's own master key, at the place of the entry. */
  | { readonly type: "master" }
  /** The key that a rotation reveals: the account committed to its digest before. */
  | { readonly type: "next"; readonly key: PublicKey }
  /** The new master key of a recovery: its start named it. */
  | { readonly type: "recovered"; readonly start: EntryId; readonly key: PublicKey }
  /** A session of the account itself. */
  | { readonly type: "session"; readonly session: SessionId }
  /** Another account, by its master key or a session. */
  | ({ readonly type: "guardian" } & Signatory)
  /** A key that the account chose for its recovery. */
  | { readonly type: "time-locked-key" }
  | { readonly type: "backup-key" };

/** The public key of a signer as the reader knows it, or nothing. A `next` or `recovered` key is the one named, or none. */
export type KeyOf = (signer: ControlSigner) => PublicKey | undefined;

/** For a reader who knows an account's keys and nothing else of it: what its master key signs, and the next rotation. */
export function keyOfAccount({ masterKey, nextKeyDigest }: AccountKeys): KeyOf {
  return (signer) => {
    if (signer.type === "master") return masterKey;
    return signer.type === "next" && keyDigest(signer.key) === nextKeyDigest ? signer.key : undefined;
  };
}

export function signerOfControl(operation: ControlOperation): ControlSigner {
  switch (operation.type) {
    case "grant":
    case "upgrade":
    case "revoke":
    case "kill-switch":
    case "set-recovery":
      return { type: "master" };
    case "rotate":
      return { type: "next", key: operation.masterKey };
    case "recovery-complete":
      return { type: "recovered", start: operation.start, key: operation.masterKey };
    case "recovery-start":
      return operation.way.type === "guardians"
        ? { type: "guardian", ...operation.way.by }
        : { type: operation.way.type };
    case "recovery-approve":
      return { type: "guardian", ...operation.by };
    case "recovery-veto":
      return operation.session === undefined ? { type: "master" } : { type: "session", session: operation.session };
  }
}
