/** What happened, as a table: which step, who, and what. For whoever cannot see the lanes, or would rather read. */
import { countToText } from "../../format/count.ts";
import "./why.css";

export interface StepsTableProps {
  readonly words: { readonly title: string; readonly step: string; readonly who: string; readonly what: string };
  readonly rows: readonly {
    readonly who: string;
    readonly what: string;
    /** What tests find it by. */
    readonly type?: string;
  }[];
}

export function StepsTable({ words, rows }: StepsTableProps) {
  return (
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
        {rows.map(({ who, what, type }, index) => (
          <tr key={index} {...(type === undefined ? {} : { "data-happening": type })}>
            <td class="number">{countToText(index + 1)}</td>
            <th scope="row">
              <bdi>{who}</bdi>
            </th>
            <td>{what}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
