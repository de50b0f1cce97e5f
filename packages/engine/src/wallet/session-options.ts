/** The terms of a session as a developer writes them, and as they are signed. */
import {
  body,
  compareHex,
  encodeWith,
  equalBytes,
  isPlainText,
  isRegion,
  limits,
  sessionTermsFields,
  timeMs,
  type AccountId,
  type AmountError,
  type Money,
  type Network,
  type Permission,
  type Region,
  type Result,
  type SessionTerms,
} from "@amigos/core";
import type { Clock } from "../ports/runtime.ts";
import { resolveMoney, resolvePermission, type PermissionRequest } from "./permission-request.ts";
import { checkedText, WalletError } from "./wallet-error.ts";

export interface TermsOptions {
  readonly permissions: readonly PermissionRequest[];
  readonly expiry: { readonly days: number };
  /** The most of an asset that may be outstanding unsettled, at most one for each. Left out: no such limit. */
  readonly offlineLimits?: readonly (Money | string)[];
  /** Where the session may pay. Left out: anywhere. */
  readonly regions?: readonly Region[];
  /** Whom the session may pay. Left out: anyone. */
  readonly recipients?: readonly AccountId[];
}

export interface SessionOptions extends TermsOptions {
  /** What people call the device: `"Alice's phone"`. */
  readonly device: string;
  /**
   * Names the session for whoever must not have two: plain text of 1 to 112 bytes. Asked again with one name, it is the session
   * that was granted before, on the terms of then, while that lives: neither revoked, killed nor expired. The vault calls the key
   * of the first one so, and that of the n-th `name#n`. Left out: a new name, and so a new session.
   */
  readonly keyName?: string;
}

/** All but the key, and the generation that the account has when it signs. */
export type WantedTerms = Omit<SessionTerms, "sessionKey" | "generation" | "notBefore" | "expiry"> & {
  /** From `notBefore` to `expiry`: what of a session does not depend on when it is granted. */
  readonly validMs: number;
};

const DAY_MS = 86_400_000;
/** What rows hold of a key's name is 128 bytes: this leaves room for a number. */
const SESSION_NAME_BYTES_MAX = 112;

/** @throws {WalletError} `amount-invalid`, `text-invalid` for the device, `terms-invalid` */
export function wantedTerms(options: SessionOptions, network: Network): WantedTerms {
  const { assets, parameters } = network.genesis;
  const { regions, recipients } = options;
  const offlineLimits = options.offlineLimits?.map((limit) => orRefuse(resolveMoney(limit, assets)));
  const validMs = options.expiry.days * DAY_MS;
  if (!Number.isSafeInteger(validMs) || validMs <= 0) throw termsInvalid("expiry");
  if (regions?.every(isRegion) === false) throw termsInvalid("regions");
  return {
    device: checkedText("device", options.device, limits.DEVICE_NAME_BYTES_MAX),
    permissions: wantedPermissions(options.permissions, network),
    validMs: parameters.clockSkewMs + validMs,
    ...sorted("offlineLimits", offlineLimits, ({ asset }) => asset, limits.OFFLINE_LIMITS_MAX),
    ...sorted("regions", regions, (region) => region, limits.REGIONS_MAX),
    ...sorted("recipients", recipients, (account) => account, limits.RECIPIENTS_MAX),
  };
}

/** @throws {WalletError} `amount-invalid`, `terms-invalid` */
export function wantedPermissions(
  requests: readonly PermissionRequest[],
  { genesis: { assets } }: Network,
): readonly Permission[] {
  const permissions = requests.map((request) => orRefuse(resolvePermission(request, assets)));
  const isAlone = permissions.length === 1 || permissions.every(({ type }) => type !== "READ_ONLY");
  if (permissions.length > limits.PERMISSIONS_MAX || !isAlone) throw termsInvalid("permissions");
  return permissions;
}

/** @throws {WalletError} `terms-invalid` */
export function checkedName(keyName: string): string {
  if (!isPlainText(keyName, SESSION_NAME_BYTES_MAX)) throw termsInvalid("keyName");
  return keyName;
}

/** From now on, and by clocks that are a little behind. */
export function termsFrom(
  { validMs, ...wanted }: WantedTerms,
  { network, clock }: { readonly network: Network; readonly clock: Clock },
): Omit<SessionTerms, "sessionKey" | "generation"> {
  const notBefore = timeMs(clock.now() - network.genesis.parameters.clockSkewMs);
  return { ...wanted, notBefore, expiry: timeMs(notBefore + validMs) };
}

/** Whether a session was granted on such terms, whenever that was. */
export function hasTerms(granted: SessionTerms, wanted: WantedTerms): boolean {
  const { sessionKey, generation } = granted;
  if (granted.expiry - granted.notBefore !== wanted.validMs) return false;
  const { validMs: _, ...terms } = wanted;
  const again: SessionTerms = {
    ...terms,
    sessionKey,
    generation,
    notBefore: granted.notBefore,
    expiry: granted.expiry,
  };
  return equalBytes(encodeTerms(granted), encodeTerms(again));
}

const termsSchema = body<SessionTerms>(sessionTermsFields);

/** Of whatever else the operation says beside its terms, nothing is written. */
function encodeTerms(terms: SessionTerms): Uint8Array {
  return encodeWith(termsSchema, terms);
}

type ListName = "offlineLimits" | "regions" | "recipients";

/** In the order in which they are signed. A list that is given has something in it, and nothing twice. */
function sorted<Name extends ListName, Item>(
  name: Name,
  items: readonly Item[] | undefined,
  keyOf: (item: Item) => string,
  sizeMax: number,
): { readonly [Key in Name]?: readonly Item[] } {
  if (items === undefined) return {};
  const isSet = new Set(items.map(keyOf)).size === items.length;
  if (!isSet || items.length === 0 || items.length > sizeMax) throw termsInvalid(name);
  const list = items.toSorted((a, b) => compareHex(keyOf(a), keyOf(b)));
  return { [name]: list } as unknown as { readonly [Key in Name]?: readonly Item[] };
}

function orRefuse<Value>(resolved: Result<Value, AmountError>): Value {
  if (resolved.ok) return resolved.value;
  const { error } = resolved;
  throw new WalletError({ type: "amount-invalid", error }, `not an amount: ${error.text}`);
}

function termsInvalid(field: ListName | "permissions" | "expiry" | "keyName"): WalletError {
  return new WalletError({ type: "terms-invalid", field }, `${field}: no terms that a session can have`);
}
