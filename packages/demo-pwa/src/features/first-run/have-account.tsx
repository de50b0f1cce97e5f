/** A device for an account that exists: let in by another of its devices, or brought back by words and file, or by guardians. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { AccountId } from "@amigos/core";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { recoveryTexts } from "../../texts/recovery.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FileField } from "../../ui/file-field.tsx";
import { ReadMessage } from "../../ui/read-message.tsx";
import { readAccount } from "../../wallet/read-input.ts";

export interface Restorable {
  readonly words: string;
  readonly file: Uint8Array;
}

/** An account whose guardians are asked. */
export interface Lost {
  readonly account: AccountId;
}

export type WayBack = "words" | "guardians";

export interface HaveAccountProps {
  /** Which one is open: whoever comes back to it finds it so. */
  readonly way: Signal<WayBack | undefined>;
  readonly onJoin: () => void;
  readonly onLost: (lost: Lost) => void;
  readonly onRestore: (restorable: Restorable) => void;
  readonly onBack: () => void;
}

export function HaveAccount({ way, onJoin, onLost, onRestore, onBack }: HaveAccountProps) {
  return (
    <div class="stack">
      <Button kind="primary" icon="device" onClick={onJoin}>
        {texts.restore.byDevice}
      </Button>
      {way.value === "words" ? (
        <Restore onRestore={onRestore} />
      ) : (
        <Button onClick={() => (way.value = "words")}>{texts.restore.byWords}</Button>
      )}
      {way.value === "guardians" ? (
        <AskGuardians onLost={onLost} />
      ) : (
        <Button onClick={() => (way.value = "guardians")}>{recoveryTexts().lost.entry}</Button>
      )}
      <Button kind="quiet" onClick={onBack}>
        {texts.common.back}
      </Button>
    </div>
  );
}

function Restore({ onRestore }: Pick<HaveAccountProps, "onRestore">) {
  const words = useSignal("");
  const file = useSignal<Uint8Array | undefined>(undefined);
  const isMissing = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("textarea")?.focus(), []);
  const restore = (): void => {
    isMissing.value = words.value.trim() === "" || file.value === undefined;
    if (!isMissing.value && file.value !== undefined) onRestore({ words: words.value, file: file.value });
  };
  return (
    <form
      ref={form}
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        restore();
      }}
    >
      <Field
        label={texts.restore.words}
        hint={texts.restore.wordsHint}
        lines={3}
        value={words.value}
        onInput={(value) => (words.value = value)}
      />
      <FileField label={texts.restore.file} onFile={(bytes) => (file.value = bytes)} />
      <p class="small" role="status">
        {file.value === undefined ? "" : texts.restore.fileRead}
      </p>
      <p class="field-error" role="alert">
        {isMissing.value ? texts.restore.missing : ""}
      </p>
      <Button type="submit">{texts.restore.confirm}</Button>
    </form>
  );
}

/** Which account: whoever lost it has it from a guardian, scanned or sent. */
function AskGuardians({ onLost }: { readonly onLost: (lost: Lost) => void }) {
  const error = useSignal<string | undefined>(undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const words = recoveryTexts().lost;
  const read = (text: string): void => {
    const account = readAccount(text);
    error.value = account.ok ? undefined : sentenceForError(account.error);
    if (account.ok) onLost({ account: account.value });
  };
  return (
    <section class="stack">
      <h2 ref={heading} tabIndex={-1}>
        {words.title}
      </h2>
      <p class="soft">{words.lead}</p>
      <p class="small soft">{words.accountHint}</p>
      <ReadMessage
        scan={words.scanAccount}
        pasteLabel={words.accountLabel}
        placeholder="amigo1…"
        error={error.value}
        isBusy={false}
        onText={read}
      />
    </section>
  );
}
