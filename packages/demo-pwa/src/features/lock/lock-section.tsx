/** The lock as it is, and what can be done about it. */
import { useSignal } from "@preact/signals";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { LockChoice, LockSecret, LockState } from "../../wallet/lock.ts";
import { LockSheet } from "./lock-sheet.tsx";

/** What a choice is for: the first lock or another, or a PIN beside a passkey. */
type Purpose = "set" | "add-pin";

export function LockSection({ lock, view }: { readonly lock: LockState; readonly view: WalletView }) {
  const { client } = useApp();
  const purpose = useSignal<Purpose | undefined>(undefined);
  const isLocked = lock.pin !== undefined || lock.passkey !== undefined;
  const carryOut = async (choice: LockChoice): Promise<void> => {
    await (purpose.value === "add-pin" ? client.calls.addLock(choice as LockSecret) : client.calls.setLock(choice));
    purpose.value = undefined;
  };
  return (
    <section class="stack">
      <h2>{texts.lock.section}</h2>
      <Notice tone={isLocked ? "settled" : "open"} icon="lock" title={lockName(lock)}>
        <p>
          {lock.passkey !== undefined ? texts.lock.passkeyText : isLocked ? texts.lock.pinText : texts.lock.noneText}
        </p>
      </Notice>
      <div class="buttons">
        {isLocked ? (
          <Button icon="lock" onClick={() => void client.calls.lock(undefined)}>
            {texts.lock.now}
          </Button>
        ) : null}
        {lock.passkey !== undefined && lock.pin === undefined ? (
          <>
            <Button kind="quiet" onClick={() => (purpose.value = "add-pin")}>
              {texts.lock.addPin}
            </Button>
            <p class="small soft">{texts.lock.addPinHint}</p>
          </>
        ) : null}
        <Button kind={isLocked ? "quiet" : "primary"} onClick={() => (purpose.value = "set")}>
          {isLocked ? texts.lock.change : texts.lock.set}
        </Button>
      </div>
      {purpose.value === undefined ? null : (
        <LockSheet
          device={view.session.device}
          ways={{ passkey: purpose.value === "set", none: purpose.value === "set" && isLocked }}
          onChoice={carryOut}
          onClose={() => (purpose.value = undefined)}
        />
      )}
    </section>
  );
}

export function lockName({ pin, passkey }: LockState): string {
  if (pin !== undefined && passkey !== undefined) return texts.lock.byBoth;
  if (passkey !== undefined) return texts.lock.byPasskey;
  return pin === undefined ? texts.lock.none : texts.lock.byPin;
}
