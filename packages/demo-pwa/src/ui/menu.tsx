/** Ways to further screens: an icon, a name, what stands there now. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export function Menu({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <nav aria-label={label}>
      <ul class="menu">{children}</ul>
    </nav>
  );
}

export interface MenuItemProps {
  readonly icon: IconName;
  readonly href: string;
  readonly name: string;
  readonly state?: ComponentChildren;
  /** Something there wants to be looked at. */
  readonly isUrgent?: boolean;
}

export function MenuItem({ icon, href, name, state, isUrgent = false }: MenuItemProps) {
  return (
    <li>
      <a class={isUrgent ? "menu-item menu-item-urgent" : "menu-item"} href={href}>
        <Icon name={icon} size={22} />
        <span class="menu-name">
          {name}
          {state === undefined ? null : <span class="menu-state">{state}</span>}
        </span>
        <Icon name="next" size={18} />
      </a>
    </li>
  );
}
