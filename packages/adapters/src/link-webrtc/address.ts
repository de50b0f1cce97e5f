/** Addresses in a few bytes: a kind, then 4 bytes of IPv4, 16 of IPv6, or the 16 of the name that hides one. */
import { bytesToHex, concatBytes, hexToBytes } from "@amigos/core";

const KIND = { hidden: 0, ipv4: 4, ipv6: 6 } as const;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
/** A random UUID (RFC 8828 §3.1.2.1). */
const HIDDEN = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\.local$/;
const GROUPS = 8;

/** `undefined` for what is neither. */
export function addressToBytes(address: string): Uint8Array | undefined {
  if (IPV4.test(address)) return Uint8Array.of(KIND.ipv4, ...address.split(".").map(Number));
  const hidden = HIDDEN.exec(address.toLowerCase());
  if (hidden !== null) return concatBytes(Uint8Array.of(KIND.hidden), hexToBytes(hidden.slice(1).join("")));
  const groups = ipv6Groups(address);
  return groups && Uint8Array.of(KIND.ipv6, ...groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The address that begins at `at`, and where it ends. */
export function bytesToAddress(
  bytes: Uint8Array,
  at: number,
): { readonly address: string; readonly end: number } | undefined {
  const kind = bytes[at];
  const end = at + 1 + (kind === KIND.ipv4 ? 4 : 16);
  const body = bytes.subarray(at + 1, end);
  if (end > bytes.length) return undefined;
  if (kind === KIND.ipv4) return { address: body.join("."), end };
  const hex = bytesToHex(body);
  if (kind === KIND.ipv6) return { address: (hex.match(/.{4}/g) ?? []).join(":"), end };
  if (kind !== KIND.hidden) return undefined;
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return { address: `${parts.join("-")}.local`, end };
}

/** Eight numbers, with what `::` leaves out. Scopes and embedded IPv4 are left to nobody: no browser offers them. */
function ipv6Groups(address: string): readonly number[] | undefined {
  const halves = address.split("::");
  const [left = [], right] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const given = [...left, ...(right ?? [])];
  const missing = GROUPS - given.length;
  const isWhole = halves.length === 1 ? missing === 0 : halves.length === 2 && missing >= 1;
  if (!isWhole || !given.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const zeros = Array<string>(right === undefined ? 0 : missing).fill("0");
  return [...left, ...zeros, ...(right ?? [])].map((group) => Number.parseInt(group, 16));
}
