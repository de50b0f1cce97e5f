/** Helpers for tests of this and every package above: how to speak on a link as no honest device does, and disks that fail. Never imported by what ships. */
export { shakeHands, type Channel, type HandshakeOptions, type Identity } from "../peer/handshake.ts";
export { decodePeerMessage, encodePeerMessage, type PeerMessage } from "../peer/messages.ts";
export { nameDocument } from "../replication/document-name.ts";
export { decodeFrame, encodeFrame, type Frame } from "../replication/frame.ts";
export { readChange } from "../replication/read-change.ts";
export { readSyncMessage } from "../replication/sync-message.ts";
export {
  AttackedLog,
  DOCUMENT_ATTACKS,
  ENTRIES_BEFORE_ATTACK,
  SYNC_MESSAGE_ATTACKS,
  type DocumentAttack,
  type SyncMessageAttack,
} from "./document-attacks.ts";
export { dyingAfter, refusing } from "./disks.ts";
export { forgeFrame, forgeSyncMessage, type ForgedMessage } from "./forge.ts";
