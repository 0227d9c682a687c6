import { usePage } from '../context.ts';
import { DialogButton, lazily } from '../lazily.tsx';
import { t } from '../../text/t.ts';

const ShareDialog = lazily(
  () => import('./ShareDialog.tsx'),
  ({ ShareDialog }) => ShareDialog,
);

export function ShareButton() {
  const hasRuns = usePage(({ runs }) => runs.length > 0);
  return <DialogButton Dialog={ShareDialog} disabled={!hasRuns}>{t`Share`}</DialogButton>;
}
