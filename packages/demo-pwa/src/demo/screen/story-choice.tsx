/** Which story, and with which seed: what the address says, and what can be shared. */
import { countToText } from "../../format/count.ts";
import { useId } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";

import type { Player } from "../player.ts";
import { addressToSearch, SEED_MAX, STORY_IDS, type StoryId } from "../stories/index.ts";
import { demo } from "../texts.ts";

const NONE = "none";

export function StoryChoice({ player }: { readonly player: Player }) {
  const { story, seed } = player.state.value;
  const id = useId();
  const address = `${location.origin}${location.pathname}${addressToSearch({ story, seed })}`;
  return (
    <div class="demo-choice">
      <div class="demo-choice-story">
        <label class="field-label" for={id}>
          {demo.story.choose}
        </label>
        <select
          id={id}
          class="demo-select"
          value={story ?? NONE}
          onChange={({ currentTarget: { value } }) =>
            void player.begin({ story: value === NONE ? undefined : (value as StoryId), seed })
          }
        >
          {STORY_IDS.map((one) => (
            <option key={one} value={one}>
              {demo.stories[one].title}
            </option>
          ))}
          <option value={NONE}>{demo.story.none}</option>
        </select>
        {story === undefined ? null : <p class="field-hint">{demo.stories[story].about}</p>}
      </div>
      <div class="demo-choice-seed">
        <div class="demo-row">
          <p class="demo-seed">
            <span class="field-label">{demo.story.seed}</span> <strong class="number">{countToText(seed)}</strong>
          </p>
          <Button
            kind="quiet"
            onClick={() => void player.begin({ story, seed: Math.floor(Math.random() * SEED_MAX) + 1 })}
          >
            {demo.story.another}
          </Button>
          <CopyButton kind="quiet" text={address} label={demo.story.copyLink} />
        </div>
        <p class="field-hint">{demo.story.seedHint}</p>
      </div>
    </div>
  );
}
