/** Which screen is shown: kept in the address's fragment, so that back, forward and reload do what they always do. */
import { signal, type ReadonlySignal } from "@preact/signals";
import { isIdText, type EntryId, type SessionId } from "@amigos/core";

export type Route =
  | { readonly screen: "home" }
  | { readonly screen: "pay" }
  | { readonly screen: "receive" }
  | { readonly screen: "device" }
  | { readonly screen: "devices" }
  | { readonly screen: "add-device" }
  | { readonly screen: "safety" }
  | { readonly screen: "backup" }
  | { readonly screen: "people" }
  | { readonly screen: "acceptance" }
  | { readonly screen: "stake" }
  | { readonly screen: "recovery" }
  /** Choosing them. */
  | { readonly screen: "guardians" }
  /** Being one. */
  | { readonly screen: "guardian" }
  | { readonly screen: "meet" }
  | { readonly screen: "payment"; readonly payment: EntryId }
  /** What the payer shows to a payee who has no link. */
  | { readonly screen: "handover"; readonly payment: EntryId }
  | { readonly screen: "conflict"; readonly session: SessionId; readonly sequence: number };

export function routeToFragment(route: Route): string {
  switch (route.screen) {
    case "home":
      return "#/";
    case "payment":
    case "handover":
      return `#/${route.screen}/${route.payment}`;
    case "conflict":
      return `#/conflict/${route.session}/${route.sequence}`;
    default:
      return `#/${route.screen}`;
  }
}

/** A fragment that leads nowhere leads home. */
export function fragmentToRoute(fragment: string): Route {
  const [screen = "", id = "", sequence = ""] = fragment.replace(/^#\//, "").split("/");
  switch (screen) {
    case "pay":
    case "receive":
    case "device":
    case "devices":
    case "add-device":
    case "safety":
    case "backup":
    case "people":
    case "acceptance":
    case "stake":
    case "recovery":
    case "guardians":
    case "guardian":
    case "meet":
      return { screen };
    case "payment":
    case "handover":
      return isIdText(id) ? { screen, payment: id as EntryId } : { screen: "home" };
    case "conflict":
      return isIdText(id) && /^\d{1,15}$/.test(sequence)
        ? { screen, session: id as SessionId, sequence: Number(sequence) }
        : { screen: "home" };
    default:
      return { screen: "home" };
  }
}

export interface Router {
  readonly route: ReadonlySignal<Route>;
  readonly go: (route: Route, options?: { readonly replace?: boolean }) => void;
  /** To where this screen was opened from, or home when it was opened by its address. */
  readonly back: () => void;
}

export function createRouter(window: Window): Router {
  const route = signal(fragmentToRoute(window.location.hash));
  // How many screens of ours are behind this one, so that `back` never leaves the app.
  const depth = (): number => (window.history.state as { readonly depth?: number } | null)?.depth ?? 0;
  const read = (): void => {
    route.value = fragmentToRoute(window.location.hash);
  };
  const go: Router["go"] = (next, { replace = false } = {}) => {
    const fragment = routeToFragment(next);
    if (replace) window.history.replaceState({ depth: depth() }, "", fragment);
    else window.history.pushState({ depth: depth() + 1 }, "", fragment);
    read();
  };
  window.addEventListener("popstate", read);
  // Links to screens are real links; a plain click on one stays in the app and is counted.
  window.document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#/"]') : null;
    if (link === null || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(fragmentToRoute(link.hash));
  });
  return {
    route,
    go,
    back: () => (depth() > 0 ? window.history.back() : go({ screen: "home" }, { replace: true })),
  };
}
