/**
 * A network adapter of Automerge Repo over any of our links, so that its own acceptance suite can judge them. It believes
 * who a peer says it is, as that suite wants and a wallet must not: so it is for tests, and the engine has its guard.
 *
 * A message is the length of its head in 4 bytes, the head as JSON, and its data. The first one says who is there.
 */
// The build that starts WebAssembly by itself; the suite imports the one that does not.
import { NetworkAdapter, type Message, type PeerId, type PeerMetadata } from "@automerge/automerge-repo";
import type { Connection, Link } from "@amigos/engine/ports";

type Hello = { readonly type: "hello"; readonly peerId: PeerId; readonly peerMetadata: PeerMetadata };

/** As long as Repo's own adapter for WebSockets waits for its server. */
const READY_MS_MAX = 1_000;

class LinkNetworkAdapter extends NetworkAdapter {
  readonly #link: Link;
  readonly #connectionByPeer = new Map<PeerId, Connection>();
  /** Repo asks nobody for a document before: so it is when somebody is there, or nobody will be. */
  readonly #ready: PromiseWithResolvers<void> = Promise.withResolvers();
  #isReady = false;
  /** Starting and stopping, one after the other. */
  #steps: Promise<void> = Promise.resolve();

  /** How many peers it will have: Repo's own relaying hangs where a request is faster than the news it asks for. */
  readonly #peersExpected: number;

  constructor(link: Link, peersExpected = 1) {
    super();
    this.#link = link;
    this.#peersExpected = peersExpected;
  }

  override isReady(): boolean {
    return this.#isReady;
  }

  override whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  override connect(peerId: PeerId, peerMetadata: PeerMetadata = {}): void {
    this.peerId = peerId;
    this.peerMetadata = peerMetadata;
    const hello: Hello = { type: "hello", peerId, peerMetadata };
    setTimeout(() => this.#becomeReady(), READY_MS_MAX);
    this.#steps = this.#steps.then(() => this.#link.start((connection) => this.#greet(connection, hello)));
  }

  override send(message: Message): void {
    this.#connectionByPeer.get(message.targetId)?.send(encode(message));
  }

  override disconnect(): void {
    this.#steps = this.#steps.then(() => this.#link.stop());
  }

  #becomeReady(): void {
    this.#isReady = true;
    this.#ready.resolve();
  }

  #greet(connection: Connection, hello: Hello): void {
    let peer: PeerId | undefined;
    connection.start({
      onMessage: (bytes) => {
        const message = decode(bytes);
        if (message.type !== "hello") return void this.emit("message", message as Message);
        const { peerId, peerMetadata } = message as Hello;
        peer = peerId;
        this.#connectionByPeer.set(peerId, connection);
        this.emit("peer-candidate", { peerId, peerMetadata });
        if (this.#connectionByPeer.size >= this.#peersExpected) this.#becomeReady();
      },
      onClose: () => {
        if (peer === undefined || this.#connectionByPeer.get(peer) !== connection) return;
        this.#connectionByPeer.delete(peer);
        this.emit("peer-disconnected", { peerId: peer });
      },
    });
    connection.send(encode(hello));
  }
}

/** For a link between two alone: each of the three peers has one to each of the others. */
export function meshOf(
  pairs: readonly (readonly [Link, Link])[],
): [NetworkAdapter[], NetworkAdapter[], NetworkAdapter[]] {
  const [ab, bc, ac] = pairs.map((pair) => pair.map((link) => new LinkNetworkAdapter(link)));
  const [[ab0, ab1] = [], [bc0, bc1] = [], [ac0, ac1] = []] = [ab, bc, ac];
  return [present(ab0, ac0), present(ab1, bc0), present(bc1, ac1)];
}

/** Three links that find each other by themselves. */
export function adaptersOf(
  links: readonly Link[],
  peersExpected = 1,
): [NetworkAdapter[], NetworkAdapter[], NetworkAdapter[]] {
  const [a, b, c] = links.map((link) => new LinkNetworkAdapter(link, peersExpected));
  return [present(a), present(b), present(c)];
}

/** Two links that are connected with each other before anybody starts them: two people held their devices together. */
export async function connectedPair(pair: readonly [Link, Link]): Promise<readonly [Link, Link]> {
  return Promise.all([connected(pair[0]), connected(pair[1])]);
}

async function connected(link: Link): Promise<Link> {
  const first = Promise.withResolvers<Connection>();
  let take: (connection: Connection) => void = first.resolve;
  await link.start((connection) => take(connection));
  let given: Connection | undefined = await first.promise;
  let isStarted = true;
  return {
    name: link.name,
    start: async (onConnection) => {
      take = onConnection;
      if (given !== undefined) onConnection(given);
      if (!isStarted) await link.start((connection) => take(connection));
      isStarted = true;
    },
    stop: async () => {
      given = undefined;
      isStarted = false;
      await link.stop();
    },
  };
}

/** The suite does not wait for it. */
export function stopAll(links: readonly Link[]): void {
  // A page that was closed stops nothing any more.
  for (const link of links) link.stop().catch(() => {});
}

function present(...adapters: readonly (NetworkAdapter | undefined)[]): NetworkAdapter[] {
  return adapters.flatMap((adapter) => adapter ?? []);
}

function encode({ data, ...head }: (Message | Hello) & { readonly data?: Uint8Array }): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ ...head, hasData: data !== undefined }));
  const bytes = new Uint8Array(4 + text.length + (data?.length ?? 0));
  new DataView(bytes.buffer).setUint32(0, text.length);
  bytes.set(text, 4);
  bytes.set(data ?? [], 4 + text.length);
  return bytes;
}

function decode(bytes: Uint8Array): Message | Hello {
  const end = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const { hasData, ...head } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, end))) as Message & {
    readonly hasData: boolean;
  };
  return hasData ? { ...head, data: bytes.slice(end) } : head;
}
