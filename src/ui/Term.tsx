import type { ReactNode } from 'react';

interface TermProps {
  readonly term: string;
  /** Explains the term in a tooltip. */
  readonly title?: string;
  readonly children: ReactNode;
}

/** A term and its value, within a `dl`. */
export function Term({ term, title, children }: TermProps) {
  return (
    <div title={title}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
