/** Hands a text to another app, where the browser lets a page do that. Elsewhere there is nothing: it can be copied. */
import { texts } from "../texts/index.ts";
import { Button } from "./button.tsx";

export function ShareButton({ text }: { readonly text: string }) {
  if (typeof navigator.share !== "function") return null;
  return (
    // Giving up is no failure, and there is nothing else to say of one.
    <Button kind="quiet" onClick={() => void navigator.share({ text }).catch(() => undefined)}>
      {texts.common.share}
    </Button>
  );
}
