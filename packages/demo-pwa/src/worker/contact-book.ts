/** The names that a wallet's owner gave to accounts, kept beside the wallet. */
import { assert } from "@amigos/core";
import { isContactName, withContact, type Contact } from "../wallet/contacts.ts";
import type { AppDatabase } from "./app-database.ts";

export class ContactBook {
  readonly #database: AppDatabase;
  readonly #store: string;
  #contacts: readonly Contact[];

  private constructor(database: AppDatabase, store: string, contacts: readonly Contact[]) {
    this.#database = database;
    this.#store = store;
    this.#contacts = contacts;
  }

  /** `store` names the wallet whose they are. */
  static async open(database: AppDatabase, store: string): Promise<ContactBook> {
    const kept = (await database.get(`contacts/${store}`)) as readonly Contact[] | undefined;
    return new ContactBook(database, store, kept ?? []);
  }

  get all(): readonly Contact[] {
    return this.#contacts;
  }

  /** An empty name takes the one that there is away. */
  async name(contact: Contact): Promise<void> {
    assert(contact.name === "" || isContactName(contact.name), "the page has checked the name");
    const contacts = withContact(this.#contacts, contact);
    await this.#database.set(`contacts/${this.#store}`, contacts);
    this.#contacts = contacts;
  }
}
