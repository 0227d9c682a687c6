import { DialogButton, lazily } from '../lazily.tsx';
import { useIsLocked } from '../sharing/Shown.tsx';
import { t } from '../../text/t.ts';

const Gallery = lazily(
  () => import('./Gallery.tsx'),
  ({ Gallery }) => Gallery,
);

export function ExperimentsButton() {
  return <DialogButton Dialog={Gallery} disabled={useIsLocked()}>{t`Experiments`}</DialogButton>;
}
