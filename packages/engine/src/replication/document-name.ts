/** The names of one document: what it holds, what our messages call it, and what automerge-repo calls it. */
import { bytesToHex, type NetworkId } from "@amigos/core";
import { interpretAsDocumentId, type BinaryDocumentId, type DocumentId } from "@automerge/automerge-repo/slim";
import { documentId, type DocumentInfo } from "./document-id.ts";
import type { DocumentKey } from "./frame.ts";

export interface DocumentName {
  readonly info: DocumentInfo;
  /** The 32 bytes as hex. */
  readonly key: DocumentKey;
  /** The same 32 bytes as Base58Check. */
  readonly repoId: DocumentId;
}

export function nameDocument(network: NetworkId, info: DocumentInfo): DocumentName {
  const id = documentId(network, info);
  return { info, key: bytesToHex(id), repoId: interpretAsDocumentId(id as BinaryDocumentId) };
}
