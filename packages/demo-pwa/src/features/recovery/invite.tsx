/** Asking people before they are chosen: a code for each of them, and what they answer. */
import { useSignal } from "@preact/signals";
import type { GuardianAnswersView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { recoveryTexts } from "../../texts/recovery.ts";
import { Button } from "../../ui/button.tsx";
import { ReadMessage } from "../../ui/read-message.tsx";
import { ShownMessage } from "../../ui/shown-message.tsx";
import { useStep } from "../../ui/use-step.ts";

export function Invite({ invitation }: { readonly invitation: GuardianAnswersView | undefined }) {
  const { client } = useApp();
  const isShown = useSignal(false);
  const step = useStep();
  const words = recoveryTexts().setup;
  const show = (): void =>
    step.run(async () => {
      if (!isShown.value && invitation === undefined) await client.calls.invite(undefined);
      isShown.value = !isShown.value;
    });
  return (
    <section class="stack">
      <Button icon="add" isExpanded={isShown.value} isBusy={step.isBusy.value} onClick={show}>
        {isShown.value ? words.inviteHide : words.invite}
      </Button>
      {isShown.value && invitation !== undefined ? (
        <>
          <p>{words.inviteHint}</p>
          <ShownMessage text={invitation.text} label={words.inviteLabel} copy={words.copyInvitation} />
          {/* Empty again for the next one. */}
          <ReadMessage
            key={invitation.answers.length}
            scan={words.takeAcceptance}
            pasteLabel={words.acceptanceLabel}
            placeholder="AMIGOS:Q…"
            error={step.error.value}
            isBusy={step.isBusy.value}
            onText={(answer) => step.run(() => client.calls.takeAcceptance({ answer }))}
          />
        </>
      ) : (
        <p class="field-error" role="alert">
          {step.error.value}
        </p>
      )}
    </section>
  );
}
