/** How safe the money on this device is: from whoever holds it, and from being lost. Nothing is called safe that is not. */
import type { WalletView } from "@amigos/engine";
import { texts } from "../../texts/index.ts";
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
}

export function Safety({ view, lock, backup }: SafetyProps) {
  return (
    <Screen title={texts.safety.title}>
      <LockSection lock={lock} view={view} />
      <section class="stack">
        <h2>{texts.backup.section}</h2>
        <BackupNotice backup={backup} />
      </section>
      <StorageHealth view={view} />
    </Screen>
  );
}
