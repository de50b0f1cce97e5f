/** What a call rejects with on the page: the typed error that the worker sent. */
import type { TypedError } from "./messages.ts";

export class CallError<Detail extends TypedError = TypedError> extends Error {
  override readonly name = "CallError";
  readonly detail: Detail;
  constructor(detail: Detail) {
    super(`The worker answered ${detail.type}.`);
    this.detail = detail;
  }
}
