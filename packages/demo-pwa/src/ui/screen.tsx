/** The frame of a screen: a heading that takes the focus when the screen opens, a way back, content, and a bar of actions. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app/app-context.ts";
import { texts } from "../texts/index.ts";
import { Icon } from "./icon.tsx";
import { useKeptFocus } from "./kept-focus.ts";

export interface ScreenProps {
  readonly title: string;
  /** Beside the heading, at its end. */
  readonly aside?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly hasBack?: boolean;
  readonly children: ComponentChildren;
}

export function Screen({ title, aside, actions, hasBack = true, children }: ScreenProps) {
  const { router } = useApp();
  const whole = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useKeptFocus(whole, heading);
  useEffect(() => {
    document.title = `${title} · ${texts.appName}`;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [title]);
  return (
    <div class="screen" ref={whole}>
      <header class="screen-head">
        {hasBack ? (
          <button type="button" class="icon-button" aria-label={texts.common.back} onClick={router.back}>
            <Icon name="back" />
          </button>
        ) : null}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {aside}
      </header>
      <main class="screen-main">
        <div class="screen-body">{children}</div>
        {actions === undefined ? null : <div class="screen-actions">{actions}</div>}
      </main>
    </div>
  );
}
