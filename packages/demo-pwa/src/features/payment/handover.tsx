/**
 * What a payer shows after signing: the payment itself, as a code. A payee with no link scans it and can check
 * everything with no network; a payee in reach has it already.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { bundleToText } from "@amigos/core";
import type { PaymentView, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { MessageCode } from "../../ui/message-code.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import { PaymentStick } from "./payment-stick.tsx";
import "./payment.css";

function PaymentCode({ bundle }: { readonly bundle: Uint8Array }) {
  const text = bundleToText(bundle);
  return (
    <>
      <MessageCode message={bundle} text={text} label={texts.handover.qrLabel} />
      <p class="soft small">{texts.handover.hint}</p>
      <CopyButton text={text} label={texts.handover.copy} />
    </>
  );
}

export function Handover({ payment, view }: { readonly payment: PaymentView; readonly view: WalletView }) {
  const { client } = useApp();
  const bundle = useSignal<Uint8Array | undefined>(undefined);
  const error = useSignal<string | undefined>(undefined);

  useEffect(() => {
    let isCurrent = true;
    client.calls.handover({ payment: payment.id }).then(
      (value) => isCurrent && (bundle.value = value),
      (thrown: unknown) => isCurrent && (error.value = sentenceForError(toAppError(thrown))),
    );
    return () => {
      isCurrent = false;
    };
  }, [payment.id]);

  return (
    <Screen
      title={texts.handover.title}
      actions={
        <div class="buttons">
          <ButtonLink kind="primary" icon="check" href="#/">
            {texts.common.done}
          </ButtonLink>
        </div>
      }
    >
      <PaymentStick payment={payment} view={view} />
      <section class="stack">
        <h2>{texts.handover.show}</h2>
        {error.value !== undefined ? (
          <Notice tone="open">
            <p role="alert">{error.value}</p>
          </Notice>
        ) : null}
        {bundle.value === undefined ? (
          <p class="soft" role="status">
            {error.value === undefined ? texts.handover.preparing : ""}
          </p>
        ) : (
          <PaymentCode bundle={bundle.value} />
        )}
      </section>
    </Screen>
  );
}
