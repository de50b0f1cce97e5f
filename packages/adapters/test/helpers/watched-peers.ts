/** Real peer connections that a test can get hold of, and the data channels on them. */
export interface WatchedPeers {
  readonly create: () => RTCPeerConnection;
  readonly peers: ReadonlySet<RTCPeerConnection>;
  readonly channels: ReadonlySet<RTCDataChannel>;
}

export function watchPeers(): WatchedPeers {
  const peers = new Set<RTCPeerConnection>();
  const channels = new Set<RTCDataChannel>();
  const create = (): RTCPeerConnection => {
    const peer = new RTCPeerConnection({ iceServers: [] });
    peers.add(peer);
    const createDataChannel = peer.createDataChannel.bind(peer);
    return Object.assign(peer, {
      createDataChannel: (...wanted: Parameters<typeof createDataChannel>): RTCDataChannel => {
        const channel = createDataChannel(...wanted);
        channels.add(channel);
        return channel;
      },
    });
  };
  return { create, peers, channels };
}
