/** How the account comes back when every device is lost: its guardians, practising with them, other ways, and what is under way. */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Recovery as Ways } from "@amigos/core";
import type { WalletView } from "@amigos/engine";
import { useApp } from "../../app/app-context.ts";
import { routeToFragment } from "../../app/route.ts";
import { accountToShortText } from "../../format/identity.ts";
import { dateAndTime, daysToText } from "../../format/time.ts";
import { locale, texts } from "../../texts/index.ts";
import { recoveryTexts } from "../../texts/recovery.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Fact, Facts } from "../../ui/facts.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import { TallyMark } from "../../ui/tally-mark.tsx";
import type { BackupState } from "../../wallet/backup.ts";
import { contactNames, nameOfAccount } from "../../wallet/contacts.ts";
import { countToText } from "../../format/count.ts";
import { NotHere, useHoldsKey } from "./holds-key.tsx";
import { Practice } from "./practice.tsx";
import { RecoveryAlarm } from "./recovery-alarm.tsx";
import "./recovery.css";

const DAY_MS = 86_400_000;

type Guardians = NonNullable<Ways["guardians"]>;

export interface RecoveryProps {
  readonly view: WalletView;
  readonly backup: BackupState | undefined;
}

export function Recovery({ view, backup }: RecoveryProps) {
  const { client } = useApp();
  const guarded = useSignal(0);
  const holdsKey = useHoldsKey();
  useEffect(() => {
    client.calls.guarded(undefined).then(
      ({ accounts, more }) => (guarded.value = accounts.length + more),
      () => undefined,
    );
  }, [view.ledger.height]);
  const words = recoveryTexts();
  const { ways, isChanging, underWay } = view.recovery;
  return (
    <Screen title={words.title}>
      {underWay.map((one) => (
        <RecoveryAlarm key={one.start} underWay={one} view={view} />
      ))}
      <p class="soft">{words.lead}</p>
      <section class="stack">
        <h2>{words.guardians}</h2>
        {ways?.guardians === undefined && isChanging ? null : ways?.guardians === undefined ? (
          <Notice tone="open" title={words.noneTitle}>
            <p>{words.none}</p>
          </Notice>
        ) : (
          <ChosenGuardians guardians={ways.guardians} />
        )}
        {isChanging ? (
          <Notice tone="open" icon="clock">
            <p role="status">{words.settling}</p>
          </Notice>
        ) : null}
        {holdsKey === false ? (
          <NotHere />
        ) : (
          <ButtonLink
            kind={ways?.guardians === undefined ? "primary" : "secondary"}
            icon="people"
            href={routeToFragment({ screen: "guardians" })}
          >
            {ways?.guardians === undefined ? words.choose : words.change}
          </ButtonLink>
        )}
      </section>
      {ways?.guardians === undefined ? null : <Practice guardians={ways.guardians} practice={view.recovery.practice} />}
      <OtherWays ways={ways} backup={backup} />
      <Menu label={words.help}>
        <MenuItem
          icon="people"
          href={routeToFragment({ screen: "guardian" })}
          name={words.help}
          state={guarded.value === 0 ? words.helpNone : words.helpCount(guarded.value)}
        />
      </Menu>
    </Screen>
  );
}

function ChosenGuardians({ guardians }: { readonly guardians: Guardians }) {
  const words = recoveryTexts();
  const { accounts, threshold, delayMs } = guardians;
  return (
    <>
      <ul class="guardians">
        {accounts.map((account) => (
          <li key={account} class="guardian">
            <TallyMark id={account} size={36} />
            <span>
              <bdi>{nameOfAccount(account)}</bdi>
              {contactNames.value.has(account) ? (
                <span class="small soft guardian-id">{accountToShortText(account)}</span>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      <Facts>
        <Fact name={words.needed}>{words.neededOf(countToText(threshold), countToText(accounts.length))}</Fact>
        <Fact name={words.delay}>{daysToText(delayMs, locale)}</Fact>
      </Facts>
      <p class="small soft">{threshold === 1 ? words.one : words.honest(threshold)}</p>
    </>
  );
}

/** The words and their file, and keys that another app may have set. */
function OtherWays({ ways, backup }: { readonly ways: Ways | undefined; readonly backup: BackupState | undefined }) {
  const words = recoveryTexts();
  const keys = [ways?.backupKey, ways?.timeLockedKey].filter((key) => key !== undefined);
  return (
    <section class="stack">
      <h2>{words.otherWays}</h2>
      <Facts>
        {backup === undefined ? null : (
          <Fact name={words.words}>
            <a href={routeToFragment({ screen: "backup" })}>
              {backup.savedAt === undefined
                ? texts.backup.none
                : texts.backup.savedAt(dateAndTime(backup.savedAt, locale))}
            </a>
          </Fact>
        )}
        {keys.map(({ key, delayMs }) => (
          <Fact key={key} name={words.otherKey}>
            {words.otherKeyAfter(Math.round(delayMs / DAY_MS))}
          </Fact>
        ))}
      </Facts>
    </section>
  );
}
