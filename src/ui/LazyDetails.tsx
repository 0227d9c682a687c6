import { type ReactNode, useState } from 'react';

interface LazyDetailsProps {
  readonly summary: string;
  readonly className?: string;
  readonly children: () => ReactNode;
}

/** Details whose content is made only while they are open. */
export function LazyDetails({ summary, className, children }: LazyDetailsProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className={className} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen && children()}
    </details>
  );
}
