/**
 * A screen that is loaded when it is first opened: what nobody needs in the first second does not weigh on it. Its file lies in
 * the same cache as everything else, so it opens with no network, too.
 */
import type { FunctionComponent } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Failed } from "../features/startup/startup-screens.tsx";

type State<Props> = { readonly screen: FunctionComponent<Props> } | "failed" | undefined;

export function lazyScreen<Props extends object>(
  load: () => Promise<FunctionComponent<Props>>,
): FunctionComponent<Props> {
  let loaded: FunctionComponent<Props> | undefined;
  return (props) => {
    const state = useSignal<State<Props>>(loaded && { screen: loaded });
    useEffect(() => {
      if (state.value !== undefined) return;
      load().then(
        (screen) => {
          loaded = screen;
          state.value = { screen };
        },
        () => (state.value = "failed"),
      );
    }, []);
    if (state.value === undefined) return null;
    // A page of before may ask for a file that the newest version no longer has.
    if (state.value === "failed") return <Failed error={{ type: "engine-not-loaded" }} />;
    const Screen = state.value.screen;
    return <Screen {...props} />;
  };
}
