/** The language of the page: its words are loaded first, so that nothing is drawn in two. */
import { useId } from "preact/hooks";
import { chooseLanguage } from "../../app/preferred-language.ts";
import { LANGUAGES, locale, texts, type LanguageId } from "../../texts/index.ts";
import { loadDemoTexts } from "../texts.ts";

export function DemoLanguage() {
  const id = useId();
  const choose = async (language: LanguageId): Promise<void> => {
    await loadDemoTexts(language);
    await chooseLanguage(language);
  };
  return (
    <div class="demo-language">
      <label class="visually-hidden" for={id}>
        {texts.common.language}
      </label>
      <select
        id={id}
        class="demo-select"
        value={locale}
        onChange={(event) => void choose(event.currentTarget.value as LanguageId).catch(() => undefined)}
      >
        {LANGUAGES.map((choice) => (
          <option key={choice.id} value={choice.id} lang={choice.id}>
            {choice.name}
          </option>
        ))}
      </select>
    </div>
  );
}
