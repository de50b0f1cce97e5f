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
import { AnimatedCode } from "../../ui/animated-code.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { MessageCode } from "../../ui/message-code.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import { PaymentStick } from "./payment-stick.tsx";
import "./payment.css";

/** The payment alone is one code and quickly read; with its proof it is several, for a payee who has never met the payer. */
function PaymentCode({ message, isProven }: { readonly message: Uint8Array; readonly isProven: boolean }) {
  const label = texts.handover.qrLabel;
  if (isProven)
    return (
      <>
        <AnimatedCode message={message} label={label} />
        <p class="soft small">{texts.handover.provenHint}</p>
      </>
    );
  const text = bundleToText(message);
  return (
    <>
      <MessageCode message={message} text={text} label={label} />
      <p class="soft small">{texts.handover.hint}</p>
      <CopyButton text={text} label={texts.handover.copy} />
    </>
  );
}

export function Handover({ payment, view }: { readonly payment: PaymentView; readonly view: WalletView }) {
  const { client } = useApp();
  const message = useSignal<Uint8Array | undefined>(undefined);
  const isProven = useSignal(false);
  const error = useSignal<string | undefined>(undefined);

  useEffect(() => {
    let isCurrent = true;
    message.value = undefined;
    error.value = undefined;
    client.calls[isProven.value ? "carry" : "handover"]({ payment: payment.id }).then(
      (value) => isCurrent && (message.value = value),
      (thrown: unknown) => isCurrent && (error.value = sentenceForError(toAppError(thrown))),
    );
    return () => {
      isCurrent = false;
    };
  }, [payment.id, isProven.value]);

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
        {message.value === undefined ? (
          <p class="soft" role="status">
            {error.value === undefined ? texts.handover.preparing : ""}
          </p>
        ) : (
          <PaymentCode message={message.value} isProven={isProven.value} />
        )}
        {payment.finality === "settled" ? null : (
          <Button kind="quiet" onClick={() => (isProven.value = !isProven.value)}>
            {isProven.value ? texts.handover.plain : texts.handover.proven}
          </Button>
        )}
      </section>
    </Screen>
  );
}
