/** What a hub's log says it refused, counted by who sent it and by code: an attack may cause more lines than one wants to keep. */
export class HubLog {
  /** Lines since the hub started. */
  lines = 0;
  readonly #counts = new Map<string, Map<string, number>>();
  /** Lines that say that something is wrong with the hub itself. */
  readonly errors: string[] = [];

  readonly read = (line: string): void => {
    this.lines++;
    const { level, event, peer, code } = JSON.parse(line) as Readonly<Record<string, string>>;
    if (level === "error") this.errors.push(line);
    if (event !== "refused" || peer === undefined || code === undefined) return;
    const counts = this.#counts.get(peer) ?? new Map<string, number>();
    this.#counts.set(peer, counts.set(code, (counts.get(code) ?? 0) + 1));
  };

  /** How often each code was refused from peers whose name begins so: a key, or an address. */
  refusedFrom(name: string): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const [peer, counts] of this.#counts) {
      if (!peer.startsWith(name)) continue;
      for (const [code, count] of counts) sums.set(code, (sums.get(code) ?? 0) + count);
    }
    return sums;
  }
}
