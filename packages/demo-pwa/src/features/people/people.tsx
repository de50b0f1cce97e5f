/** The accounts that have a name here, and a way to name another. */
import { useSignal } from "@preact/signals";
import type { AccountId } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { accountToShortText } from "../../format/identity.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Screen } from "../../ui/screen.tsx";
import { TallyMark } from "../../ui/tally-mark.tsx";
import { contactNames } from "../../wallet/contacts.ts";
import { readPayTarget } from "../../wallet/read-input.ts";
import { NameSheet } from "./name-sheet.tsx";
import "./people.css";

export function People({ view }: { readonly view: WalletView }) {
  const naming = useSignal<AccountId | undefined>(undefined);
  const input = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const add = (): void => {
    const target = readPayTarget(input.value, view);
    error.value = target.ok ? undefined : sentenceForError(target.error);
    if (target.ok) naming.value = target.value.to;
  };
  return (
    <Screen title={texts.people.title}>
      <p class="soft">{texts.people.lead}</p>
      <PeopleList onChoose={(account) => (naming.value = account)} choose={texts.people.rename} />
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <Field
          label={texts.people.addLabel}
          placeholder={texts.pay.pastePlaceholder}
          lines={3}
          value={input.value}
          error={error.value}
          onInput={(value) => {
            input.value = value;
            error.value = undefined;
          }}
        />
        <Button type="submit">{texts.people.add}</Button>
      </form>
      {naming.value === undefined ? null : (
        <NameSheet
          account={naming.value}
          onClose={() => {
            naming.value = undefined;
            input.value = "";
          }}
        />
      )}
    </Screen>
  );
}

export interface PeopleListProps {
  /** What choosing one does, for who hears instead of seeing. */
  readonly choose: string;
  readonly onChoose: (account: AccountId) => void;
}

/** By name, as its language sorts them. */
export function PeopleList({ choose, onChoose }: PeopleListProps) {
  const people = [...contactNames.value].toSorted(([, a], [, b]) => a.localeCompare(b, locale));
  if (people.length === 0) return <p class="soft people-none">{texts.people.none}</p>;
  return (
    <ul class="menu">
      {people.map(([account, name]) => (
        <li key={account}>
          <button type="button" class="menu-item person" onClick={() => onChoose(account)}>
            <TallyMark id={account} size={36} />
            <span class="menu-name">
              <span>
                <span class="visually-hidden">{choose}: </span>
                <bdi>{name}</bdi>
              </span>
              <span class="menu-state">{accountToShortText(account)}</span>
            </span>
            <Icon name="next" size={18} />
          </button>
        </li>
      ))}
    </ul>
  );
}
