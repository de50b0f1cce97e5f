/**
 * Letting a new device in: its request by camera, as text or from a link, the digits that both devices must show, what it may
 * do and for how long, and the answer for a device with no link.
 */
import { useSignal } from "@preact/signals";
import { deviceAnswerToText } from "@amigos/core";
import type { DeviceReview, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { whilePaying } from "../../app/payment-in-flight.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { MessageCode } from "../../ui/message-code.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Scanner } from "../../ui/scanner.tsx";
import { PasteForm } from "../../ui/paste-form.tsx";
import { Screen } from "../../ui/screen.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import type { DeviceTerms } from "../../wallet/device-terms.ts";
import { ApproveDevice } from "./approve-device.tsx";

type Step =
  | { readonly type: "reading" }
  | { readonly type: "reviewing"; readonly request: Uint8Array | string; readonly review: DeviceReview }
  | { readonly type: "added"; readonly device: string; readonly answer: Uint8Array }
  | { readonly type: "denied"; readonly answer: Uint8Array };

export function AddDevice({ view }: { readonly view: WalletView }) {
  const { client } = useApp();
  const step = useSignal<Step>({ type: "reading" });
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);

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
  const look = (request: Uint8Array | string): void =>
    void run(async () => ({ type: "reviewing", request, review: await client.calls.reviewDevice({ request }) }));

  const current = step.value;
  switch (current.type) {
    case "reading":
      return <ReadRequest view={view} error={error.value} isBusy={isBusy.value} onRequest={look} />;
    case "reviewing": {
      const { request, review } = current;
      const approve = (terms: DeviceTerms): void =>
        void run(async () => {
          const { answer } = await whilePaying(() => client.calls.approveDevice({ request, terms }));
          return { type: "added", device: terms.device, answer };
        });
      const deny = (): void =>
        void run(async () => ({ type: "denied", answer: await client.calls.denyDevice({ request }) }));
      return (
        <ApproveDevice
          review={review}
          view={view}
          error={error.value}
          isBusy={isBusy.value}
          onApprove={approve}
          onDeny={deny}
        />
      );
    }
    case "added":
      return (
        <Answered title={texts.approve.addedTitle} text={texts.approve.added(current.device)} answer={current.answer} />
      );
    case "denied":
      return <Answered title={texts.approve.deniedTitle} text={texts.approve.denied} answer={current.answer} />;
  }
}

interface ReadRequestProps {
  readonly view: WalletView;
  readonly error: string | undefined;
  readonly isBusy: boolean;
  readonly onRequest: (request: Uint8Array | string) => void;
}

function ReadRequest({ view, error, isBusy, onRequest }: ReadRequestProps) {
  const isScanning = useSignal(false);
  return (
    <Screen title={texts.approve.title}>
      <p class="soft">{texts.approve.lead}</p>
      {view.deviceRequests.map(({ id, device, request }) => (
        <Notice key={id} tone="calm" icon="device" title={texts.approve.asks(device)}>
          <Button kind="quiet" onClick={() => onRequest(request)}>
            {texts.approve.look}
          </Button>
        </Notice>
      ))}
      {isScanning.value ? (
        <Scanner
          onText={(text) => {
            isScanning.value = false;
            onRequest(text);
            return true;
          }}
          onClose={() => (isScanning.value = false)}
        />
      ) : (
        <Button kind="primary" icon="scan" onClick={() => (isScanning.value = true)}>
          {texts.approve.scan}
        </Button>
      )}
      <PasteForm
        label={texts.approve.pasteLabel}
        placeholder="AMIGOS:D…"
        error={error}
        isBusy={isBusy}
        onText={onRequest}
      />
    </Screen>
  );
}

interface AnsweredProps {
  readonly title: string;
  readonly text: string;
  readonly answer: Uint8Array;
}

/** A device in touch has heard; any other scans the answer. */
function Answered({ title, text, answer }: AnsweredProps) {
  const shown = deviceAnswerToText(answer);
  return (
    <Screen title={title}>
      <p role="status">{text}</p>
      <section class="stack">
        <h2>{texts.approve.answerTitle}</h2>
        <MessageCode message={answer} text={shown} label={texts.approve.answerLabel} />
        <CopyButton text={shown} label={texts.approve.copyAnswer} />
      </section>
      <ButtonLink kind="primary" icon="check" href="#/devices">
        {texts.common.done}
      </ButtonLink>
    </Screen>
  );
}
