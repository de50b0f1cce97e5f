/**
 * Over every screen while somebody recovers this wallet's account: whoever did not ask for it has until the delay is over to
 * stop it, and may have opened the app for something else.
 */
import type { WalletView } from "@amigos/engine";
import { texts } from "../texts/index.ts";
import { Icon } from "../ui/icon.tsx";
import { useApp } from "./app-context.ts";
import { routeToFragment } from "./route.ts";

export function RecoveryBanner({ view }: { readonly view: WalletView }) {
  const { router } = useApp();
  // What is vetoed is said where it can be looked at.
  const isUnderWay = view.recovery.underWay.some(({ veto }) => veto === undefined);
  // The screen that it leads to says more.
  if (!isUnderWay || router.route.value.screen === "recovery") return null;
  return (
    <div role="alert">
      <a class="alarm" href={routeToFragment({ screen: "recovery" })}>
        <Icon name="warning" size={22} />
        <span>
          <strong>{texts.recoveryBanner.title}.</strong> {texts.recoveryBanner.look}
        </span>
        <Icon name="next" size={18} />
      </a>
    </div>
  );
}
