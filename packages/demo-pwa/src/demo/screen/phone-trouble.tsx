/** What is wrong on a phone: that somebody signed twice, with why and the proof, and why the last payment was not signed. */
import { countToText } from "../../format/count.ts";
import { useSignal } from "@preact/signals";
import { bytesToHex } from "@amigos/core";
import type { ConflictView } from "@amigos/engine";
import { Why } from "../../features/conflict/why.tsx";
import { conflictSentence } from "../../texts/conflict-sentence.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { refusalSentence } from "../happened-sentence.ts";
import { nameOf } from "../names.ts";
import { demo } from "../texts.ts";
import type { PhoneView, WorldView } from "../world/world-view.ts";

interface PhoneTroubleProps {
  readonly phone: PhoneView;
  readonly world: WorldView;
}

export function PhoneTrouble({ phone, world }: PhoneTroubleProps) {
  const { view, refusal } = phone;
  return (
    <>
      {view.conflicts.map(withoutDevice).map((conflict) => (
        <Conflict key={`${conflict.session}/${conflict.sequence}`} conflict={conflict} phone={phone} world={world} />
      ))}
      <div role="alert">
        {refusal === undefined ? null : (
          <p class="demo-refusal small">{refusalSentence(refusal, { world, time: world.now, isOwn: true })}</p>
        )}
      </div>
    </>
  );
}

function Conflict({ conflict, phone, world }: PhoneTroubleProps & { readonly conflict: ConflictView }) {
  const isWhyShown = useSignal(false);
  const { view } = phone;
  return (
    <Notice tone="dispute" title={demo.phone.conflict}>
      <p class="small">{conflictSentence(conflict, view)}</p>
      <Button
        kind="quiet"
        label={`${texts.conflict.why.show}: ${nameOf(phone.id, world.phones)}`}
        onClick={() => (isWhyShown.value = true)}
      >
        {texts.conflict.why.show}
      </Button>
      {isWhyShown.value ? (
        <Sheet title={demo.phone.conflict} onClose={() => (isWhyShown.value = false)}>
          <p>{conflictSentence(conflict, view)}</p>
          <Why conflict={conflict} view={view} policy={world.hub.policy} now={world.now} />
          <p class="soft">{texts.conflict.proof(countToText(conflict.proof.length))}</p>
          <CopyButton text={bytesToHex(conflict.proof)} label={texts.conflict.copyProof} />
        </Sheet>
      ) : null}
    </Notice>
  );
}

/** Everybody here has one phone, so that whose it is says enough. */
function withoutDevice({ account, session, sequence, isOwn, sides, proof }: ConflictView): ConflictView {
  return { account, session, sequence, isOwn, sides, proof };
}
