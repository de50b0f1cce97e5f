/** How safe the money on this device is: from whoever holds it, and from being lost. Nothing is called safe that is not. */
import type { WalletView } from "@amigos/engine";
import { moneyToText } from "../../format/money.ts";
import { mainAsset } from "../../wallet/selectors.ts";
import { routeToFragment } from "../../app/route.ts";
import { locale, texts } from "../../texts/index.ts";
import { recoveryTexts } from "../../texts/recovery.ts";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { Screen } from "../../ui/screen.tsx";
import type { BackupState } from "../../wallet/backup.ts";
import type { LockState } from "../../wallet/lock.ts";
import { LockSection } from "../lock/lock-section.tsx";
import { BackupNotice } from "../backup/backup-notice.tsx";
import { StorageHealth } from "./storage-health.tsx";

export interface SafetyProps {
  readonly view: WalletView;
  readonly lock: LockState;
  readonly backup: BackupState | undefined;
  readonly wasRecovered: boolean | undefined;
}

export function Safety({ view, lock, backup, wasRecovered }: SafetyProps) {
  return (
    <Screen title={texts.safety.title}>
      <LockSection lock={lock} view={view} />
      <section class="stack">
        <h2>{texts.backup.section}</h2>
        <BackupNotice backup={backup} wasRecovered={wasRecovered} />
      </section>
      <Menu label={texts.safety.more}>
        <MenuItem
          icon="key"
          href={routeToFragment({ screen: "recovery" })}
          name={recoveryTexts().title}
          state={guardiansText(view)}
          isUrgent={view.recovery.underWay.length > 0}
        />
        <MenuItem
          icon="receive"
          href={routeToFragment({ screen: "acceptance" })}
          name={texts.acceptance.title}
          state={Object.keys(view.acceptance).length === 0 ? texts.acceptance.none : texts.acceptance.some}
        />
        <MenuItem
          icon="people"
          href={routeToFragment({ screen: "stake" })}
          name={texts.stake.title}
          state={stakedText(view)}
        />
      </Menu>
      <StorageHealth view={view} />
    </Screen>
  );
}

function stakedText(view: WalletView): string {
  const staked = view.staking.staked.reduce((sum, { amount }) => sum + amount, 0n);
  return staked === 0n ? texts.stake.nothing : moneyToText(staked, mainAsset(view), locale);
}

function guardiansText(view: WalletView): string {
  const guardians = view.recovery.ways?.guardians;
  if (guardians === undefined) return recoveryTexts().entryNone;
  return recoveryTexts().entryChosen(guardians.threshold, guardians.accounts.length);
}
