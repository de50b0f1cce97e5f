/** A wallet whose keys are sealed: what opens it, and what is to be said when that is gone. */
import { useSignal } from "@preact/signals";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { BrandMark } from "../../ui/brand-mark.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { toAppError } from "../../wallet/app-error.ts";
import { PIN_LENGTH_MAX, type LockState, type PasskeyAsked, type UnlockSecret } from "../../wallet/lock.ts";
import "../startup/startup.css";
import "./lock.css";

export function Locked({ lock }: { readonly lock: LockState }) {
  const { client, passkeys } = useApp();
  const pin = useSignal("");
  const busy = useSignal<UnlockSecret["type"] | undefined>(undefined);
  const error = useSignal<string | undefined>(undefined);

  const unlock = async (type: UnlockSecret["type"], secret: () => Promise<UnlockSecret>): Promise<void> => {
    if (busy.value !== undefined) return;
    busy.value = type;
    error.value = undefined;
    try {
      await client.calls.unlock(await secret());
    } catch (thrown) {
      error.value = sentenceForError(toAppError(thrown));
      pin.value = "";
    } finally {
      busy.value = undefined;
    }
  };
  const withPasskey = (asked: PasskeyAsked): Promise<void> =>
    unlock("passkey", async () => ({ type: "passkey", secret: await passkeys.ask(asked) }));

  return (
    <main class="startup locked">
      <BrandMark isOpen={busy.value === undefined} />
      <h1>{texts.lock.title}</h1>
      <p class="startup-text">{texts.lock.lead}</p>
      {lock.passkey === undefined ? null : (
        <Button
          kind="primary"
          icon="lock"
          isBusy={busy.value === "passkey"}
          onClick={() => lock.passkey && void withPasskey(lock.passkey)}
        >
          {busy.value === "passkey" ? texts.lock.asking : texts.lock.withPasskey}
        </Button>
      )}
      {lock.pin === undefined ? (
        <p class="field-error" role="alert">
          {error.value}
        </p>
      ) : (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void unlock("pin", async () => ({ type: "pin", pin: pin.value }));
          }}
        >
          <Field
            kind="current-password"
            label={texts.lock.pin}
            value={pin.value}
            error={error.value}
            lengthMax={PIN_LENGTH_MAX}
            onInput={(value) => (pin.value = value)}
          />
          <Button
            kind={lock.passkey === undefined ? "primary" : "secondary"}
            type="submit"
            isBusy={busy.value === "pin"}
          >
            {busy.value === "pin" ? texts.lock.checking : texts.lock.withPin}
          </Button>
        </form>
      )}
      <details class="locked-lost">
        <summary>{texts.lock.lostTitle}</summary>
        <p class="small soft">{lock.passkey === undefined ? texts.lock.lostPin : texts.lock.lostPasskey}</p>
      </details>
    </main>
  );
}
