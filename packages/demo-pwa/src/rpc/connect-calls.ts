/** The page's side: turns calls into messages and replies into settled promises. */
import { CallError } from "./call-error.ts";
import type { CallMessage, Calls, EventMessage, Port, ReplyMessage } from "./messages.ts";

export interface ConnectOptions<Event> {
  readonly port: Port;
  readonly onEvent: (event: Event) => void;
}

/** An object whose members are the other side's calls. It never runs out: a call that is not answered stays pending. */
export function connectCalls<Api extends Calls, Event>({ port, onEvent }: ConnectOptions<Event>): Api {
  const pendingById = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;

  port.addEventListener("message", ({ data }) => {
    const message = data as ReplyMessage | EventMessage<Event>;
    if (message.kind === "event") return onEvent(message.event);
    const pending = pendingById.get(message.id);
    pendingById.delete(message.id);
    if (message.ok) pending?.resolve(message.value);
    else pending?.reject(new CallError(message.error));
  });

  const call = (name: string, input: unknown): Promise<unknown> => {
    const id = ++lastId;
    const pending = Promise.withResolvers<unknown>();
    pendingById.set(id, pending);
    port.postMessage({ kind: "call", id, name, input } satisfies CallMessage);
    return pending.promise;
  };

  return new Proxy({} as Api, {
    get: (_target, name) =>
      typeof name === "string" && name !== "then" ? (input: unknown) => call(name, input) : undefined,
  });
}
