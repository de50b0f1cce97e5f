/** What `start` of a link rejects with: only what trying again cannot mend. Everything else is retried or reported. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  readonly type: "url-invalid" | "port-in-use" | "link-failed";
  constructor(type: LinkError["type"], message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.type = type;
  }
}
