/** The step that is told: one sentence of what happens and why, and the buttons that go on. */
import { countToText } from "../../format/count.ts";
import { Button } from "../../ui/button.tsx";
import { centsToText } from "../happened-sentence.ts";
import { nameOf } from "../names.ts";
import type { Player } from "../player.ts";
import { demo, sentenceOf } from "../texts.ts";
import type { WorldView } from "../world/world-view.ts";

export interface StoryTellerProps {
  readonly player: Player;
  readonly world: WorldView | undefined;
}

export function StoryTeller({ player, world }: StoryTellerProps) {
  const { story, steps, told, isPlaying, isJoined, isBusy } = player.state.value;
  const isOver = steps.length > 0 && told === steps.length;
  const place =
    story === undefined || told === 0
      ? demo.story.beginning
      : demo.story.step(countToText(told), countToText(steps.length));
  return (
    <section class="demo-teller" aria-label={demo.story.controls} aria-busy={isBusy || undefined} data-told={told}>
      <div class="demo-teller-words" role="status" aria-live="polite">
        <p class="small soft">
          {place}
          {isOver && !isBusy ? ` · ${demo.story.over}` : ""}
        </p>
        <p class="demo-sentence">{world === undefined ? demo.loading : sentence(player, world)}</p>
        {isJoined && story !== undefined ? <p class="small demo-joined">{demo.story.joined}</p> : null}
      </div>
      {steps.length === 0 ? null : (
        <progress class="demo-progress" max={steps.length} value={told} aria-hidden="true" />
      )}
      <div class="demo-row">
        {story === undefined ? null : (
          <>
            <Button
              kind="primary"
              icon={isPlaying ? "hold" : "play"}
              onClick={() => (isPlaying ? player.pause() : void player.play())}
            >
              {isPlaying ? demo.story.pause : demo.story.play}
            </Button>
            {isOver ? null : (
              <Button icon="next" isBusy={isBusy || world === undefined} onClick={() => void player.step()}>
                {demo.story.next}
              </Button>
            )}
          </>
        )}
        <Button kind="quiet" onClick={() => void player.begin()}>
          {demo.story.restart}
        </Button>
      </div>
    </section>
  );
}

function sentence(player: Player, world: WorldView): string {
  const { story, steps, told } = player.state.value;
  const step = steps[told - 1];
  if (story === undefined) return demo.story.noneAbout;
  if (step === undefined) return demo.story.begin;
  const money = (cents: number | undefined): string => (cents === undefined ? "" : centsToText(cents, world));
  const name = (party: typeof step.one): string => (party === undefined ? "" : nameOf(party, world.phones));
  return sentenceOf(story, step, {
    first: money(step.first),
    second: money(step.second),
    third: money(step.third),
    one: name(step.one),
    other: name(step.other),
  });
}
