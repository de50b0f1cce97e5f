/** Being paid: a request to show, and the other way round, a payment that somebody shows. */
import { useSignal } from "@preact/signals";
import { paymentRequestToText, accountToText } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { accountToShortText } from "../../format/identity.ts";
import { amountToText, textToAmount } from "../../format/money.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Field } from "../../ui/field.tsx";
import { QrCode } from "../../ui/qr-code.tsx";
import { Screen } from "../../ui/screen.tsx";
import { TallyMark } from "../../ui/tally-mark.tsx";
import { mainAsset } from "../../wallet/selectors.ts";
import { TakePayment } from "./take-payment.tsx";
import "./receive.css";

export function Receive({ view }: { readonly view: WalletView }) {
  const asset = mainAsset(view);
  const input = useSignal("");
  const isEmpty = input.value.trim() === "";
  const amount = textToAmount(input.value, asset);
  const error = isEmpty || amount.ok ? undefined : sentenceForError(amount.error);
  const request = paymentRequestToText({
    network: view.network.tag,
    to: view.account,
    asset: asset.code,
    ...(!isEmpty && amount.ok && amount.value > 0n ? { amount: amount.value } : {}),
  });
  return (
    <Screen title={texts.receive.title}>
      <section class="request">
        <QrCode text={request} label={texts.receive.qrLabel} errorCorrection="medium" />
        <p class="request-account">
          <TallyMark id={view.account} size={32} />
          <span>
            <span class="visually-hidden">{texts.receive.account}: </span>
            <span title={accountToText(view.account)}>{accountToShortText(view.account)}</span>
          </span>
        </p>
      </section>
      <Field
        label={texts.receive.amountLabel}
        hint={texts.receive.amountHint}
        value={input.value}
        error={error}
        suffix={asset.code}
        inputMode="decimal"
        placeholder={amountToText(0n, asset, locale)}
        size="large"
        onInput={(value) => (input.value = value)}
      />
      <CopyButton kind="primary" text={request} label={texts.receive.copyRequest} />
      <TakePayment />
    </Screen>
  );
}
