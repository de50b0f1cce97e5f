/** Offers a new version. Never forces it. */
import { texts } from "../texts/index.ts";
import { Button } from "../ui/button.tsx";
import type { AppUpdate } from "./app-update.ts";

export function UpdateBanner({ update }: { readonly update: AppUpdate }) {
  return (
    <div role="status">
      {update.isReady.value ? (
        <div class="update">
          <span>{texts.update.ready}</span>
          <Button kind="quiet" onClick={update.apply}>
            {texts.update.apply}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
