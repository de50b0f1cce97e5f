/**
 * Two phones connect with no server between them: one shows a code, the other scans it and shows one back. What they say to
 * each other then is checked as on every other link.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { QrCode } from "../../ui/qr-code.tsx";
import { Scanner } from "../../ui/scanner.tsx";
import { PasteForm } from "../../ui/paste-form.tsx";
import { Screen } from "../../ui/screen.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import { nameOfAccount } from "../../wallet/contacts.ts";

type Step =
  | { readonly type: "choose" }
  /** The first code is shown; the other phone answers. */
  | { readonly type: "offering"; readonly code: string }
  | { readonly type: "reading"; readonly what: "offer" | "answer" }
  /** The second code is shown. */
  | { readonly type: "answering"; readonly code: string }
  | { readonly type: "connecting" };

export function Meet({ view }: { readonly view: WalletView }) {
  const { nearby } = useApp().client;
  const step = useSignal<Step>({ type: "choose" });
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const before = useRef(new Set(view.connections.map(({ peer }) => peer)));
  const met = view.connections.find(({ link, peer }) => link === LINK && !before.current.has(peer));

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
  const take = (what: "offer" | "answer", code: string): void =>
    void run(async () => {
      if (what === "offer") return { type: "answering", code: await nearby.answer(code) };
      await nearby.accept(code);
      return { type: "connecting" };
    });

  if (met !== undefined) {
    return (
      <Screen title={texts.meet.title}>
        <Notice tone="settled" icon="check" title={texts.meet.connectedTitle}>
          <p role="status">{texts.meet.connected(met.account === undefined ? "" : nameOfAccount(met.account))}</p>
        </Notice>
        <div class="buttons">
          <ButtonLink kind="primary" icon="pay" href="#/pay">
            {texts.home.pay}
          </ButtonLink>
          <ButtonLink icon="receive" href="#/receive">
            {texts.home.receive}
          </ButtonLink>
        </div>
      </Screen>
    );
  }
  return (
    <Screen title={texts.meet.title}>
      <p class="field-error" role="alert">
        {error.value}
      </p>
      <CurrentStep
        step={step.value}
        isBusy={isBusy.value}
        onOffer={() => void run(async () => ({ type: "offering", code: await nearby.offer() }))}
        onRead={(what) => (step.value = { type: "reading", what })}
        onCode={take}
        onStop={() => (step.value = { type: "choose" })}
      />
    </Screen>
  );
}

/** What the engine calls a connection of this kind. */
const LINK = "WebRTC";

interface StepProps {
  readonly step: Step;
  readonly isBusy: boolean;
  readonly onOffer: () => void;
  readonly onRead: (what: "offer" | "answer") => void;
  readonly onCode: (what: "offer" | "answer", code: string) => void;
  readonly onStop: () => void;
}

function CurrentStep({ step, isBusy, onOffer, onRead, onCode, onStop }: StepProps) {
  switch (step.type) {
    case "choose":
      return (
        <>
          <p class="soft">{texts.meet.lead}</p>
          <div class="buttons">
            <Button kind="primary" icon="link" isBusy={isBusy} onClick={onOffer}>
              {texts.meet.show}
            </Button>
            <Button icon="scan" onClick={() => onRead("offer")}>
              {texts.meet.scan}
            </Button>
          </div>
        </>
      );
    case "offering":
      return (
        <ShownCode number={1} code={step.code} title={texts.meet.first} hint={texts.meet.firstHint}>
          <Button kind="primary" icon="scan" onClick={() => onRead("answer")}>
            {texts.meet.scanAnswer}
          </Button>
        </ShownCode>
      );
    case "answering":
      return (
        <ShownCode number={2} code={step.code} title={texts.meet.second} hint={texts.meet.secondHint}>
          <p class="soft" role="status">
            {texts.meet.waiting}
          </p>
        </ShownCode>
      );
    case "reading":
      return <ReadCode what={step.what} isBusy={isBusy} onCode={(code) => onCode(step.what, code)} onStop={onStop} />;
    case "connecting":
      return (
        <p class="soft" role="status">
          {texts.meet.connecting}
        </p>
      );
  }
}

interface ShownCodeProps {
  readonly number: 1 | 2;
  readonly code: string;
  readonly title: string;
  readonly hint: string;
  readonly children: ComponentChildren;
}

function ShownCode({ number, code, title, hint, children }: ShownCodeProps) {
  return (
    <section class="stack">
      <h2>{title}</h2>
      <QrCode text={code} label={texts.meet.codeLabel(number)} errorCorrection="medium" />
      <p class="soft small">{hint}</p>
      {children}
      <CopyButton kind="quiet" text={code} label={texts.meet.copy} />
    </section>
  );
}

interface ReadCodeProps {
  readonly what: "offer" | "answer";
  readonly isBusy: boolean;
  readonly onCode: (code: string) => void;
  readonly onStop: () => void;
}

function ReadCode({ what, isBusy, onCode, onStop }: ReadCodeProps) {
  return (
    <section class="stack">
      <h2>{what === "offer" ? texts.meet.scan : texts.meet.scanAnswer}</h2>
      <Scanner
        onText={(text) => {
          if (!text.startsWith(CODE_PREFIX)) return false;
          onCode(text);
          return true;
        }}
        onClose={onStop}
      />
      <PasteForm label={texts.meet.pasteLabel} placeholder="AMIGOS:R…" isBusy={isBusy} onText={onCode} />
    </section>
  );
}

/** What a code of this kind begins with (spec [RTC1]): other codes in front of the camera are passed over. */
const CODE_PREFIX = "AMIGOS:R";
