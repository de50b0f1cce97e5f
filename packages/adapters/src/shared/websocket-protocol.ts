/**
 * What goes over a WebSocket: every binary frame is one message of the link; the only text frames are "ping" and "pong",
 * because JavaScript in a browser cannot send WebSocket's own ping. Close codes carry why, so that both ends can say it.
 */
import type { CloseReason } from "@amigos/engine/ports";

export const PING = "ping";
export const PONG = "pong";

/** Codes an application may use (RFC 6455 §7.4.2); browsers allow 1000 and 3000–4999 only. */
const CODE_BY_REASON: Readonly<Record<CloseReason, number>> = {
  "closed-here": 1000,
  "closed-there": 1000,
  lost: 1000,
  "protocol-error": 4002,
  "too-slow": 4008,
  "too-large": 4009,
};

const REASON_BY_CODE: ReadonlyMap<number, CloseReason> = new Map([
  [1002, "protocol-error"],
  [1003, "protocol-error"],
  [1006, "lost"],
  [1007, "protocol-error"],
  [1009, "too-large"],
  [4002, "protocol-error"],
  [4008, "too-slow"],
  [4009, "too-large"],
]);

export function reasonToCode(reason: CloseReason): number {
  return CODE_BY_REASON[reason];
}

/** What a close code means here. 1006 stands for no close frame; any frame says at least that the other end wanted it. */
export function codeToReason(code: number): CloseReason {
  return REASON_BY_CODE.get(code) ?? "closed-there";
}

/** Whether saying goodbye is pointless: the peer does not read, so its connection is dropped instead. */
export function isUnreachable(reason: CloseReason): boolean {
  return reason === "lost" || reason === "too-slow";
}
