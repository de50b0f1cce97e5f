/**
 * How every document begins: one change that makes the empty container. Hard-coded, because two replicas that make the
 * same document without having met must begin with the same bytes, whatever version of Automerge each runs (spec [DOC2]).
 * They are what `change(init({ actor: "00" * 16 }), { time: 0 }, (doc) => …)` wrote in Automerge 3.5.0, with
 * `doc.entries = []` and `doc.items = {}`; a test makes them again.
 */
import { hexToBytes } from "@amigos/core";
import type { DocumentInfo } from "./document-id.ts";

export interface Genesis {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

const GENESIS: Readonly<Record<DocumentInfo["kind"], Genesis>> = {
  log: {
    bytes: hexToBytes(
      "856f4a83821ef4d20132001000000000000000000000000000000000010100000005150934014202560270027f07656e7472696573017f027f007f00",
    ),
    hash: hexToBytes("821ef4d2b32bb370903e1e7981b4292476d2e787604aaea98a99eff54db58c9b"),
  },
  set: {
    bytes: hexToBytes(
      "856f4a8344aad8c70130001000000000000000000000000000000000010100000005150734014202560270027f056974656d73017f007f007f00",
    ),
    hash: hexToBytes("44aad8c726f24ea46cd47ef5e306433fe6d3cb0779b627872eb0acdb17a7c762"),
  },
};

export function genesisOf(kind: DocumentInfo["kind"]): Genesis {
  return GENESIS[kind];
}
