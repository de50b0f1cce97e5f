/**
 * What to call this device before its owner says otherwise. Payees see the name, so it says what kind of thing it is and
 * nothing more. On a demo address such as `alice.localhost` the person is in the address.
 */
import { texts } from "../texts/index.ts";

export interface Platform {
  readonly hostname: string;
  readonly userAgent: string;
  /** The wallet's name in the address, when there is one. */
  readonly walletName: string;
}

/** A product's own name, or what the language calls such a thing. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android.*Mobile/, "androidPhone"],
  [/Android/, "androidTablet"],
  [/CrOS/, "Chromebook"],
  [/Mac OS X/, "Mac"],
  [/Windows/, "windows"],
  [/Linux/, "linux"],
];

export function suggestDeviceName({ hostname, userAgent, walletName }: Platform): string {
  const [label = "", parent] = hostname.split(".");
  const person = walletName !== MAIN_WALLET ? walletName : parent === "localhost" ? label : undefined;
  if (person !== undefined && person !== "")
    return texts.firstRun.suggested(`${person.charAt(0).toUpperCase()}${person.slice(1)}`);
  const kind = KINDS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? texts.common.thisDevice;
  return kind in texts.firstRun.kinds ? texts.firstRun.kinds[kind as keyof typeof texts.firstRun.kinds] : kind;
}

/** The wallet that an address without `?wallet=` means. */
const MAIN_WALLET = "main";

/** The wallet that an address names: a kebab-case word of at most 32 characters, else the main one. */
export function walletNameOf(search: string): string {
  const name = new URLSearchParams(search).get("wallet") ?? MAIN_WALLET;
  return /^[a-z][a-z0-9-]{0,31}$/.test(name) ? name : MAIN_WALLET;
}
