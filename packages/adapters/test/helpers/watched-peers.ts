/** Real peer connections that a test can get hold of, and the data channels on them. */
export interface WatchedPeers {
  readonly create: () => RTCPeerConnection;
  readonly peers: ReadonlySet<RTCPeerConnection>;
  readonly channels: ReadonlySet<RTCDataChannel>;
}

/** `passes` is asked for each message that is given to a channel, and may throw as the channel itself would. */
export function watchPeers(passes: (peer: RTCPeerConnection, bytes: number) => boolean = () => true): WatchedPeers {
  const peers = new Set<RTCPeerConnection>();
  const channels = new Set<RTCDataChannel>();
  const create = (): RTCPeerConnection => {
    const peer = new RTCPeerConnection({ iceServers: [] });
    peers.add(peer);
    const createDataChannel = peer.createDataChannel.bind(peer);
    return Object.assign(peer, {
      createDataChannel: (...wanted: Parameters<typeof createDataChannel>): RTCDataChannel => {
        const channel = createDataChannel(...wanted);
        const send = channel.send.bind(channel) as (data: ArrayBufferView<ArrayBuffer>) => void;
        Object.assign(channel, {
          send: (data: Uint8Array<ArrayBuffer>) => {
            if (passes(peer, data.length)) send(data);
          },
        });
        channels.add(channel);
        return channel;
      },
    });
  };
  return { create, peers, channels };
}
