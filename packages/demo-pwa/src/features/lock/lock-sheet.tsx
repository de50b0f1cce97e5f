/** How the wallet is to be locked: by a passkey where the browser has them, by a PIN or password, or not. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import type { LockChoice } from "../../wallet/lock.ts";
import { PinForm } from "./pin-form.tsx";

export interface LockSheetProps {
  /** What the passkey is called where the system lists it. */
  readonly device: string;
  /** Which ways are offered. */
  readonly ways: { readonly passkey: boolean; readonly none: boolean };
  /** Carries the choice out. What it rejects with is said here. */
  readonly onChoice: (choice: LockChoice) => Promise<void>;
  readonly onClose: () => void;
}

export function LockSheet({ device, ways, onChoice, onClose }: LockSheetProps) {
  const { passkeys } = useApp();
  const hasPasskeys = useSignal(false);
  const isTypingPin = useSignal(!ways.passkey);
  const isBusy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  useEffect(() => {
    if (ways.passkey) void passkeys.mayWork().then((may) => (hasPasskeys.value = may));
  }, []);

  const choose = async (make: () => Promise<LockChoice>): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    error.value = undefined;
    try {
      await onChoice(await make());
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
    } finally {
      isBusy.value = false;
    }
  };

  return (
    <Sheet title={texts.lock.chooseTitle} onClose={onClose} isHeld={isBusy.value}>
      <p class="soft">{texts.lock.chooseLead}</p>
      <p class="field-error" role="alert">
        {error.value}
      </p>
      {isTypingPin.value ? (
        <PinForm isBusy={isBusy.value} onPin={(pin) => void choose(async () => ({ type: "pin", pin }))} />
      ) : (
        <div class="stack">
          {hasPasskeys.value ? (
            <>
              <Button
                kind="primary"
                icon="lock"
                isBusy={isBusy.value}
                onClick={() => void choose(() => passkeys.create(device))}
              >
                {isBusy.value ? texts.lock.asking : texts.lock.passkey}
              </Button>
              <p class="small soft">{texts.lock.passkeyHint}</p>
            </>
          ) : null}
          <Button kind={hasPasskeys.value ? "secondary" : "primary"} onClick={() => (isTypingPin.value = true)}>
            {texts.lock.usePin}
          </Button>
        </div>
      )}
      {ways.none ? (
        <div class="stack lock-none">
          <Button kind="quiet" onClick={() => void choose(async () => ({ type: "none" }))}>
            {texts.lock.notNow}
          </Button>
          <p class="small soft">{texts.lock.notNowHint}</p>
        </div>
      ) : null}
    </Sheet>
  );
}
