/**
 * A peer that speaks as it likes: a real WebSocket, the engine's own handshake with whatever key it has, and then any bytes
 * at all. It holds no documents and keeps no journal; it remembers what it is told.
 */
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { systemClock, systemRandom } from "@amigos/adapters/runtime";
import { bytesToHex, limits, orThrow, type Network } from "@amigos/core";
import type { Person } from "@amigos/core/testing";
import type { DocumentInfo } from "@amigos/engine";
import type { CloseReason, Connection } from "@amigos/engine/ports";
import {
  decodeFrame,
  decodePeerMessage,
  encodePeerMessage,
  forgeFrame,
  nameDocument,
  readChange,
  readSyncMessage,
  shakeHands,
  type Channel,
  type ForgedMessage,
  type Identity,
  type PeerMessage,
} from "@amigos/engine/testing";
import { waitUntil } from "../story/wait-until.ts";

/** A WebSocket that is open, and the socket under it. */
export interface Line {
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  /** What the other end calls this one, where it cannot know better. */
  readonly name: string;
  /** Hands over every binary message from now on, those first that came before anybody asked. */
  readonly listen: (onMessage: (message: Uint8Array) => void) => void;
}

export interface DialOptions {
  /** Whether the client offers to compress. */
  readonly perMessageDeflate?: boolean;
}

export async function dial(url: string, { perMessageDeflate = false }: DialOptions = {}): Promise<Line> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const webSocket = new WebSocket(url, { perMessageDeflate, createConnection: () => socket });
  webSocket.binaryType = "arraybuffer";
  let early: Uint8Array[] | undefined = [];
  let onMessage = (message: Uint8Array): void => void early?.push(message);
  webSocket.on("message", (data) => {
    if (data instanceof ArrayBuffer) onMessage(new Uint8Array(data));
  });
  // Being thrown out in the middle of a message is what happens to most of these.
  webSocket.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    webSocket.once("open", resolve);
    webSocket.once("close", () => reject(new TurnedAway(`${url} takes no more connections`)));
  });
  return {
    webSocket,
    socket,
    name: `WebSocket from ${socket.localAddress}:${socket.localPort}`,
    listen: (listener) => {
      // Nothing is delivered within the call that asks for it.
      queueMicrotask(() => {
        for (const message of early ?? []) listener(message);
        early = undefined;
        onMessage = listener;
      });
    },
  };
}

/** The server did not accept the WebSocket. */
class TurnedAway extends Error {
  override readonly name = "TurnedAway";
}

/** A WebSocket as the handshake wants it. */
function connectionOver({ webSocket, name, listen }: Line): Connection {
  return {
    description: name,
    start: ({ onMessage, onClose }) => {
      listen(onMessage);
      webSocket.on("close", () => onClose("closed-there"));
    },
    send: (message) => webSocket.send(message),
    close: () => webSocket.close(),
  };
}

/** As a device of a person introduces itself. */
export function identityOf({ signer, inception, grant }: Person): Identity {
  return { signer, account: { inception: inception.bytes, control: [grant.bytes] } };
}

export class RawPeer {
  readonly line: Line;
  /** The key that it proved. */
  readonly key: string;
  /** Codes of what the other end did not take from the lanes. */
  readonly refusals: string[] = [];
  /** Everything else that it was told, but what the document layer says. */
  readonly heard: PeerMessage[] = [];
  /** Called with each of them as it comes. */
  onHeard: (message: PeerMessage) => void = () => undefined;
  /** Documents that it was told it may not have, or that are unknown. */
  unavailable = 0;
  closeReason: CloseReason | undefined;
  /** Why the other end closed, as WebSocket says it. */
  closeCode: number | undefined;
  readonly #network: Network;
  readonly #channel: Channel;
  /** The newest sync message about each document. */
  readonly #told = new Map<string, Uint8Array>();
  #flushes = 0;

  private constructor(line: Line, network: Network, identity: Identity, channel: Channel) {
    this.line = line;
    this.key = identity.signer.publicKey;
    this.#network = network;
    this.#channel = channel;
    line.webSocket.on("close", (code) => (this.closeCode = code));
    channel.start({ onMessage: (bytes) => this.#onMessage(bytes), onClose: (reason) => (this.closeReason = reason) });
  }

  /** Rejects when the other end does not answer the handshake. */
  static async meet(url: string, network: Network, identity: Identity, options: DialOptions = {}): Promise<RawPeer> {
    return RawPeer.over(await dial(url, options), network, identity);
  }

  /** The same on a line that is open. */
  static async over(line: Line, network: Network, identity: Identity): Promise<RawPeer> {
    const connection = connectionOver(line);
    const shaken = await shakeHands({
      connection,
      network: network.id,
      identity,
      clock: systemClock,
      random: systemRandom,
    });
    return new RawPeer(line, network, identity, orThrow(shaken));
  }

  get isClosed(): boolean {
    return this.closeReason !== undefined;
  }

  say(message: PeerMessage): void {
    this.#channel.send(encodePeerMessage(message));
  }

  /** What need not be a message of the protocol. */
  sayBytes(bytes: Uint8Array): void {
    this.#channel.send(bytes);
  }

  sayOfDocument(document: DocumentInfo, message: ForgedMessage | Uint8Array): void {
    this.say({ type: "document", message: forgeFrame(this.#network, document, message) });
  }

  /** Resolves when the lanes have dealt with everything that was said before. */
  async flush(): Promise<void> {
    const nonce = ++this.#flushes;
    this.say({ type: "flush-request", nonce });
    await waitUntil(
      "everything said is heard",
      () => this.isClosed || this.heard.some((message) => message.type === "flush-reply" && message.nonce === nonce),
    );
  }

  /** The heads that the other end says a document has there, asked for anew each time. */
  async askHeads(document: DocumentInfo): Promise<string> {
    return headsOf(await this.#ask(document, {}));
  }

  /**
   * What the changes of a log document carry, from its first place on. A message that was on its way already says less: it
   * leaves out what was pushed.
   */
  async askValues(document: DocumentInfo): Promise<readonly Uint8Array[]> {
    const nothingIsHere = { have: [{ lastSync: [], bloom: new Uint8Array() }] };
    return waitUntil("all of a log is shown", async () => {
      const { changes } = orThrow(readSyncMessage(await this.#ask(document, nothingIsHere)));
      const offered = changes.flatMap((chunk) => {
        const change = readChange(chunk, limits.ENTRY_BYTES_MAX);
        return typeof change === "string" ? [] : [change];
      });
      return offered[0]?.sequence === 1 && offered.map(({ value }) => value);
    });
  }

  /** The newest sync message about a document, if there was any. */
  toldOf(document: DocumentInfo): Uint8Array | undefined {
    return this.#told.get(nameDocument(this.#network.id, document).key);
  }

  close(): void {
    this.line.webSocket.close();
  }

  async #ask(document: DocumentInfo, message: ForgedMessage): Promise<Uint8Array> {
    const { key } = nameDocument(this.#network.id, document);
    this.#told.delete(key);
    this.sayOfDocument(document, message);
    return waitUntil(`something is said of a ${document.kind}`, () => this.#told.get(key));
  }

  #onMessage(bytes: Uint8Array): void {
    const message = orThrow(decodePeerMessage(bytes));
    if (message.type === "refusal") this.refusals.push(message.code);
    else if (message.type === "document") this.#onFrame(message.message);
    else {
      this.heard.push(message);
      this.onHeard(message);
    }
  }

  #onFrame(bytes: Uint8Array): void {
    const frame = orThrow(decodeFrame(bytes));
    if (frame.type === "doc-unavailable") this.unavailable++;
    else this.#told.set(frame.document, frame.data);
  }
}

const HASH_BYTES = 32;

/** The heads in a sync message: after its type, their number and they themselves. A document here has fewer than 128. */
function headsOf(data: Uint8Array): string {
  const count = data[1] ?? 0;
  return Array.from({ length: count }, (_, index) =>
    bytesToHex(data.subarray(2 + index * HASH_BYTES, 2 + (index + 1) * HASH_BYTES)),
  ).join();
}
