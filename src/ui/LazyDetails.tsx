import { type ReactNode, useState } from 'react';

interface LazyDetailsProps {
  readonly summary: string;
  readonly children: () => ReactNode;
}

/** Details whose content is made only while they are open. */
export function LazyDetails({ summary, children }: LazyDetailsProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen && children()}
    </details>
  );
}
