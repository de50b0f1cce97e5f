/** How safe the money on this device is: from whoever holds it, and from being lost. Nothing is called safe that is not. */
import type { WalletView } from "@amigos/engine";
import { texts } from "../../texts/index.ts";
import { Screen } from "../../ui/screen.tsx";
import type { LockState } from "../../wallet/lock.ts";
import { LockSection } from "../lock/lock-section.tsx";
import { StorageHealth } from "./storage-health.tsx";

export function Safety({ view, lock }: { readonly view: WalletView; readonly lock: LockState }) {
  return (
    <Screen title={texts.safety.title}>
      <LockSection lock={lock} view={view} />
      <StorageHealth view={view} />
    </Screen>
  );
}
