/** Why a hub does not start, or does not do what its owner tells it. `type` is stable; `message` is one sentence for the operator and names the way out. */
export type HubErrorType =
  | "option-invalid"
  /** Another hub, or another program, has the data folder open. */
  | "data-in-use"
  /** The folder holds something, and it is not a hub's data. */
  | "data-not-a-hubs"
  | "data-of-another-version"
  | "data-of-another-network"
  /** Something that must be in the folder is missing or cannot be read. */
  | "data-damaged"
  /** A running hub could not do what its owner told it. */
  | "command-failed"
  | "port-in-use"
  | "listen-failed";

export class HubError extends Error {
  override readonly name = "HubError";
  readonly type: HubErrorType;
  constructor(type: HubErrorType, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.type = type;
  }
}
