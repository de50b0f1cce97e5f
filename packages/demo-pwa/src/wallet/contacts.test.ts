import { expect, test } from "vitest";
import { ALICE, BOB, CAROL } from "../../test/harness/scenes.ts";
import { accountToShortText } from "../format/identity.ts";
import { CONTACTS_MAX, nameOfAccount, setContactNames, withContact, type Contact } from "./contacts.ts";

const bob: Contact = { account: BOB, name: "Bob" };

test("an account is called what its owner calls it, and by its id until then", () => {
  setContactNames([bob]);
  expect(nameOfAccount(BOB)).toBe("Bob");
  expect(nameOfAccount(CAROL)).toBe(accountToShortText(CAROL));
  setContactNames([]);
  expect(nameOfAccount(BOB)).toBe(accountToShortText(BOB));
});

test("a name is given, changed in its place, and taken away", () => {
  const both = withContact([bob], { account: CAROL, name: "Carol" });
  expect(both.map(({ name }) => name)).toEqual(["Bob", "Carol"]);
  expect(withContact(both, { account: BOB, name: "Robert" }).map(({ name }) => name)).toEqual(["Robert", "Carol"]);
  expect(withContact(both, { account: BOB, name: "" }).map(({ name }) => name)).toEqual(["Carol"]);
});

test("there are no more than there may be", () => {
  const many = Array.from({ length: CONTACTS_MAX }, (_, index) => ({ account: `${index}` as never, name: `${index}` }));
  const more = withContact(many, { account: ALICE, name: "Alice" });
  expect(more.length).toBe(CONTACTS_MAX);
  expect(more.at(-1)?.name).toBe("Alice");
});
