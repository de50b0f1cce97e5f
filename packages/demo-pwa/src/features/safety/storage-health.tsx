/** Whether the browser may throw the wallet away, how full it is, whether anything of it is damaged, and what to do about it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { WalletView } from "@amigos/engine";
import { useApp, type StorageReport } from "../../app/app-context.ts";
import { bytesToText } from "../../format/bytes.ts";
import { locale, texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Notice } from "../../ui/notice.tsx";

export function StorageHealth({ view }: { readonly view: WalletView }) {
  const { storage, install } = useApp();
  const report = useSignal<StorageReport | undefined>(undefined);
  const wasRefused = useSignal(false);
  const look = async (): Promise<void> => {
    report.value = await storage.report();
  };
  useEffect(() => void look(), [install.isInstalled.value]);
  const persist = async (): Promise<void> => {
    wasRefused.value = !(await storage.persist());
    await look();
  };

  const words = texts.safety.storage;
  const { isPersistent = view.storage.isPersistent, used, quota } = report.value ?? {};
  const isInstalled = install.isInstalled.value;
  const isKept = isPersistent || isInstalled;
  const damaged = view.storage.quarantined.length;
  const yesOrNo = (is: boolean): string => (is ? words.yes : words.no);
  return (
    <section class="stack">
      <h2>{words.title}</h2>
      <Notice
        tone={isKept ? "settled" : "open"}
        icon={isKept ? "check" : "warning"}
        title={isKept ? words.kept : words.notKept}
      >
        <p>{isKept ? words.keptHint : wasRefused.value ? words.refused : words.notKeptHint}</p>
        {isPersistent ? null : (
          <Button kind="quiet" onClick={() => void persist()}>
            {words.persist}
          </Button>
        )}
      </Notice>
      {damaged === 0 ? null : (
        <Notice tone="open" title={words.damagedTitle}>
          <p>{words.damaged(damaged)}</p>
        </Notice>
      )}
      <Facts>
        <Fact name={words.persistent}>{yesOrNo(isPersistent)}</Fact>
        <Fact name={words.installed}>{yesOrNo(isInstalled)}</Fact>
        {used === undefined || quota === undefined ? null : (
          <Fact name={words.used}>
            <span class="number">{words.usedOf(bytesToText(used, locale), bytesToText(quota, locale))}</span>
          </Fact>
        )}
      </Facts>
      {isInstalled ? null : install.mayAsk.value ? (
        <Button kind="primary" onClick={() => void install.ask()}>
          {words.install}
        </Button>
      ) : (
        <p class="small soft">{words.installHint}</p>
      )}
    </section>
  );
}
