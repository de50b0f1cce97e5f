/** A payment that an address names and this wallet does not have. */
import { texts } from "../../texts/index.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Screen } from "../../ui/screen.tsx";

export function PaymentMissing() {
  return (
    <Screen title={texts.payment.unknownTitle}>
      <p>{texts.payment.unknown}</p>
      <ButtonLink href="#/">{texts.common.back}</ButtonLink>
    </Screen>
  );
}
