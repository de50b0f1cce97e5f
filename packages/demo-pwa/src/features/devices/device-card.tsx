/** One device of the account, in a sentence, and how far its end has got around. */
import type { SessionId } from "@amigos/core";
import type { SessionEnd, SessionView, WalletView } from "@amigos/engine";
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
  readonly onRename: (() => void) | undefined;
}

/** What its owner calls it, or else what it was added as. */
function deviceName({ label, device }: SessionView): string {
  return label ?? device;
}

export function DeviceCard({ session, view, onRemove, onRename }: DeviceCardProps) {
  const { now } = useApp();
  const { end, status } = session;
  const isOwn = session.id === view.session.id;
  return (
    <li class="device-card" data-status={status}>
      <div class="device-head">
        <TallyMark id={session.id} size={40} />
        <div>
          <h2 class="device-name">{deviceName(session)}</h2>
          {session.label === undefined ? null : <p class="small soft">{session.device}</p>}
          <p class={`device-status device-status-${status}`}>
            <Icon name={ICONS[status]} size={16} />
            {texts.device.statusText[status]}
            {isOwn ? <span class="device-own">{texts.devices.this}</span> : null}
            {session.isNew ? <span class="device-own">{texts.devices.new}</span> : null}
          </p>
        </div>
      </div>
      <p>{describeTerms(session.terms, view)}</p>
      {end === undefined ? (
        <p class="small soft">
          {texts.devices.until(distance(session.expiry, now.value, locale))}
          {isOwn ? null : <LastSeen session={session} now={now.value} />}
        </p>
      ) : (
        <>
          <p class="small soft">{endText(end)}</p>
          {end.knownTo === undefined ? null : <p class="small">{knownToText(end.knownTo, view)}</p>}
        </>
      )}
      <div class="device-actions">
        {onRename === undefined ? null : (
          <Button kind="quiet" onClick={onRename} label={texts.devices.renameLabel(deviceName(session))}>
            {texts.devices.rename}
          </Button>
        )}
        {onRemove === undefined ? null : (
          <Button kind="quiet" onClick={onRemove} label={texts.devices.removeLabel(deviceName(session))}>
            <span class="device-remove">{texts.devices.remove}</span>
          </Button>
        )}
      </div>
    </li>
  );
}

function endText({ placesLeft, finality }: SessionEnd): string {
  if (placesLeft !== undefined) return texts.devices.placesLeft(placesLeft);
  return finality === "settled" ? texts.devices.endSettled : texts.devices.endSigned;
}

function LastSeen({ session, now }: { readonly session: SessionView; readonly now: number }) {
  if (session.isConnected) return <span class="device-seen">{texts.devices.connected}</span>;
  if (session.lastSeen === undefined) return null;
  return <span class="device-seen">{texts.devices.seen(distance(session.lastSeen, now, locale))}</span>;
}

/** Who is known to have heard of an end that is not settled. */
function knownToText(
  { hub, sessions }: { readonly hub: boolean; readonly sessions: readonly SessionId[] },
  view: WalletView,
): string {
  const devices = view.sessions.filter(({ id }) => sessions.includes(id)).map(deviceName);
  const who = [...(hub ? [texts.device.hub] : []), ...devices];
  if (who.length === 0) return texts.devices.knownToNobody;
  return texts.devices.knownTo(new Intl.ListFormat(locale, { type: "conjunction" }).format(who));
}
