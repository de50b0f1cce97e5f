/** Twelve digits that two devices show, for whoever holds both to compare. Read aloud digit by digit. */
import { texts } from "../../texts/index.ts";
import "./digits.css";

export function Digits({ code }: { readonly code: string }) {
  return (
    <section class="digits-box">
      <h2 class="digits-title">{texts.join.digits}</h2>
      <p class="digits mono" role="img" aria-label={Array.from(code.replaceAll(" ", "")).join(" ")}>
        {code}
      </p>
      <p class="small soft">{texts.join.digitsHint}</p>
    </section>
  );
}
