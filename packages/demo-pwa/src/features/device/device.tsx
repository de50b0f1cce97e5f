/** This device: what it may do and for how long, what it knows of the ledger, who is in reach. */
import { accountToText, sessionToText } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { routeToFragment } from "../../app/route.ts";
import { hexToGroups, shorten } from "../../format/identity.ts";
import { dateAndTime, distance } from "../../format/time.ts";
import { locale, texts } from "../../texts/index.ts";
import { describeLine } from "../../texts/session-sentences.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { Screen } from "../../ui/screen.tsx";
import { nameOfAccount } from "../../wallet/contacts.ts";
import type { LockState } from "../../wallet/lock.ts";
import { LimitFacts } from "../pay/limit-facts.tsx";
import { isInUse } from "../devices/devices.tsx";
import { lockName } from "../lock/lock-section.tsx";
import { LanguageChoice } from "./language-choice.tsx";
import { SetAside } from "./set-aside.tsx";
import { SoundChoice } from "./sound-choice.tsx";
import "./device.css";

const STATE_ROOT_DIGITS = 8;

export function Device({ view, lock }: { readonly view: WalletView; readonly lock: LockState }) {
  const { now } = useApp();
  const { session, ledger } = view;
  return (
    <Screen title={texts.device.title}>
      <Menu label={texts.device.more}>
        <MenuItem
          icon="devices"
          href={routeToFragment({ screen: "devices" })}
          name={texts.devices.title}
          state={texts.devices.count(view.sessions.filter(isInUse).length)}
        />
        <MenuItem
          icon="shield"
          href={routeToFragment({ screen: "safety" })}
          name={texts.safety.title}
          state={lockName(lock)}
          isUrgent={lock.pin === undefined && lock.passkey === undefined}
        />
        <MenuItem icon="people" href={routeToFragment({ screen: "people" })} name={texts.people.title} />
        <MenuItem
          icon="link"
          href={routeToFragment({ screen: "meet" })}
          name={texts.meet.entry}
          state={texts.meet.entryHint}
        />
      </Menu>
      <Section title={texts.device.limits}>
        <Facts>
          <Fact name={texts.device.name}>{session.device}</Fact>
          <Fact name={texts.device.status}>{texts.device.statusText[session.status]}</Fact>
          <Fact name={texts.device.expires}>
            {distance(session.expiry, now.value, locale)}
            <span class="soft small fact-more">{dateAndTime(session.expiry, locale)}</span>
          </Fact>
          {view.balances.map(({ asset, decimals }) => (
            <LimitFacts key={asset} view={view} asset={{ code: asset, decimals }} now={now.value} />
          ))}
        </Facts>
      </Section>
      <SetAside view={view} />
      <Section title={texts.device.terms}>
        <ul class="terms">
          {session.terms.map((line) => (
            <li key={"asset" in line ? `${line.key} ${line.asset}` : line.key}>{describeLine(line, view)}</li>
          ))}
        </ul>
      </Section>
      <Section title={texts.device.ledger} hint={texts.device.stateRootHint}>
        <Facts>
          <Fact name={texts.device.network}>{view.network.name}</Fact>
          <Fact name={texts.device.height}>
            <span data-testid="height" class="number">
              {ledger.height}
            </span>
          </Fact>
          <Fact name={texts.device.settledAt}>{dateAndTime(ledger.time, locale)}</Fact>
          <Fact name={texts.device.stateRoot}>
            <span class="mono" data-testid="state-root" title={ledger.stateRoot}>
              {hexToGroups(ledger.stateRoot, STATE_ROOT_DIGITS)}
            </span>
          </Fact>
        </Facts>
      </Section>
      <Section title={texts.device.connections}>
        <Facts>
          {view.connections.length === 0 ? <Fact name={texts.device.nobody}>{""}</Fact> : null}
          {view.connections.map(({ peer, role, account, link }) => (
            <Fact
              key={peer}
              name={
                role === "hub" ? texts.device.hub : account === undefined ? texts.device.wallet : nameOfAccount(account)
              }
            >
              <span class="small soft">{link}</span>
            </Fact>
          ))}
        </Facts>
      </Section>
      <Section title={texts.device.ids}>
        <Facts>
          <Fact name={texts.device.account} isLong>
            <span class="mono">{accountToText(view.account)}</span>
          </Fact>
          <Fact name={texts.device.session}>
            <span class="mono">{shorten(sessionToText(session.id))}</span>
          </Fact>
        </Facts>
        <CopyButton kind="quiet" text={accountToText(view.account)} label={texts.device.copyAccount} />
      </Section>
      <LanguageChoice />
      <SoundChoice />
      <Section title={texts.device.about}>
        <p class="soft">{texts.device.aboutText}</p>
        <p>
          <a href="/demo">{texts.firstRun.demo}</a>
        </p>
      </Section>
    </Screen>
  );
}

function Section({
  title,
  hint,
  children,
}: {
  readonly title: string;
  readonly hint?: string;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <section class="stack">
      <h2>{title}</h2>
      {children}
      {hint === undefined ? null : <p class="small soft">{hint}</p>}
    </section>
  );
}
