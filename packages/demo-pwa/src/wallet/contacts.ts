/**
 * Names that this wallet's owner gave to accounts. They are on this device alone, prove nothing to anybody else, and stand
 * wherever an account would be shown by its id.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import { isPlainText, type AccountId } from "@amigos/core";
import { accountToShortText } from "../format/identity.ts";

export interface Contact {
  readonly account: AccountId;
  readonly name: string;
}

/** More people than anybody pays; the list is sent whole whenever it changes. */
export const CONTACTS_MAX = 500;
const NAME_BYTES_MAX = 64;

const names = signal<ReadonlyMap<AccountId, string>>(new Map());
/** The names in use. What draws one draws again when it changes. */
export const contactNames: ReadonlySignal<ReadonlyMap<AccountId, string>> = names;

/** Called with every state of the wallet. */
export function setContactNames(contacts: readonly Contact[]): void {
  names.value = new Map(contacts.map(({ account, name }) => [account, name]));
}

/** What its owner calls an account, or else the short form of its id. */
export function nameOfAccount(account: AccountId): string {
  return names.value.get(account) ?? accountToShortText(account);
}

export function isContactName(name: string): boolean {
  return isPlainText(name, NAME_BYTES_MAX);
}

/** With one account named anew, or without it where the name is empty. In the order in which they were first named. */
export function withContact(contacts: readonly Contact[], { account, name }: Contact): readonly Contact[] {
  const isKnown = contacts.some((contact) => contact.account === account);
  if (name === "") return contacts.filter((contact) => contact.account !== account);
  if (isKnown) return contacts.map((contact) => (contact.account === account ? { account, name } : contact));
  // The oldest gives way: it is the one that was needed longest ago, as far as this list knows.
  return [...contacts, { account, name }].slice(-CONTACTS_MAX);
}
