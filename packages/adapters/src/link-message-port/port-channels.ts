/**
 * Several named channels side by side on one MessagePort: what is posted on one is heard on those of its name at the other
 * end. Which names there are decides who listens here, so the other end can cost nothing but the messages it posts.
 */
import type { Channel } from "../shared/channel-pair.ts";

type EventType = "message" | "messageerror";
type Listener = (event: { readonly data: unknown }) => void;

/** What is used of a `MessagePort`. A `Worker` of a page, and the worker's own global scope, are ports too. */
export interface Port {
  readonly postMessage: (value: unknown) => void;
  readonly addEventListener: (type: EventType, listener: (event: Event) => void) => void;
  readonly removeEventListener: (type: EventType, listener: (event: Event) => void) => void;
  /** What a `MessagePort` waits for before it delivers. */
  readonly start?: () => void;
}

const PROTOCOL = "amigos-port/1";

/** Makes a channel of a name. The port is listened to while there is any. */
export function createPortChannels(port: Port): (name: string) => Channel {
  const open = new Map<string, Set<OpenChannel>>();
  const hear = (event: Event): void => {
    const parcel = parcelOf((event as MessageEvent<unknown>).data);
    if (parcel === undefined) return;
    for (const channel of open.get(parcel.channel) ?? []) channel.deliver("message", parcel.value);
  };
  /** Whose message it was cannot be read. */
  const hearError = (): void => {
    for (const channels of open.values()) for (const channel of channels) channel.deliver("messageerror", undefined);
  };
  return (name) => {
    const channel = new OpenChannel();
    if (open.size === 0) {
      port.addEventListener("message", hear);
      port.addEventListener("messageerror", hearError);
      port.start?.();
    }
    open.set(name, (open.get(name) ?? new Set()).add(channel));
    return {
      postMessage: (value) => port.postMessage({ protocol: PROTOCOL, channel: name, value }),
      addEventListener: (type, listener) => channel.listen(type, listener),
      close: () => {
        const named = open.get(name);
        if (named?.delete(channel) !== true) return;
        if (named.size === 0) open.delete(name);
        if (open.size > 0) return;
        port.removeEventListener("message", hear);
        port.removeEventListener("messageerror", hearError);
      },
    };
  };
}

class OpenChannel {
  readonly #listeners: { readonly type: EventType; readonly listener: Listener }[] = [];

  listen(type: EventType, listener: Listener): void {
    this.#listeners.push({ type, listener });
  }

  deliver(type: EventType, data: unknown): void {
    for (const { type: wanted, listener } of this.#listeners) if (wanted === type) listener({ data });
  }
}

interface Parcel {
  readonly channel: string;
  readonly value: unknown;
}

function parcelOf(data: unknown): Parcel | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { protocol, channel, value } = data as Readonly<Record<string, unknown>>;
  return protocol === PROTOCOL && typeof channel === "string" ? { channel, value } : undefined;
}
