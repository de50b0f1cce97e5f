/** A double spend, shown: one plain sentence, both sides with what became of them, and the proof to hand on. */
import { countToText } from "../../format/count.ts";
import { useSignal } from "@preact/signals";
import type { ConflictSide, WalletView } from "@amigos/engine";
import { accountToText, bytesToHex, entryToText, sessionToText } from "@amigos/core";
import { useApp } from "../../app/app-context.ts";
import { unbroken } from "../../format/identity.ts";
import { nameOfAccount } from "../../wallet/contacts.ts";
import { moneyToText } from "../../format/money.ts";
import { conflictSentence } from "../../texts/conflict-sentence.ts";
import { describeFailure } from "../../texts/failure-sentences.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { PaymentStateLine } from "../../ui/payment-state.tsx";
import { Screen } from "../../ui/screen.tsx";
import { TallyMark } from "../../ui/tally-mark.tsx";
import type { PaymentState } from "../../wallet/payment-state.ts";
import { assetOf } from "../../wallet/selectors.ts";
import { Why, type WhyProps } from "./why.tsx";
import "./conflict.css";

export function Conflict({ conflict, view, policy }: Omit<WhyProps, "now">) {
  const { now } = useApp();
  const isWhyShown = useSignal(false);
  return (
    <Screen title={texts.conflict.title}>
      <p class="conflict-sentence">{unbroken(conflictSentence(conflict, view))}</p>
      <section class="fork" aria-label={texts.conflict.bothSides}>
        <div class="fork-stem">
          <TallyMark id={conflict.account} size={40} />
          <p>
            <span class="small">{texts.conflict.sequence}</span>
            <br />
            <strong>{conflict.sequence + 1}</strong>
          </p>
        </div>
        <div class="fork-sides">
          {conflict.sides.map((side, index) => (
            <Side key={side.entry} side={side} letter={index === 0 ? "A" : "B"} view={view} isOwn={conflict.isOwn} />
          ))}
        </div>
      </section>
      <Button icon="next" isExpanded={isWhyShown.value} onClick={() => (isWhyShown.value = !isWhyShown.value)}>
        {isWhyShown.value ? texts.conflict.why.hide : texts.conflict.why.show}
      </Button>
      {isWhyShown.value ? <Why conflict={conflict} view={view} policy={policy} now={now.value} /> : null}
      <section class="stack">
        <h2>{texts.conflict.proofTitle}</h2>
        <p class="soft">{texts.conflict.proof(countToText(conflict.proof.length))}</p>
        <CopyButton text={bytesToHex(conflict.proof)} label={texts.conflict.copyProof} />
      </section>
      <Facts>
        <Fact name={texts.conflict.who} isLong>
          <span class="mono">{accountToText(conflict.account)}</span>
        </Fact>
        <Fact name={texts.conflict.session} isLong>
          <span class="mono">{sessionToText(conflict.session)}</span>
        </Fact>
        {conflict.sides.map((side, index) => (
          <Fact key={side.entry} name={texts.conflict.sideHeading(index === 0 ? "A" : "B")} isLong>
            <span class="mono">{entryToText(side.entry)}</span>
          </Fact>
        ))}
      </Facts>
    </Screen>
  );
}

interface SideProps {
  readonly side: ConflictSide;
  readonly letter: string;
  readonly view: WalletView;
  readonly isOwn: boolean;
}

function Side({ side, letter, view, isOwn }: SideProps) {
  const { now } = useApp();
  const state = sideState(side);
  const failure =
    side.failure === undefined ? undefined : describeFailure(side.failure, { view, now: now.value, isOwn });
  return (
    <article class={`fork-side fork-side-${state}`} data-state={state}>
      <h2 class="small soft">{texts.conflict.sideHeading(letter)}</h2>
      <p class="fork-amount number">{moneyToText(side.amount, assetOf(view, side.asset), locale)}</p>
      <p class="fork-to">
        <span class="small soft">{texts.payment.to}</span>
        <br />
        {payeeOf(side, view)}
      </p>
      <PaymentStateLine state={state} />
      {failure === undefined ? null : <p class="small soft">{failure.title}</p>}
    </article>
  );
}

function payeeOf(side: ConflictSide, view: WalletView): string {
  if (side.type !== "pay") return texts.conflict.nobody;
  return side.to === view.account ? texts.common.you : unbroken(nameOfAccount(side.to));
}

function sideState({ outcome, finality }: ConflictSide): PaymentState {
  if (finality !== "settled") return "disputed";
  return outcome === "accepted" ? "settled" : "refused";
}

/** A conflict that an address names and this wallet does not know. */
export function ConflictMissing() {
  return (
    <Screen title={texts.conflict.unknownTitle}>
      <p>{texts.conflict.unknown}</p>
    </Screen>
  );
}
