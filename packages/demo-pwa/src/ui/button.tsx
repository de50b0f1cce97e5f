/** Buttons, and links that look like them. One primary per screen. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

export interface ButtonProps {
  readonly kind?: ButtonKind;
  readonly icon?: IconName;
  readonly type?: "button" | "submit";
  readonly onClick?: () => void;
  /** Something is under way: the button stays where it is, says so, and does nothing. */
  readonly isBusy?: boolean;
  /** Whether what it opens is open. */
  readonly isExpanded?: boolean;
  /** What a screen reader says where the words alone are not enough; begins with them. */
  readonly label?: string;
  readonly children: ComponentChildren;
}

export function Button({
  kind = "secondary",
  icon,
  isBusy = false,
  type = "button",
  label,
  isExpanded,
  children,
  onClick,
}: ButtonProps) {
  return (
    <button
      type={type}
      class={`button button-${kind}`}
      aria-label={label}
      aria-expanded={isExpanded}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.();
      }}
    >
      {icon === undefined ? null : <Icon name={icon} size={22} />}
      <span>{children}</span>
    </button>
  );
}

export interface ButtonLinkProps {
  readonly kind?: ButtonKind;
  readonly icon?: IconName;
  readonly href: string;
  readonly children: ComponentChildren;
}

export function ButtonLink({ kind = "secondary", icon, href, children }: ButtonLinkProps) {
  return (
    <a class={`button button-${kind}`} href={href}>
      {icon === undefined ? null : <Icon name={icon} size={22} />}
      <span>{children}</span>
    </a>
  );
}
