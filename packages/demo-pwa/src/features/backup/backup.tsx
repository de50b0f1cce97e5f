/**
 * Backing the account up, and proving it: the words to write down, three of them asked for, the file to keep, and the same
 * file read back. Only then is it called saved, and the words are forgotten here.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { useApp } from "../../app/app-context.ts";
import { dateAndTime } from "../../format/time.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FileField } from "../../ui/file-field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import { drillPlaces, type BackupState } from "../../wallet/backup.ts";
import { saveFile } from "./save-file.ts";
import "./backup.css";

type Step =
  | { readonly type: "begin" }
  | { readonly type: "words"; readonly words: readonly string[] }
  | { readonly type: "drill"; readonly words: readonly string[] }
  /** The words are proven, or were typed whole. */
  | { readonly type: "file"; readonly words: string }
  | { readonly type: "done" };

export interface BackupProps {
  readonly backup: BackupState | undefined;
  readonly wasRecovered: boolean | undefined;
}

export function Backup({ backup, wasRecovered = false }: BackupProps) {
  const { client } = useApp();
  const step = useSignal<Step>({ type: "begin" });
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  // The words never stay on a screen that was left.
  useEffect(() => () => void (step.value = { type: "begin" }), []);

  const run = async (next: () => Promise<Step>): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    error.value = undefined;
    try {
      step.value = await next();
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    } finally {
      isBusy.value = false;
    }
  };
  const words = texts.backup;
  return (
    <Screen title={words.title}>
      {currentStep()}
      <p class="field-error" role="alert">
        {error.value}
      </p>
    </Screen>
  );

  function currentStep() {
    const current = step.value;
    switch (current.type) {
      case "begin":
        return (
          <Begin
            backup={backup}
            wasRecovered={wasRecovered}
            isBusy={isBusy.value}
            onWords={() =>
              void run(async () => ({ type: "words", words: (await client.calls.words(undefined)).split(" ") }))
            }
            onTyped={(typed) => void run(async () => ({ type: "file", words: await checked(typed) }))}
          />
        );
      case "words":
        return <Words words={current.words} onWritten={() => (step.value = { type: "drill", words: current.words })} />;
      case "drill":
        return (
          <Drill
            words={current.words}
            onProven={() => (step.value = { type: "file", words: current.words.join(" ") })}
            onAgain={() => (step.value = { type: "words", words: current.words })}
          />
        );
      case "file":
        return (
          <KeepFile
            isBusy={isBusy.value}
            onSave={() =>
              void run(async () => {
                saveFile(await client.calls.sealBackup({ words: current.words }), FILE_NAME);
                return current;
              })
            }
            onFile={(file) =>
              void run(async () => {
                await client.calls.proveBackup({ words: current.words, file });
                return { type: "done" };
              })
            }
          />
        );
      case "done":
        return (
          <>
            <Notice tone="settled" icon="check" title={words.doneTitle}>
              <p role="status">{words.done}</p>
            </Notice>
            <ButtonLink kind="primary" icon="check" href="#/safety">
              {texts.common.done}
            </ButtonLink>
          </>
        );
    }
  }

  async function checked(typed: string): Promise<string> {
    // Sealing says whether they are this account's.
    await client.calls.sealBackup({ words: typed });
    return typed;
  }
}

const FILE_NAME = "amigos-backup.bin";

interface BeginProps {
  readonly backup: BackupState | undefined;
  readonly wasRecovered: boolean;
  readonly isBusy: boolean;
  readonly onWords: () => void;
  readonly onTyped: (words: string) => void;
}

function Begin({ backup, wasRecovered, isBusy, onWords, onTyped }: BeginProps) {
  const input = useSignal("");
  const words = texts.backup;
  if (backup === undefined) return <p>{wasRecovered ? words.recovered : words.elsewhere}</p>;
  if (backup.savedAt === undefined)
    return (
      <>
        <p>{words.lead}</p>
        <p class="soft">{words.alone}</p>
        <Button kind="primary" isBusy={isBusy} onClick={onWords}>
          {words.show}
        </Button>
      </>
    );
  return (
    <>
      <Notice
        tone={backup.isStale ? "open" : "settled"}
        icon={backup.isStale ? "warning" : "check"}
        title={words.savedAt(dateAndTime(backup.savedAt, locale))}
      >
        <p>{backup.isStale ? words.stale : words.fresh}</p>
      </Notice>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onTyped(input.value.trim());
        }}
      >
        <Field
          label={words.typeLabel}
          hint={words.typeHint}
          lines={3}
          value={input.value}
          onInput={(value) => (input.value = value)}
        />
        <Button type="submit" isBusy={isBusy}>
          {words.newFile}
        </Button>
      </form>
    </>
  );
}

function Words({ words, onWritten }: { readonly words: readonly string[]; readonly onWritten: () => void }) {
  return (
    <>
      <p>{texts.backup.write}</p>
      <ol class="words" dir="ltr" lang="en">
        {words.map((word, index) => (
          <li key={index}>
            <span class="words-number number">{index + 1}</span>
            {word}
          </li>
        ))}
      </ol>
      <Notice tone="open">
        <p>{texts.backup.danger}</p>
      </Notice>
      <Button kind="primary" onClick={onWritten}>
        {texts.backup.written}
      </Button>
    </>
  );
}

interface DrillProps {
  readonly words: readonly string[];
  readonly onProven: () => void;
  readonly onAgain: () => void;
}

function Drill({ words, onProven, onAgain }: DrillProps) {
  const places = useMemo(() => drillPlaces(words.length, (below) => Math.floor(Math.random() * below)), [words]);
  const typed = useSignal<readonly string[]>(["", "", ""]);
  const isWrong = useSignal(false);
  const check = (): void => {
    isWrong.value = places.some((place, index) => typed.value[index]?.trim().toLowerCase() !== words[place]);
    if (!isWrong.value) onProven();
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        check();
      }}
    >
      <p>{texts.backup.drill}</p>
      {places.map((place, index) => (
        <Field
          key={place}
          label={texts.backup.wordLabel(new Intl.NumberFormat(locale).format(place + 1))}
          value={typed.value[index] ?? ""}
          onInput={(value) => {
            isWrong.value = false;
            typed.value = typed.value.map((before, at) => (at === index ? value : before));
          }}
        />
      ))}
      <p class="field-error" role="alert">
        {isWrong.value ? texts.backup.drillWrong : ""}
      </p>
      <Button kind="primary" type="submit">
        {texts.pay.continue}
      </Button>
      <Button kind="quiet" onClick={onAgain}>
        {texts.backup.again}
      </Button>
    </form>
  );
}

interface KeepFileProps {
  readonly isBusy: boolean;
  readonly onSave: () => void;
  readonly onFile: (file: Uint8Array) => void;
}

function KeepFile({ isBusy, onSave, onFile }: KeepFileProps) {
  return (
    <>
      <p>{texts.backup.file}</p>
      <Button kind="primary" isBusy={isBusy} onClick={onSave}>
        {texts.backup.save}
      </Button>
      <FileField label={texts.backup.prove} hint={texts.backup.proveHint} onFile={onFile} />
    </>
  );
}
