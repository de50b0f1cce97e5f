/**
 * Whether a client takes brotli, by its `Accept-Encoding` (RFC 9110, section 12.5.3). Browsers ask for it where they trust the
 * way: over TLS and on this machine.
 */
export function acceptsBrotli(header: string | readonly string[] | undefined): boolean {
  for (const coding of String(header ?? "").split(",")) {
    const [name = "", ...parameters] = coding.split(";").map((part) => part.trim().toLowerCase());
    if (name === "br") return !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  }
  return false;
}
