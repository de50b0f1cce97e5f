/**
 * The one network adapter of the repo: it knows peers, not links. Peers come and go by `add` and `remove`; what the repo
 * sends goes through `onSend`, and what the guard lets through comes in by `deliver`.
 */
import { NetworkAdapter, type DocumentId, type Message, type PeerId } from "@automerge/automerge-repo/slim";

export interface RepoMessage {
  readonly type: "sync" | "request" | "doc-unavailable";
  readonly documentId: DocumentId;
  readonly data?: Uint8Array;
}

export class RepoNetwork extends NetworkAdapter {
  readonly #onSend: (peer: string, message: RepoMessage) => void;

  constructor(onSend: (peer: string, message: RepoMessage) => void) {
    super();
    this.#onSend = onSend;
  }

  add(peer: string): void {
    this.emit("peer-candidate", { peerId: peer as PeerId, peerMetadata: { isEphemeral: true } });
  }

  remove(peer: string): void {
    this.emit("peer-disconnected", { peerId: peer as PeerId });
  }

  deliver(peer: string, message: Required<RepoMessage>): void {
    this.emit("message", { ...message, senderId: peer as PeerId, targetId: this.peerId as PeerId });
  }

  // — what the repo calls —————————————————————————————————————————————————

  override isReady(): boolean {
    return true;
  }

  override whenReady(): Promise<void> {
    return Promise.resolve();
  }

  override connect(peerId: PeerId): void {
    this.peerId = peerId;
  }

  override send(message: Message): void {
    const { type, targetId, documentId, data } = message;
    if (documentId === undefined || (type !== "sync" && type !== "request" && type !== "doc-unavailable")) return;
    this.#onSend(targetId, data === undefined ? { type, documentId } : { type, documentId, data });
  }

  override disconnect(): void {}
}
