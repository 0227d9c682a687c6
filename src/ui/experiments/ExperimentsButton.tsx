import { DialogButton, lazily } from '../lazily.tsx';
import { useIsLocked } from '../sharing/Shown.tsx';

const Gallery = lazily(async () => (await import('./Gallery.tsx')).Gallery);

export function ExperimentsButton() {
  return (
    <DialogButton Dialog={Gallery} disabled={useIsLocked()}>
      Experiments
    </DialogButton>
  );
}
