/** Whom to pay: a code in front of the camera, or a text that was sent. Then a sheet asks to confirm. */
import { useSignal } from "@preact/signals";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { moneyToText } from "../../format/money.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Field } from "../../ui/field.tsx";
import { Scanner } from "../../ui/scanner.tsx";
import { Screen } from "../../ui/screen.tsx";
import { contactNames } from "../../wallet/contacts.ts";
import { readPayTarget, type PayTarget } from "../../wallet/read-input.ts";
import { PeopleList } from "../people/people.tsx";
import { ConfirmSheet } from "./confirm-sheet.tsx";
import { LimitFacts } from "./limit-facts.tsx";

export function Pay({ view }: { readonly view: WalletView }) {
  const { now } = useApp();
  const input = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const isScanning = useSignal(false);
  const target = useSignal<PayTarget | undefined>(undefined);

  const read = (text: string): boolean => {
    const result = readPayTarget(text, view);
    error.value = result.ok ? undefined : sentenceForError(result.error);
    if (!result.ok) return false;
    isScanning.value = false;
    target.value = result.value;
    return true;
  };

  return (
    <Screen title={texts.pay.title}>
      {isScanning.value ? (
        <Scanner onText={read} onClose={() => (isScanning.value = false)} />
      ) : (
        <Button kind="primary" icon="scan" onClick={() => (isScanning.value = true)}>
          {texts.pay.scan}
        </Button>
      )}
      <p class="divider">{texts.pay.or}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          read(input.value);
        }}
      >
        <Field
          label={texts.pay.pasteLabel}
          hint={texts.pay.pasteHint}
          placeholder={texts.pay.pastePlaceholder}
          lines={4}
          value={input.value}
          error={error.value}
          onInput={(value) => {
            input.value = value;
            error.value = undefined;
          }}
        />
        <Button type="submit">{texts.pay.continue}</Button>
      </form>
      {contactNames.value.size === 0 ? null : (
        <section class="stack">
          <h2>{texts.people.title}</h2>
          <PeopleList choose={texts.people.pay} onChoose={(to) => (target.value = { to })} />
        </section>
      )}
      <Facts>
        {view.balances.map(({ asset, decimals, available }) => (
          <Fact key={asset} name={texts.pay.availableLeft}>
            <span class="number">{moneyToText(available, { code: asset, decimals }, locale)}</span>
          </Fact>
        ))}
        {view.balances.map(({ asset, decimals }) => (
          <LimitFacts key={asset} view={view} asset={{ code: asset, decimals }} now={now.value} />
        ))}
      </Facts>
      {target.value === undefined ? null : (
        <ConfirmSheet view={view} target={target.value} onClose={() => (target.value = undefined)} />
      )}
    </Screen>
  );
}
