/** Everything that happened, twice: as lanes in space and time, and as a table for who cannot see them or would rather read. */
import { StepsTable } from "../../features/conflict/steps-table.tsx";
import { demo } from "../texts.ts";
import { happenedSentence } from "../happened-sentence.ts";
import { nameOf } from "../names.ts";
import type { WorldView } from "../world/world-view.ts";
import { HappenedPicture } from "./happened-picture.tsx";

export function Happened({ world }: { readonly world: WorldView }) {
  const { happenings, phones } = world;
  const words = demo.happened;
  return (
    <section class="demo-happened" aria-labelledby="demo-happened">
      <div>
        <h2 id="demo-happened">{words.title}</h2>
        <p class="small soft">{words.hint}</p>
      </div>
      <div class="demo-happened-both">
        <HappenedPicture world={world} />
        <StepsTable
          words={words}
          rows={happenings.map((happening) => ({
            who: nameOf(happening.lane, phones),
            what: happenedSentence(happening, world),
            type: happening.type,
          }))}
        />
      </div>
    </section>
  );
}
