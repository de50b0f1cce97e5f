/** A box that says something worth stopping for: what happened, what follows, what can be done. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export interface NoticeProps {
  readonly tone: "calm" | "open" | "settled" | "dispute";
  readonly icon?: IconName;
  readonly title?: string;
  readonly children: ComponentChildren;
}

export function Notice({ tone, icon = "warning", title, children }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`}>
      <Icon name={icon} size={22} />
      <div class="notice-body">
        {title === undefined ? null : <h2 class="notice-title">{title}</h2>}
        {children}
      </div>
    </div>
  );
}
