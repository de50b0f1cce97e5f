/** Which language the app speaks: each named by its own speakers. */
import { chooseLanguage } from "../../app/preferred-language.ts";
import { language, LANGUAGES, texts } from "../../texts/index.ts";

export function LanguageChoice() {
  return (
    <fieldset class="stack choice">
      <legend>
        <h2>{texts.common.language}</h2>
      </legend>
      {LANGUAGES.map(({ id, name }) => (
        <label key={id} class="choice-option" lang={id}>
          <input
            type="radio"
            name="language"
            value={id}
            checked={language.value === id}
            onChange={() => void chooseLanguage(id)}
          />
          <bdi>{name}</bdi>
        </label>
      ))}
    </fieldset>
  );
}
