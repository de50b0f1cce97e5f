/** How much, in an asset: typed as people write it, and read when it is to be signed. */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { Amount, Asset } from "@amigos/core";
import { amountToText, textToAmount } from "../../format/money.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Field } from "../../ui/field.tsx";

export interface AmountInput {
  readonly text: ReadonlySignal<string>;
  readonly error: ReadonlySignal<string | undefined>;
  readonly write: (text: string) => void;
  /** The amount, if it is one above zero; otherwise the field says what is wrong. */
  readonly read: () => Amount | undefined;
}

/** `onInput` hears of every change. */
export function useAmountInput(asset: Asset, onInput: () => void): AmountInput {
  const text = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  return {
    text,
    error,
    write: (value) => {
      text.value = value;
      error.value = undefined;
      onInput();
    },
    read: () => {
      const amount = textToAmount(text.value, asset);
      if (amount.ok && amount.value > 0n) return amount.value;
      const isNothing = amount.ok || text.value.trim() === "";
      error.value = sentenceForError(isNothing ? { type: "amount-zero" } : amount.error);
      return undefined;
    },
  };
}

export interface AmountFieldProps {
  readonly asset: Asset;
  readonly input: AmountInput;
  readonly label?: string;
}

export function AmountField({ asset, input, label = texts.pay.amountLabel }: AmountFieldProps) {
  return (
    <Field
      label={label}
      value={input.text.value}
      error={input.error.value}
      suffix={asset.code}
      inputMode="decimal"
      placeholder={amountToText(0n, asset, locale)}
      size="large"
      autoFocus
      onInput={input.write}
    />
  );
}
