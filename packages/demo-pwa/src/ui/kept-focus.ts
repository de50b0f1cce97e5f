/**
 * Keeps the focus in a part of the page that changes: where what had it is taken away, the heading of its section has it, or
 * the heading of the whole. Otherwise the browser drops it, and whoever goes by keyboard or listens begins at the top.
 */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

export function useKeptFocus(part: RefObject<HTMLElement | null>, heading: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const whole = part.current;
    if (whole === null) return;
    let last: Element | null = null;
    let section: Element | null = null;
    const note = ({ target }: FocusEvent): void => {
      last = target as Element;
      section = last.closest("section");
    };
    const observer = new MutationObserver(() => {
      // Whoever clicked beside everything has left it himself.
      if (last === null || last.isConnected || document.activeElement !== document.body) return;
      const near = section?.isConnected === true ? section.querySelector("h2") : null;
      if (near !== null) near.tabIndex = -1;
      (near ?? heading.current)?.focus({ preventScroll: true });
    });
    whole.addEventListener("focusin", note);
    observer.observe(whole, { childList: true, subtree: true });
    return () => {
      whole.removeEventListener("focusin", note);
      observer.disconnect();
    };
  }, []);
}
