/** The page's side of a link that a test in Node holds: it does what it is told, in order, and tells what it hears. */
import { createBroadcastChannelLink } from "@amigos/adapters/link-broadcast-channel";
import { createRelayLink, relayRoomOf } from "@amigos/adapters/link-relay";
import { createWebSocketClientLink } from "@amigos/adapters/link-websocket-client";
import type { CloseReason, Connection, Link } from "@amigos/engine/ports";
import { createBreakableChannels } from "../../helpers/breakable-channels.ts";
import { createPairedLinks } from "../../helpers/paired-webrtc.ts";
import { bytesToText, textToBytes } from "./bytes-text.ts";

export type LinkSpecification =
  | { readonly type: "websocket"; readonly url: string; readonly heartbeatMs: number }
  | { readonly type: "relay"; readonly url: string; readonly code: string; readonly heartbeatMs: number }
  | { readonly type: "broadcast"; readonly channel: string; readonly heartbeatMs: number };

export type ConnectionCommand =
  | { readonly type: "start"; readonly connection: string }
  | { readonly type: "send"; readonly connection: string; readonly message: string }
  | { readonly type: "close"; readonly connection: string; readonly reason: CloseReason };

export type LinkEvent =
  | { readonly type: "connection"; readonly link: string; readonly connection: string; readonly description: string }
  | { readonly type: "message"; readonly connection: string; readonly message: string }
  | { readonly type: "closed"; readonly connection: string; readonly reason: CloseReason };

declare global {
  /** Put there by the test. */
  var tellTest: (event: LinkEvent) => void;
}

const channels = createBreakableChannels();
const linkById = new Map<string, Link>();
const connectionById = new Map<string, Connection>();

/** What a test calls. */
export const remoteLinks = {
  createLink,
  createWebRtcPair,
  startLink,
  stopLink,
  obey,
  cutChannels: channels.cut,
  disturbChannels: channels.postEverywhere,
};

function createLink(id: string, specification: LinkSpecification): void {
  linkById.set(id, linkOf(specification));
}

function createWebRtcPair(leftId: string, rightId: string, heartbeatMs: number): void {
  const { left, right } = createPairedLinks(heartbeatMs);
  linkById.set(leftId, left);
  linkById.set(rightId, right);
}

async function startLink(id: string): Promise<void> {
  await linkById.get(id)?.start((connection) => {
    const name = crypto.randomUUID();
    connectionById.set(name, connection);
    tellTest({ type: "connection", link: id, connection: name, description: connection.description });
  });
}

async function stopLink(id: string): Promise<void> {
  await linkById.get(id)?.stop();
}

function obey(commands: readonly ConnectionCommand[]): void {
  for (const command of commands) {
    const { type, connection: id } = command;
    const connection = connectionById.get(id);
    if (type === "start") connection?.start(handlersOf(id));
    else if (type === "send") connection?.send(textToBytes(command.message));
    else connection?.close(command.reason);
  }
}

function linkOf(specification: LinkSpecification): Link {
  if (specification.type === "broadcast") {
    const { channel, heartbeatMs } = specification;
    return createBroadcastChannelLink({
      channel,
      heartbeatMs,
      helloMs: 20,
      createChannel: channels.createToward("to the right"),
    });
  }
  const { url, heartbeatMs } = specification;
  const options = { url, retryMs: 10, retryMsMax: 50, dialTimeoutMs: 1_000, heartbeatMs };
  return specification.type === "relay"
    ? createRelayLink({ ...options, room: relayRoomOf(specification.code) })
    : createWebSocketClientLink(options);
}

function handlersOf(connection: string): Parameters<Connection["start"]>[0] {
  return {
    onMessage: (message) => tellTest({ type: "message", connection, message: bytesToText(message) }),
    onClose: (reason) => tellTest({ type: "closed", connection, reason }),
  };
}
