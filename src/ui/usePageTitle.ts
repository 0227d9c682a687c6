/** The tab's title says how far training is, for whoever has another tab in front. */
import { useEffect } from 'react';
import { areAllOver, type PageState } from '../app/state.ts';
import { usePage } from './context.ts';
import { t } from '../text/t.ts';

const TITLE = 'Residual Playground';

function titleOf({ phase, runs, stepsDone, failure, deviceLost }: PageState): string {
  if (failure !== null || deviceLost !== null) return `${t`Stopped`} · ${TITLE}`;
  if (areAllOver(runs)) {
    return `${runs.some(({ finished }) => finished) ? t`Finished` : t`Diverged`} · ${TITLE}`;
  }
  if (phase !== 'training' && phase !== 'paused') return TITLE;
  const total = Math.max(1, ...runs.map(({ config }) => config.training.steps));
  const share = `${Math.floor((100 * stepsDone) / total)} %`;
  return `${phase === 'paused' ? t`Paused at ${share}` : share} · ${TITLE}`;
}

export function usePageTitle(): void {
  const title = usePage(titleOf);
  useEffect(() => {
    document.title = title;
  }, [title]);
}
