/** Everything that happened, twice: as lanes in space and time, and as a table for who cannot see them or would rather read. */
import { demo } from "../texts.ts";
import { happenedSentence } from "../happened-sentence.ts";
import { nameOf, numberOf } from "../names.ts";
import type { WorldView } from "../world/world-view.ts";
import { HappenedPicture } from "./happened-picture.tsx";
import "../../features/conflict/why.css";

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
        <table class="why-table">
          <caption class="visually-hidden">{words.title}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">{words.step}</span>
              </th>
              <th scope="col">{words.who}</th>
              <th scope="col">{words.what}</th>
            </tr>
          </thead>
          <tbody>
            {happenings.map((happening, index) => (
              <tr key={index} data-happening={happening.type}>
                <td class="number">{numberOf(index + 1)}</td>
                <th scope="row">
                  <bdi>{nameOf(happening.lane, phones)}</bdi>
                </th>
                <td>{happenedSentence(happening, world)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
