/**
 * What page and worker say to each other: calls with an id, one reply each, and events that nobody asked for. Plain
 * structured-clone data; bigints and byte arrays pass as they are.
 */

/** The shape of an API that can be called from the other side: every member takes one input and answers in time. */
export type Calls = { readonly [Name in string]: (input: never) => Promise<unknown> };

/** Any typed error: `type` is stable, the rest is its evidence. */
export interface TypedError {
  readonly type: string;
}

export interface CallMessage {
  readonly kind: "call";
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

export type ReplyMessage =
  | { readonly kind: "reply"; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly kind: "reply"; readonly id: number; readonly ok: false; readonly error: TypedError };

export interface EventMessage<Event> {
  readonly kind: "event";
  readonly event: Event;
}

/** The end of a channel that both a `Worker` and a worker's own scope have. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}
