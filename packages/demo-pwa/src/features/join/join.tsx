/** A new device asks to be let in: its code, the digits that both devices show, and what it was offered, to be taken or not. */
import { useSignal } from "@preact/signals";
import { useApp } from "../../app/app-context.ts";
import { dateAndTime, distance, timeOfDay } from "../../format/time.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { AccountHead } from "../../ui/account-head.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { MessageScanner } from "../../ui/message-scanner.tsx";
import { Notice } from "../../ui/notice.tsx";
import { QrCode } from "../../ui/qr-code.tsx";
import { PasteForm } from "../../ui/paste-form.tsx";
import { Screen } from "../../ui/screen.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import type { JoiningState, JoinOffer } from "../../wallet/joining.ts";
import { Digits } from "./digits.tsx";

export function Join({ joining }: { readonly joining: JoiningState }) {
  const { client, now } = useApp();
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const run = async (step: () => Promise<void>): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    error.value = undefined;
    try {
      await step();
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    } finally {
      isBusy.value = false;
    }
  };
  const stop = (): void => void run(() => client.calls.stopJoining(undefined));

  if (joining.offer !== undefined)
    return (
      <Offer
        offer={joining.offer}
        error={error.value}
        isBusy={isBusy.value}
        onAccept={() => void run(() => client.calls.acceptOffer(undefined))}
        onStop={stop}
      />
    );
  if (joining.expiry <= now.value)
    return (
      <Screen title={texts.join.title} hasBack={false}>
        <Notice tone="open" icon="clock" title={texts.join.expiredTitle}>
          <p>{texts.join.expired}</p>
        </Notice>
        <div class="buttons">
          <Button kind="primary" onClick={() => void run(() => client.calls.askAgain(undefined))}>
            {texts.join.askAgain}
          </Button>
          <Button kind="quiet" onClick={stop}>
            {texts.join.stop}
          </Button>
        </div>
      </Screen>
    );
  return (
    <Screen title={texts.join.title} hasBack={false}>
      <p class="soft">{texts.join.lead}</p>
      <QrCode text={joining.request} label={texts.join.qrLabel} errorCorrection="low" />
      <Digits code={joining.code} />
      <p class="small soft">{texts.join.until(timeOfDay(joining.expiry, locale))}</p>
      {joining.isDenied ? (
        <Notice tone="dispute" title={texts.join.deniedTitle}>
          <p role="status">{texts.join.denied}</p>
        </Notice>
      ) : (
        <p class="soft" role="status">
          {texts.join.waiting}
        </p>
      )}
      <CopyButton kind="quiet" text={joining.request} label={texts.join.copy} />
      <Answer
        error={error.value}
        isBusy={isBusy.value}
        onAnswer={(answer) => void run(() => client.calls.readAnswer({ answer }))}
      />
      <Button kind="quiet" onClick={stop}>
        {texts.join.stop}
      </Button>
    </Screen>
  );
}

interface AnswerProps {
  readonly error: string | undefined;
  readonly isBusy: boolean;
  readonly onAnswer: (answer: Uint8Array | string) => void;
}

/** An answer that comes by hand, where the two devices have no link. */
function Answer({ error, isBusy, onAnswer }: AnswerProps) {
  const isScanning = useSignal(false);
  const damage = useSignal<string | undefined>(undefined);
  const take = (answer: Uint8Array | string): void => {
    isScanning.value = false;
    damage.value = undefined;
    onAnswer(answer);
  };
  return (
    <section class="stack take">
      <h2>{texts.join.byHand}</h2>
      <p class="soft small">{texts.join.byHandHint}</p>
      {isScanning.value ? (
        <MessageScanner
          onText={(text) => {
            take(text);
            return true;
          }}
          onMessage={take}
          onDamage={() => (damage.value = sentenceForError({ type: "message-damaged" }))}
          onClose={() => (isScanning.value = false)}
        />
      ) : (
        <Button icon="scan" onClick={() => (isScanning.value = true)}>
          {texts.join.scanAnswer}
        </Button>
      )}
      <PasteForm
        label={texts.join.pasteLabel}
        placeholder="AMIGOS:A…"
        error={error ?? damage.value}
        isBusy={isBusy}
        onText={take}
      />
    </section>
  );
}

interface OfferProps {
  readonly offer: JoinOffer;
  readonly error: string | undefined;
  readonly isBusy: boolean;
  readonly onAccept: () => void;
  readonly onStop: () => void;
}

/** Nobody has proven to be whom one asked: so the account is shown before this device belongs to it. */
function Offer({ offer, error, isBusy, onAccept, onStop }: OfferProps) {
  const { now } = useApp();
  return (
    <Screen title={texts.join.offerTitle} hasBack={false}>
      <AccountHead account={offer.account} />
      <p>{texts.join.offer}</p>
      <Facts>
        <Fact name={texts.device.name}>{offer.device}</Fact>
        <Fact name={texts.device.expires}>
          {distance(offer.expiry, now.value, locale)}
          <span class="soft small fact-more">{dateAndTime(offer.expiry, locale)}</span>
        </Fact>
      </Facts>
      <p class="field-error" role="alert">
        {error}
      </p>
      <div class="buttons">
        <Button kind="primary" isBusy={isBusy} onClick={onAccept}>
          {texts.join.accept}
        </Button>
        <Button kind="quiet" onClick={onStop}>
          {texts.join.stop}
        </Button>
      </div>
    </Screen>
  );
}
