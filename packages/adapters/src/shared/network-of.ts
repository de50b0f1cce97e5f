/**
 * What one customer of a network has, by an address of it: an IPv4 address, or the first 64 bits of an IPv6 one, of which
 * everybody has the rest to choose from (RFC 6177).
 */
export function networkOf(address: string): string {
  const isIpv6 = address.includes(":") && !address.includes(".");
  if (!isIpv6) return address.slice(address.lastIndexOf(":") + 1);
  const [head = "", tail] = address.split("::");
  const [before, after] = [groupsOf(head), groupsOf(tail ?? "")];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, GROUPS - before.length - after.length)).fill("0");
  return [...before, ...zeros, ...after].slice(0, GROUPS_OF_NETWORK).join(":");
}

const GROUPS = 8;
const GROUPS_OF_NETWORK = 4;

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}
