/** Why something was not signed: said at once to whoever listens instead of looking. */
import type { WalletView } from "@amigos/engine";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { describeFailure, type FailureText } from "../../texts/failure-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Notice } from "../../ui/notice.tsx";
import { toAppError } from "../../wallet/app-error.ts";

export function Refusal({ text }: { readonly text: FailureText | undefined }) {
  return (
    <div role="alert">
      {text === undefined ? null : (
        <Notice tone="dispute" title={`${texts.pay.refusedTitle}: ${text.title}`}>
          <p>{text.sentence}</p>
        </Notice>
      )}
    </div>
  );
}

/** A rule's refusal with its numbers, or whatever else went wrong. */
export function describeRefusal(
  thrown: unknown,
  context: { readonly view: WalletView; readonly now: number },
): FailureText {
  const error = toAppError(thrown);
  return error.type === "payment-refused" || error.type === "float-refused" || error.type === "stake-refused"
    ? describeFailure(error.failure, { ...context, isOwn: true })
    : { title: texts.pay.failedTitle, sentence: sentenceForError(error) };
}
