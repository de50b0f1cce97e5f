/** `@amigos/hub`: a hub inside your own process. As a process of its own: `@amigos/hub/process`. */
export { createHub, type Hub, type HubOptions } from "./hub.ts";
export { HubError, type HubErrorType } from "./hub-error.ts";
export { createJsonLog, type Log, type LogFields, type LogLevel } from "./log.ts";
