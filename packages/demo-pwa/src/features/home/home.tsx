/** The first screen: what one has, what is still open, who is in reach, what happened, and the two things one can do. */
import { useApp } from "../../app/app-context.ts";
import { routeToFragment } from "../../app/route.ts";
import { unbroken } from "../../format/identity.ts";
import { conflictSentence } from "../../texts/conflict-sentence.ts";
import { texts } from "../../texts/index.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import type { Funding, OpenWalletState } from "../../wallet/wallet-state.ts";
import type { WalletView } from "@amigos/engine";
import { BackupNotice } from "../backup/backup-notice.tsx";
import { BalanceStick } from "./balance-stick.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { PaymentList } from "./payment-list.tsx";
import "./home.css";

export function Home({
  view,
  funding,
  otherNetwork,
  backup,
}: Pick<OpenWalletState, "view" | "funding" | "otherNetwork" | "backup">) {
  const { client, now } = useApp();
  return (
    <Screen
      title={view.session.device}
      hasBack={false}
      aside={
        <a class="icon-button" href={routeToFragment({ screen: "device" })} aria-label={texts.home.device}>
          <Icon name="device" />
        </a>
      }
      actions={
        <nav class="buttons buttons-beside" aria-label={texts.home.title}>
          <ButtonLink kind="secondary" icon="receive" href={routeToFragment({ screen: "receive" })}>
            {texts.home.receive}
          </ButtonLink>
          <ButtonLink kind="primary" icon="pay" href={routeToFragment({ screen: "pay" })}>
            {texts.home.pay}
          </ButtonLink>
        </nav>
      }
    >
      <div class="home-top">
        <ConnectionLine view={view} />
        {view.balances.map((balance) => (
          <BalanceStick key={balance.asset} balance={balance} account={view.account} />
        ))}
      </div>
      {otherNetwork === undefined ? null : (
        <Notice tone="open" title={texts.home.otherNetworkTitle}>
          <p>{texts.home.otherNetwork(otherNetwork.name)}</p>
          <Button kind="quiet" onClick={() => void client.calls.switchNetwork(undefined)}>
            {texts.home.switchNetwork}
          </Button>
        </Notice>
      )}
      <SessionNotice view={view} />
      {view.conflicts.map((conflict) => (
        <Notice key={`${conflict.session}/${conflict.sequence}`} tone="dispute" title={texts.home.conflictTitle}>
          <p>{unbroken(conflictSentence(conflict, view))}</p>
          <a href={routeToFragment({ screen: "conflict", session: conflict.session, sequence: conflict.sequence })}>
            {texts.home.conflictMore}
          </a>
        </Notice>
      ))}
      <FundingNotice funding={funding} view={view} />
      {isBackupDue(backup, view) ? <BackupNotice backup={backup} /> : null}
      <PaymentList view={view} now={now.value} />
    </Screen>
  );
}

/** Once somebody else has paid: before that there is little to lose, and afterwards there is. */
function isBackupDue(backup: OpenWalletState["backup"], view: WalletView): boolean {
  const received = view.payments.filter(({ direction, outcome }) => direction === "in" && outcome === "accepted");
  // The first is the demo's own.
  return backup !== undefined && backup.savedAt === undefined && received.length > 1;
}

function SessionNotice({ view }: { readonly view: WalletView }) {
  if (view.session.status === "killed") {
    return (
      <Notice tone="dispute" title={texts.home.killedTitle}>
        <p>{texts.home.killed}</p>
      </Notice>
    );
  }
  if (view.session.status === "revoked") {
    return (
      <Notice tone="dispute" title={texts.home.revokedTitle}>
        <p>{texts.home.revoked}</p>
      </Notice>
    );
  }
  if (view.session.status === "frozen") {
    return (
      <Notice tone="dispute" title={texts.home.frozenTitle}>
        <p>{texts.home.frozen}</p>
      </Notice>
    );
  }
  if (view.session.status !== "expired") return null;
  return (
    <Notice tone="open" icon="clock" title={texts.home.expiredTitle}>
      <p>{texts.home.expired}</p>
    </Notice>
  );
}

/** Said until the money shows in the balance; then the balance says it. */
function FundingNotice({ funding, view }: { readonly funding: Funding; readonly view: WalletView }) {
  const isMoneyHere =
    view.balances.some(({ available, pendingIn }) => available > 0n || pendingIn > 0n) || view.payments.length > 0;
  if (isMoneyHere || funding.type === "none") return null;
  const text = funding.type === "refused" ? texts.funding.refused(funding.reason) : texts.funding[funding.type];
  return (
    <Notice tone="calm" icon="clock">
      <p role="status">{text}</p>
    </Notice>
  );
}
