/** The place of the experiment on the page, if there is one; loaded with the first. */
import { Suspense } from 'react';
import { usePage } from '../context.ts';
import { lazily } from '../lazily.tsx';
import { t } from '../../text/t.ts';

const ExperimentCard = lazily(
  () => import('./ExperimentCard.tsx'),
  ({ ExperimentCard }) => ExperimentCard,
);

export function CurrentExperiment() {
  const isThere = usePage(({ experiment }) => experiment !== null);
  if (!isThere) return null;
  return (
    <Suspense fallback={<p className="empty">{t`Loading…`}</p>}>
      <ExperimentCard />
    </Suspense>
  );
}
