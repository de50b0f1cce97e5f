/** Every device that the account has opened: what each may do, until when, and the ways to end one or all. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { SessionView, WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { routeToFragment } from "../../app/route.ts";
import { texts } from "../../texts/index.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import { DeviceCard } from "./device-card.tsx";
import { KillSwitch } from "./kill-switch.tsx";
import { RenameSheet } from "./rename-sheet.tsx";
import { RemoveSheet } from "./remove-sheet.tsx";
import "./devices.css";

export function Devices({ view }: { readonly view: WalletView }) {
  const { client } = useApp();
  const removing = useSignal<SessionView | undefined>(undefined);
  const renaming = useSignal<SessionView | undefined>(undefined);
  const added = view.sessions.filter(({ isNew }) => isNew).map(({ id }) => id);
  // Whoever has looked at the list was told. They stay marked for as long as it is looked at.
  useEffect(() => () => void (added.length > 0 && client.calls.acknowledge({ sessions: added })), [added.join()]);
  const own = view.session.id;
  // This device first, then the newest.
  const sessions = view.sessions.toReversed().toSorted((a, b) => Number(b.id === own) - Number(a.id === own));
  const [inUse, ended] = [sessions.filter(isInUse), sessions.filter((session) => !isInUse(session))];
  const card = (session: SessionView) => (
    <DeviceCard
      key={session.id}
      session={session}
      view={view}
      onRemove={isInUse(session) ? () => (removing.value = session) : undefined}
      onRename={isInUse(session) ? () => (renaming.value = session) : undefined}
    />
  );
  return (
    <Screen title={texts.devices.title}>
      <p class="soft">{texts.devices.lead}</p>
      {inUse.length === 0 ? null : <ul class="devices">{inUse.map(card)}</ul>}
      {ended.length === 0 ? null : (
        <section class="stack">
          <h2>{texts.devices.ended}</h2>
          <ul class="devices">{ended.map(card)}</ul>
        </section>
      )}
      {view.deviceRequests.length === 0 ? null : (
        <Notice tone="calm" icon="device" title={texts.approve.asks(view.deviceRequests[0]?.device ?? "")}>
          <a href={routeToFragment({ screen: "add-device" })}>{texts.approve.look}</a>
        </Notice>
      )}
      {view.session.status === "active" ? (
        <ButtonLink icon="add" href={routeToFragment({ screen: "add-device" })}>
          {texts.approve.title}
        </ButtonLink>
      ) : null}
      <KillSwitch view={view} />
      {renaming.value === undefined ? null : (
        <RenameSheet session={renaming.value} onClose={() => (renaming.value = undefined)} />
      )}
      {removing.value === undefined ? null : (
        <RemoveSheet session={removing.value} view={view} onClose={() => (removing.value = undefined)} />
      )}
    </Screen>
  );
}

/** Whether there is something of it left to end. */
export function isInUse({ status }: SessionView): boolean {
  return status !== "revoked" && status !== "killed" && status !== "expired";
}
