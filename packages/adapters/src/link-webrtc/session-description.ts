/**
 * Between a code and the session description that a browser takes (RFC 8866, RFC 8841): everything but the code's own is the
 * same for every connection of this link, which has one data channel and nothing else.
 */
import type { Candidate, RtcCode } from "./rtc-code.ts";

/** What a browser made, or `undefined` where it is not the kind that this link makes. */
export function sdpToCode(role: RtcCode["role"], sdp: string): RtcCode | undefined {
  const valueOf = (name: string): string | undefined => new RegExp(`^a=${name}:(.+?)\\r?$`, "m").exec(sdp)?.[1];
  const fingerprint = /^sha-256 ([0-9A-Fa-f:]{95})$/.exec(valueOf("fingerprint") ?? "")?.[1];
  const [ufrag, pwd] = [valueOf("ice-ufrag"), valueOf("ice-pwd")];
  if (fingerprint === undefined || ufrag === undefined || pwd === undefined) return undefined;
  return {
    role,
    fingerprint: fingerprint.replaceAll(":", "").toLowerCase(),
    ufrag,
    pwd,
    candidates: candidatesOf(sdp),
  };
}

/** For `setRemoteDescription`. */
export function codeToSdp({ role, fingerprint, ufrag, pwd, candidates }: RtcCode): string {
  const digest = (fingerprint.toUpperCase().match(/../g) ?? []).join(":");
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=mid:0",
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    `a=fingerprint:sha-256 ${digest}`,
    `a=setup:${role === "offer" ? "actpass" : "active"}`,
    "a=sctp-port:5000",
    "a=max-message-size:65536",
    ...candidates.map(candidateLine),
    "a=end-of-candidates",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** Of the host, over UDP: there is no server here that would know of others. */
function candidatesOf(sdp: string): readonly Candidate[] {
  const found = sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d{1,5}) typ host\b/gim);
  return [...found].map(([, address = "", port = ""]) => ({ address, port: Number(port) }));
}

/** Earlier ones are preferred, as the browser that offered them prefers them (RFC 8445 §5.1.2). */
function candidateLine({ address, port }: Candidate, index: number): string {
  const priority = 2 ** 24 * 126 + 2 ** 8 * (65_535 - index) + 255;
  return `a=candidate:${index + 1} 1 udp ${priority} ${address} ${port} typ host`;
}
