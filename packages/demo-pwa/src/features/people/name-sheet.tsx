/** What to call an account. An empty name takes the one there is away. */
import { useSignal } from "@preact/signals";
import { accountToText, type AccountId } from "@amigos/core";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { TallyMark } from "../../ui/tally-mark.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import { contactNames, isContactName } from "../../wallet/contacts.ts";
import "../../ui/account-head.css";

export function NameSheet({ account, onClose }: { readonly account: AccountId; readonly onClose: () => void }) {
  const { client } = useApp();
  const before = contactNames.value.get(account);
  const name = useSignal(before ?? "");
  const error = useSignal<string | undefined>(undefined);

  const keep = async (text: string): Promise<void> => {
    if (text !== "" && !isContactName(text)) {
      error.value = texts.people.nameInvalid;
      return;
    }
    try {
      await client.calls.nameContact({ account, name: text });
      onClose();
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    }
  };

  return (
    <Sheet title={before === undefined ? texts.people.nameTitle : texts.people.rename} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void keep(name.value.trim());
        }}
      >
        <div class="account-head">
          <TallyMark id={account} size={44} />
          <span class="mono small">{accountToText(account)}</span>
        </div>
        <Field
          label={texts.people.nameLabel}
          hint={texts.people.nameHint}
          value={name.value}
          error={error.value}
          autoFocus
          onInput={(value) => {
            name.value = value;
            error.value = undefined;
          }}
        />
        <Button kind="primary" type="submit">
          {texts.people.keep}
        </Button>
        {before === undefined ? null : (
          <Button kind="quiet" onClick={() => void keep("")}>
            {texts.people.forget}
          </Button>
        )}
      </form>
    </Sheet>
  );
}
