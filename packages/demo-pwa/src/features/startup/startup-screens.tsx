/** What stands in the way of a wallet: it still opens, it is open elsewhere, its network is unknown, or it is damaged. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../../app/app-context.ts";
import { sentenceForError } from "../../texts/error-sentences.ts";
import { texts } from "../../texts/index.ts";
import { Button } from "../../ui/button.tsx";
import { BrandMark } from "../../ui/brand-mark.tsx";
import type { AppError } from "../../wallet/app-error.ts";
import "./startup.css";

export function Opening() {
  return (
    <main class="startup">
      <h1 class="startup-name">{texts.appName}</h1>
      <p class="startup-line" role="status">
        {texts.startup.opening}
      </p>
    </main>
  );
}

export function NetworkUnknown() {
  const { client } = useApp();
  return (
    <Obstacle title={texts.startup.networkUnknownTitle} text={texts.startup.networkUnknown}>
      <Retry label={texts.common.tryAgain} action={() => client.calls.restart(undefined)} />
    </Obstacle>
  );
}

export function Failed({ error }: { readonly error: AppError }) {
  const { client } = useApp();
  return (
    <Obstacle title={texts.startup.failedTitle} text={sentenceForError(error)}>
      <Retry label={texts.common.tryAgain} action={() => client.calls.restart(undefined)} />
    </Obstacle>
  );
}

/** The wallet is open in another tab: the person decides which one goes on. */
export function OpenElsewhere({ wasHere }: { readonly wasHere: boolean }) {
  const { client } = useApp();
  return (
    <Obstacle
      title={wasHere ? texts.startup.handedOverTitle : texts.startup.busyTitle}
      text={wasHere ? texts.startup.handedOver : texts.startup.busy}
    >
      <Retry
        label={texts.startup.useHere}
        busyLabel={texts.startup.takingOver}
        action={() => client.calls.useHere(undefined)}
      />
    </Obstacle>
  );
}

function Obstacle({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <main class="startup">
      <BrandMark isOpen />
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <p class="startup-text">{text}</p>
      {children}
    </main>
  );
}

function Retry({
  label,
  busyLabel = label,
  action,
}: {
  readonly label: string;
  readonly busyLabel?: string;
  readonly action: () => Promise<void>;
}) {
  const isBusy = useSignal(false);
  const run = async (): Promise<void> => {
    isBusy.value = true;
    // How it went is the wallet's next state, which takes this screen away or brings another.
    await action().finally(() => (isBusy.value = false));
  };
  return (
    <Button kind="primary" isBusy={isBusy.value} onClick={() => void run()}>
      {isBusy.value ? busyLabel : label}
    </Button>
  );
}
