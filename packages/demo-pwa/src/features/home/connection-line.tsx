/** Who is in reach, honestly: nothing here is an error, and nothing is green that is not there. */
import type { WalletView } from "@amigos/engine";
import { texts } from "../../texts/index.ts";
import { Icon } from "../../ui/icon.tsx";
import { isHubInReach, walletsNearby } from "../../wallet/selectors.ts";

export function ConnectionLine({ view }: { readonly view: WalletView }) {
  const hasHub = isHubInReach(view);
  const wallets = walletsNearby(view);
  return (
    <div class="connection" role="status">
      <p class={hasHub ? "connection-line connection-here" : "connection-line"}>
        <Icon name={hasHub ? "reach" : "no-reach"} size={18} />
        {hasHub ? texts.connection.hub : texts.connection.noHub}
        {wallets === 0 ? null : <span class="connection-wallets">{texts.connection.wallets(wallets)}</span>}
      </p>
      {hasHub ? null : <p class="connection-hint">{texts.connection.noHubHint}</p>}
    </div>
  );
}
