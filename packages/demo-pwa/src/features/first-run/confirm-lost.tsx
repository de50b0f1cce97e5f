/** Before anything is made of it: whose account the guardians will be asked for, and what comes of it on this device. */
import { recoveryTexts } from "../../texts/recovery.ts";
import { AccountHead } from "../../ui/account-head.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Screen } from "../../ui/screen.tsx";
import type { Lost } from "./have-account.tsx";
import "./confirm-lost.css";

export interface ConfirmLostProps extends Lost {
  readonly onConfirm: () => void;
  readonly onBack: () => void;
}

export function ConfirmLost({ account, onConfirm, onBack }: ConfirmLostProps) {
  const words = recoveryTexts().lost;
  return (
    <Screen title={words.sureTitle} hasBack={false}>
      <AccountHead account={account} />
      <p>{words.sureLead}</p>
      <ol class="will-happen">
        <li>
          <Icon name="key" size={22} />
          <span>{words.sureMade}</span>
        </li>
        <li>
          <Icon name="people" size={22} />
          <span>{words.sureAgree}</span>
        </li>
        <li>
          <Icon name="device" size={22} />
          <span>{words.sureAfter}</span>
        </li>
      </ol>
      <div class="buttons">
        <Button kind="primary" onClick={onConfirm}>
          {words.confirm}
        </Button>
        <Button kind="quiet" onClick={onBack}>
          {words.sureNo}
        </Button>
      </div>
    </Screen>
  );
}
