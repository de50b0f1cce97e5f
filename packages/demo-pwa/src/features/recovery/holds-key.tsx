/** Whether this device can say anything for its account, and what is shown where it cannot. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useApp } from "../../app/app-context.ts";
import { recoveryTexts } from "../../texts/recovery.ts";
import { Notice } from "../../ui/notice.tsx";

/** `undefined` until that is known. Where it cannot be found out, the signing itself will say why. */
export function useHoldsKey(): boolean | undefined {
  const { client } = useApp();
  const holds = useSignal<boolean | undefined>(undefined);
  useEffect(() => {
    client.calls.holdsAccountKey(undefined).then(
      (does) => (holds.value = does),
      () => (holds.value = true),
    );
  }, []);
  return holds.value;
}

export function NotHere() {
  const words = recoveryTexts().setup;
  return (
    <Notice tone="open" icon="key" title={words.noKeyTitle}>
      <p>{words.noKey}</p>
    </Notice>
  );
}
