/** Whether news is heard. */
import { isSoundOn, switchSound } from "../../app/sound.ts";
import { texts } from "../../texts/index.ts";

export function SoundChoice() {
  return (
    <section class="stack">
      <h2>{texts.device.sound}</h2>
      <label class="choice-option">
        <input
          type="checkbox"
          checked={isSoundOn.value}
          onChange={(event) => switchSound(event.currentTarget.checked)}
        />
        {texts.device.soundOn}
      </label>
    </section>
  );
}
