/**
 * Says news aloud and shows the last of it for a while. The region is always there, so that screen readers notice what
 * appears in it; what it shows never takes the focus and never hides a control.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { WalletView } from "@amigos/engine";
import { Icon } from "../ui/icon.tsx";
import { newsBetween, type NewsItem, type NewsTone } from "./news.ts";
import { playNews } from "./sound.ts";
import "./news.css";

/** Long enough to read twice. */
const SHOWN_MS = 6000;

const ICONS = { open: "receive", settled: "check", dispute: "warning", device: "device" } as const;

/** Felt as well, where a phone can: once for money, twice for what wants to be looked at. Milliseconds on and off. */
const PULSES: { readonly [Tone in NewsTone]: readonly number[] } = {
  open: [40],
  settled: [40],
  dispute: [120, 80, 120],
  device: [120, 80, 120],
};

export function News({ view }: { readonly view: WalletView }) {
  const last = useRef(view);
  const item = useSignal<NewsItem | undefined>(undefined);

  useEffect(() => {
    const latest = newsBetween(last.current, view).at(-1);
    last.current = view;
    if (latest === undefined) return;
    item.value = latest;
    navigator.vibrate?.([...PULSES[latest.tone]]);
    playNews(latest.tone);
  }, [view]);

  useEffect(() => {
    if (item.value === undefined) return;
    const timer = setTimeout(() => (item.value = undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [item.value]);

  return (
    <div class="news" role="status" aria-live="polite">
      {item.value === undefined ? null : (
        <p class={`news-item news-${item.value.tone}`}>
          <Icon name={ICONS[item.value.tone]} size={20} />
          {item.value.text}
        </p>
      )}
    </div>
  );
}
