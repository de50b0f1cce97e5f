/** The first minute: a name, a lock. The key is made here; the account exists before any network does. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { isPlainText, limits } from "@amigos/core";
import { useApp } from "../../app/app-context.ts";
import { lazyScreen } from "../../app/lazy-screen.tsx";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { BrandMark } from "../../ui/brand-mark.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import type { LockChoice } from "../../wallet/lock.ts";
import { useKeptFocus } from "../../ui/kept-focus.ts";
import type { Lost, Restorable, WayBack } from "./have-account.tsx";
import { LockSheet } from "../lock/lock-sheet.tsx";
import "./first-run.css";

/** It reads requests, phrases and files, which a new wallet needs none of. */
const HaveAccount = lazyScreen(async () => (await import("../../app/more-screens.ts")).HaveAccount);
const ConfirmLost = lazyScreen(async () => (await import("../../app/more-screens.ts")).ConfirmLost);

/** What is done once a lock is chosen. */
type Choosing = "create" | "join" | Restorable | Lost;

export function FirstRun() {
  const { client, suggestedDevice, storage } = useApp();
  const device = useSignal(suggestedDevice);
  const choosing = useSignal<Choosing | undefined>(undefined);
  const hasAccount = useSignal(false);
  const way = useSignal<WayBack | undefined>(undefined);
  /** To be confirmed, before there is a word of locks. */
  const lost = useSignal<Lost | undefined>(undefined);
  const error = useSignal<string | undefined>(undefined);

  const name = device.value.trim();
  const isNamed = (): boolean => {
    const isName = isPlainText(name, limits.DEVICE_NAME_BYTES_MAX);
    error.value = isName ? undefined : sentenceForError({ type: "device-name-invalid" });
    return isName;
  };
  const submit = (then: Choosing): void => {
    choosing.value = isNamed() ? then : undefined;
  };
  const begin = (lock: LockChoice): Promise<void> => {
    // Asked here, because browsers listen to such a wish only while a person is acting. A no is lived with.
    void storage.persist();
    const then = choosing.value;
    if (typeof then === "object")
      return "words" in then
        ? client.calls.restore({ device: name, lock, ...then })
        : client.calls.recover({ device: name, lock, ...then });
    return client.calls[then === "join" ? "join" : "createWallet"]({ device: name, lock });
  };

  const lockSheet =
    choosing.value === undefined ? null : (
      <LockSheet
        device={name}
        ways={{ passkey: true, none: true }}
        onChoice={begin}
        onClose={() => (choosing.value = undefined)}
      />
    );
  const whole = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useKeptFocus(whole, heading);
  if (lost.value !== undefined)
    return (
      <>
        <ConfirmLost
          account={lost.value.account}
          onConfirm={() => (choosing.value = lost.value)}
          onBack={() => (lost.value = undefined)}
        />
        {lockSheet}
      </>
    );
  return (
    <main class="first-run" ref={whole}>
      <div class="first-run-hero">
        <BrandMark isOpen={choosing.value === undefined} size={104} />
        <h1 ref={heading} tabIndex={-1}>
          {texts.firstRun.title}
        </h1>
        <p class="first-run-lead">{texts.firstRun.lead}</p>
      </div>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit("create");
        }}
      >
        <Field
          label={texts.firstRun.deviceLabel}
          hint={texts.firstRun.deviceHint}
          value={device.value}
          error={error.value}
          lengthMax={limits.DEVICE_NAME_BYTES_MAX}
          onInput={(value) => (device.value = value)}
        />
        {hasAccount.value ? null : (
          <>
            <Button kind="primary" type="submit">
              {texts.firstRun.create}
            </Button>
            <Button kind="quiet" onClick={() => (hasAccount.value = true)}>
              {texts.join.start}
            </Button>
          </>
        )}
        {hasAccount.value ? null : (
          <p class="small soft first-run-note">
            {texts.firstRun.note} <a href="/demo">{texts.firstRun.demo}</a>
          </p>
        )}
      </form>
      {hasAccount.value ? (
        <HaveAccount
          way={way}
          onJoin={() => submit("join")}
          onLost={(account) => isNamed() && (lost.value = account)}
          onRestore={submit}
          onBack={() => {
            hasAccount.value = false;
            way.value = undefined;
          }}
        />
      ) : null}
      {lockSheet}
    </main>
  );
}
