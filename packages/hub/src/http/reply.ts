/** What a route answers, and the typed errors that programs on the other side can rely on. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** A file to send instead of `body`. */
  readonly file?: string;
}

export interface HttpError {
  readonly type: string;
  readonly message: string;
}

export function jsonReply(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}

export function errorReply(status: number, error: HttpError, headers?: Readonly<Record<string, string>>): Reply {
  return jsonReply(status, { error }, headers);
}
