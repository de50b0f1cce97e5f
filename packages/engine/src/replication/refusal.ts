/** Why something that a peer sent was not used. `type` is stable; the rest is evidence. */
import type { DecodeError } from "@amigos/core";
import type { DocumentInfo } from "./document-id.ts";
import type { ChangeFault } from "./read-change.ts";

export type Refusal =
  | { readonly type: "message-malformed"; readonly error: DecodeError }
  /** We do not follow a document of this id. Ids are hashes, so we cannot even tell what it would be. */
  | { readonly type: "document-unknown"; readonly id: string }
  | { readonly type: "document-denied"; readonly document: DocumentInfo }
  /** The peer was cut off from this document on this connection. Told once; what it still sends is only counted. */
  | { readonly type: "document-cut-off"; readonly document: DocumentInfo }
  /** The journal refused too much in this document: what the peer sends is not looked at until something new vouches for it. */
  | { readonly type: "document-suspended"; readonly document: DocumentInfo }
  | { readonly type: "sync-message-malformed"; readonly document: DocumentInfo; readonly reason: string }
  | { readonly type: "too-many-changes"; readonly document: DocumentInfo; readonly found: number }
  /** More waits for the journal than may. Taken up again when it has caught up. */
  | { readonly type: "too-busy"; readonly document: DocumentInfo }
  | { readonly type: ChangeFault | "change-not-canonical"; readonly document: DocumentInfo; readonly changes: number }
  /** The journal did not take them: not authentic, or nothing vouches for them yet. */
  | { readonly type: "not-admitted"; readonly document: DocumentInfo; readonly changes: number }
  | { readonly type: "log-frozen"; readonly document: DocumentInfo; readonly changes: number }
  | { readonly type: "document-full"; readonly document: DocumentInfo; readonly changes: number }
  /** The journal itself failed. Nothing is held against the peer. */
  | { readonly type: "journal-failed"; readonly document: DocumentInfo; readonly reason: string };

export type RefusalType = Refusal["type"];
