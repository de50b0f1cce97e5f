/** What could still go wrong with a payment that was received and is not settled, by what is known here, with no network. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PaymentView, PaymentWeighing, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { routeToFragment } from "../../app/route.ts";
import { distance } from "../../format/time.ts";
import { locale, texts } from "../../texts/index.ts";
import { describeObjection, describeRisk, isOwnRule } from "../../texts/weighing-sentences.ts";
import { Notice } from "../../ui/notice.tsx";
import { assetOf } from "../../wallet/selectors.ts";

export function Weighing({ payment, view }: { readonly payment: PaymentView; readonly view: WalletView }) {
  const { client, now } = useApp();
  const weighing = useSignal<PaymentWeighing | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    client.calls.weigh({ payment: payment.id }).then(
      (value) => isCurrent && (weighing.value = value),
      // A payment that was settled meanwhile is not weighed any more, and this is not shown then.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
    // Whatever changed may have changed what is known of the payer.
  }, [payment.id, view]);

  if (weighing.value === undefined) return null;
  const { judged, refusals } = weighing.value;
  const context = { view, now: now.value, asset: assetOf(view, payment.asset) };
  const own = refusals.filter(isOwnRule).map((refusal) => describeObjection(refusal, context));
  const sentences = [
    ...refusals.filter((refusal) => !isOwnRule(refusal)).map((refusal) => describeObjection(refusal, context)),
    ...(judged?.risks ?? []).map((risk) => describeRisk(risk, context)),
  ];
  return (
    <section class="stack">
      {own.length === 0 ? null : (
        <Notice tone="dispute" title={texts.acceptance.refusedTitle}>
          {own.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          <p>{texts.acceptance.refused}</p>
          <a href={routeToFragment({ screen: "acceptance" })}>{texts.acceptance.look}</a>
        </Notice>
      )}
      <h2>{texts.weighing.title}</h2>
      {sentences.length === 0 ? (
        <p>{texts.weighing.nothing}</p>
      ) : (
        <ul class="terms">
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {judged === undefined ? null : (
        <p class="small soft">{texts.weighing.knownFrom(distance(now.value - judged.by.ageMs, now.value, locale))}</p>
      )}
    </section>
  );
}
