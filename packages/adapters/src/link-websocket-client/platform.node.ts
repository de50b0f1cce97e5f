/** Node: the `ws` library. */
import { MESSAGE_BYTES_MAX } from "@amigos/engine/ports";
import { WebSocket } from "ws";
import { adoptWsSocket } from "../shared/ws-socket.ts";
import type { Platform } from "./platform.ts";

export const platform: Platform = {
  openSocket: (url, handlers) =>
    adoptWsSocket(new WebSocket(url, { maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false }), handlers),
  // Node does not say so; dialling again does.
  onOnline: () => () => {},
};
