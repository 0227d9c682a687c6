/** Where the experiment on the page stands, if there is one; loaded with the first of them. */
import { lazy, Suspense } from 'react';
import { usePage } from '../context.ts';

const ExperimentCard = lazy(() =>
  import('./ExperimentCard.tsx').then(({ ExperimentCard }) => ({ default: ExperimentCard })),
);

export function ExperimentSlot() {
  const isThere = usePage(({ experiment }) => experiment !== null);
  if (!isThere) return null;
  return (
    <Suspense fallback={<p className="empty">Loading…</p>}>
      <ExperimentCard />
    </Suspense>
  );
}
