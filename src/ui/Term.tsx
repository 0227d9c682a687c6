import type { ReactNode } from 'react';

interface TermProps {
  readonly term: ReactNode;
  /** Explains the term in a tooltip. */
  readonly title?: string;
  /** Left out where there is little room. */
  readonly isAlso?: boolean;
  readonly children: ReactNode;
}

/** A term and its value, within a `dl`. */
export function Term({ term, title, isAlso = false, children }: TermProps) {
  return (
    <div title={title} className={isAlso ? 'also' : undefined}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
