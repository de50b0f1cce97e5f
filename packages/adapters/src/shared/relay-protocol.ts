/**
 * What is said to a relay and by it (spec [RLY1]): one message each way, before it carries what it cannot read. The first
 * names a room; the answer says that the other one is there, or why not.
 */
import { bytesToHex } from "@amigos/core";

export const ROOM_BYTES = 32;
const VERSION = 1;

/** Why a relay lets nobody in. `room-full`: there are two already. `relay-full`: it has no more rooms. */
export type RelayRefusal = "room-full" | "relay-full";

export type RelayAnswer = "joined" | RelayRefusal;

const ANSWERS: readonly RelayAnswer[] = ["joined", "room-full", "relay-full"];

export function encodeJoin(room: Uint8Array): Uint8Array {
  const message = new Uint8Array(1 + ROOM_BYTES);
  message[0] = VERSION;
  message.set(room, 1);
  return message;
}

/** The room as hex; `undefined` for what asks for none. */
export function decodeJoin(message: Uint8Array): string | undefined {
  const isJoin = message.length === 1 + ROOM_BYTES && message[0] === VERSION;
  return isJoin ? bytesToHex(message.subarray(1)) : undefined;
}

export function encodeAnswer(answer: RelayAnswer): Uint8Array {
  return Uint8Array.of(ANSWERS.indexOf(answer));
}

export function decodeAnswer(message: Uint8Array): RelayAnswer | undefined {
  return message.length === 1 ? ANSWERS[message[0] ?? ANSWERS.length] : undefined;
}
