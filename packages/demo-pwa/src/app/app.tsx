/** The root: which screen for which state of the wallet and which address. */
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import { FirstRun } from "../features/first-run/first-run.tsx";
import { Home } from "../features/home/home.tsx";
import { Locked } from "../features/lock/locked.tsx";
import { Failed, NetworkUnknown, OpenElsewhere, Opening } from "../features/startup/startup-screens.tsx";
import { language } from "../texts/index.ts";
import { paymentById } from "../wallet/selectors.ts";
import type { OpenWalletState } from "../wallet/wallet-state.ts";
import { AppContextProvider, useApp, type AppContext } from "./app-context.ts";
import { lazyScreen } from "./lazy-screen.tsx";
import { News } from "./news-region.tsx";
import { RecoveryBanner } from "./recovery-banner.tsx";
import { UpdateBanner } from "./update-banner.tsx";
import type { AppUpdate } from "./app-update.ts";

const moreScreens = () => import("./more-screens.ts");
const Acceptance = lazyScreen(async () => (await moreScreens()).Acceptance);
const AddDevice = lazyScreen(async () => (await moreScreens()).AddDevice);
const Backup = lazyScreen(async () => (await moreScreens()).Backup);
const ChooseGuardians = lazyScreen(async () => (await moreScreens()).ChooseGuardians);
const Conflict = lazyScreen(async () => (await moreScreens()).Conflict);
const ConflictMissing = lazyScreen(async () => (await moreScreens()).ConflictMissing);
const Device = lazyScreen(async () => (await moreScreens()).Device);
const Devices = lazyScreen(async () => (await moreScreens()).Devices);
const Guardian = lazyScreen(async () => (await moreScreens()).Guardian);
const Handover = lazyScreen(async () => (await moreScreens()).Handover);
const Join = lazyScreen(async () => (await moreScreens()).Join);
const Meet = lazyScreen(async () => (await moreScreens()).Meet);
const Pay = lazyScreen(async () => (await moreScreens()).Pay);
const Payment = lazyScreen(async () => (await moreScreens()).Payment);
const PaymentMissing = lazyScreen(async () => (await moreScreens()).PaymentMissing);
const People = lazyScreen(async () => (await moreScreens()).People);
const Receive = lazyScreen(async () => (await moreScreens()).Receive);
const Recovering = lazyScreen(async () => (await moreScreens()).Recovering);
const Recovery = lazyScreen(async () => (await moreScreens()).Recovery);
const Safety = lazyScreen(async () => (await moreScreens()).Safety);
const Stake = lazyScreen(async () => (await moreScreens()).Stake);

export function App({ app, update }: { readonly app: AppContext; readonly update: AppUpdate }) {
  // Once the first screen is drawn: the next tap finds its screen here.
  useEffect(() => void moreScreens().catch(() => undefined), []);
  return (
    <AppContextProvider value={app}>
      {/* Another language draws everything anew. */}
      <Fragment key={language.value}>
        <UpdateBanner update={update} />
        <CurrentState />
      </Fragment>
    </AppContextProvider>
  );
}

function CurrentState() {
  const { client } = useApp();
  const state = client.state.value;
  switch (state.type) {
    case "starting":
      return <Opening />;
    case "locked":
      return <Locked lock={state.lock} />;
    case "joining":
      return <Join joining={state} />;
    case "recovering":
      return <Recovering recovering={state} />;
    case "empty":
      return <FirstRun />;
    case "busy":
      return <OpenElsewhere wasHere={false} />;
    case "handed-over":
      return <OpenElsewhere wasHere />;
    case "network-unknown":
      return <NetworkUnknown />;
    case "failed":
      return <Failed error={state.error} />;
    case "open":
      return (
        <>
          <RecoveryBanner view={state.view} />
          <CurrentScreen {...state} />
          <News view={state.view} />
        </>
      );
  }
}

function CurrentScreen(state: OpenWalletState) {
  const { view, funding, otherNetwork, lock, policy, backup, wasRecovered } = state;
  const { router } = useApp();
  const route = router.route.value;
  switch (route.screen) {
    case "home":
      return <Home view={view} funding={funding} otherNetwork={otherNetwork} backup={backup} />;
    case "pay":
      return <Pay view={view} />;
    case "receive":
      return <Receive view={view} />;
    case "device":
      return <Device view={view} lock={lock} />;
    case "devices":
      return <Devices view={view} />;
    case "add-device":
      return <AddDevice view={view} />;
    case "safety":
      return <Safety view={view} lock={lock} backup={backup} wasRecovered={wasRecovered} />;
    case "backup":
      return <Backup backup={backup} wasRecovered={wasRecovered} />;
    case "acceptance":
      return <Acceptance view={view} />;
    case "stake":
      return <Stake view={view} unbondingMs={state.unbondingMs} />;
    case "recovery":
      return <Recovery view={view} backup={backup} />;
    case "guardians":
      return <ChooseGuardians view={view} />;
    case "guardian":
      return <Guardian view={view} />;
    case "people":
      return <People view={view} />;
    case "meet":
      return <Meet view={view} />;
    case "payment": {
      const payment = paymentById(view, route.payment);
      return payment === undefined ? <PaymentMissing /> : <Payment key={payment.id} payment={payment} view={view} />;
    }
    case "handover": {
      const payment = paymentById(view, route.payment);
      return payment === undefined ? <PaymentMissing /> : <Handover key={payment.id} payment={payment} view={view} />;
    }
    case "conflict": {
      const conflict = view.conflicts.find(
        ({ session, sequence }) => session === route.session && sequence === route.sequence,
      );
      return conflict === undefined ? (
        <ConflictMissing />
      ) : (
        <Conflict conflict={conflict} view={view} policy={policy} />
      );
    }
  }
}
