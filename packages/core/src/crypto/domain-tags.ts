/** One tag per kind of hash, so that no byte string can ever mean two things (spec [ID1]). The number is the version. */
export const DOMAIN = {
  network: "amigos/network/1",
  account: "amigos/account/1",
  control: "amigos/control/1",
  entry: "amigos/entry/1",
  link: "amigos/link/1",
  receipt: "amigos/receipt/1",
  deviceRequest: "amigos/device-request/1",
  deviceCode: "amigos/device-code/1",
  recoveryRequest: "amigos/recovery-request/1",
  recoveryCode: "amigos/recovery-code/1",
  guardianRequest: "amigos/guardian-request/1",
  guardianAnswer: "amigos/guardian-answer/1",
  checkpoint: "amigos/checkpoint/1",
  keyDigest: "amigos/key-digest/1",
  stateLeaf: "amigos/state-leaf/1",
  stateBranch: "amigos/state-branch/1",
  priority: "amigos/priority/1",
  document: "amigos/doc/1",
  logActor: "amigos/log-actor/1",
  handshake: "amigos/handshake/2",
  relayRoom: "amigos/relay-room/1",
} as const;

export type DomainTag = (typeof DOMAIN)[keyof typeof DOMAIN];
