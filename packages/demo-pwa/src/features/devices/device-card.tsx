/** One device of the account, in a sentence, and how far its end has got around. */
import type { SessionView, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { distance } from "../../format/time.ts";
import { locale, texts } from "../../texts/index.ts";
import { describeTerms } from "../../texts/session-sentences.ts";
import { Button } from "../../ui/button.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { TallyMark } from "../../ui/tally-mark.tsx";

const ICONS: { readonly [Status in SessionView["status"]]: IconName } = {
  unregistered: "clock",
  active: "check",
  revoked: "close",
  killed: "close",
  frozen: "warning",
  expired: "clock",
};

export interface DeviceCardProps {
  readonly session: SessionView;
  readonly view: WalletView;
  /** Left out where there is nothing to end. */
  readonly onRemove: (() => void) | undefined;
}

export function DeviceCard({ session, view, onRemove }: DeviceCardProps) {
  const { now } = useApp();
  const { end, status } = session;
  const isOwn = session.id === view.session.id;
  return (
    <li class="device-card" data-status={status}>
      <div class="device-head">
        <TallyMark id={session.id} size={40} />
        <div>
          <h2 class="device-name">{session.device}</h2>
          <p class={`device-status device-status-${status}`}>
            <Icon name={ICONS[status]} size={16} />
            {texts.device.statusText[status]}
            {isOwn ? <span class="device-own">{texts.devices.this}</span> : null}
          </p>
        </div>
      </div>
      <p>{describeTerms(session.terms, view)}</p>
      {end === undefined ? (
        <p class="small soft">{texts.devices.until(distance(session.expiry, now.value, locale))}</p>
      ) : (
        <p class="small soft">{end.finality === "settled" ? texts.devices.endSettled : texts.devices.endSigned}</p>
      )}
      {onRemove === undefined ? null : (
        <Button kind="quiet" onClick={onRemove} label={texts.devices.removeLabel(session.device)}>
          {texts.devices.remove}
        </Button>
      )}
    </li>
  );
}
