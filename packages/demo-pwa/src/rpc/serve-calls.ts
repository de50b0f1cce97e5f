/** The worker's side: runs the named member for every call and answers, whatever happens, exactly once. */
import type { CallMessage, Calls, EventMessage, Port, ReplyMessage, TypedError } from "./messages.ts";

export interface ServeOptions<Api extends Calls> {
  readonly port: Port;
  readonly calls: Api;
  /** Makes typed data of whatever a call threw. */
  readonly toTypedError: (thrown: unknown) => TypedError;
}

/** Answers calls for as long as the worker lives. Returns what sends events. */
export function serveCalls<Api extends Calls, Event>({
  port,
  calls,
  toTypedError,
}: ServeOptions<Api>): (event: Event) => void {
  const memberByName = new Map(Object.entries(calls)) as Map<string, (input: unknown) => Promise<unknown>>;

  port.addEventListener("message", ({ data }) => {
    const message = data as CallMessage;
    // Others may use the port as well.
    if (message.kind !== "call") return;
    const { id, name, input } = message;
    void answer(memberByName.get(name), input).then((result) =>
      port.postMessage({ kind: "reply", id, ...result } satisfies ReplyMessage),
    );
  });

  const answer = async (member: ((input: unknown) => Promise<unknown>) | undefined, input: unknown) => {
    try {
      if (member === undefined) return { ok: false, error: { type: "call-unknown" } } as const;
      return { ok: true, value: await member(input) } as const;
    } catch (thrown) {
      return { ok: false, error: toTypedError(thrown) } as const;
    }
  };

  return (event) => port.postMessage({ kind: "event", event } satisfies EventMessage<Event>);
}
