/**
 * Which documents there are and what they are called (spec [DOC1]): an id is a hash of what the document holds, so anyone
 * who knows a session or an account can find its documents. Access is enforced, not hidden.
 */
import { assert, DOMAIN, hexToBytes, taggedHash, type AccountId, type NetworkId, type SessionId } from "@amigos/core";

export type DocumentInfo =
  | { readonly kind: "log"; readonly session: SessionId; readonly epoch: number }
  | { readonly kind: "set"; readonly account: AccountId; readonly epoch: number };

const KIND_BYTE = { log: 0, set: 1 } as const;

/** 32 bytes. */
export function documentId(network: NetworkId, document: DocumentInfo): Uint8Array {
  return taggedHash(
    DOMAIN.document,
    hexToBytes(network),
    Uint8Array.of(KIND_BYTE[document.kind]),
    hexToBytes(ownerOf(document)),
    epochBytes(document.epoch),
  );
}

/** The actor that writes a log document (spec [DOC4]). 16 bytes. */
export function logActor(session: SessionId, epoch: number): Uint8Array {
  return taggedHash(DOMAIN.logActor, hexToBytes(session), epochBytes(epoch)).slice(0, 16);
}

function ownerOf(document: DocumentInfo): SessionId | AccountId {
  return document.kind === "log" ? document.session : document.account;
}

/** 8 bytes, big endian. */
function epochBytes(epoch: number): Uint8Array {
  assert(Number.isSafeInteger(epoch) && epoch >= 0, "an epoch is a whole number");
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(epoch));
  return bytes;
}
