/** Names and values, one under the other. */
import type { ComponentChildren } from "preact";

export function Facts({ children }: { readonly children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

export interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
  /** The value takes a line of its own: ids. */
  readonly isLong?: boolean;
}

export function Fact({ name, children, isLong = false }: FactProps) {
  return (
    <div class={isLong ? "fact fact-long" : "fact"}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
