/** Imports trained weights: of a file that is chosen in the dialog, or was dropped anywhere on the page. */
import { Suspense, useState } from 'react';
import { isUsable, usePage } from '../context.ts';
import { useDropped } from '../fileDrops.ts';
import { DialogButton, lazily } from '../lazily.tsx';
import { Editable, useIsLocked } from '../sharing/Shown.tsx';
import { t } from '../../text/t.ts';

const ImportDialog = lazily(
  () => import('./ImportDialog.tsx'),
  ({ ImportDialog }) => ImportDialog,
);

export function ImportPanel() {
  const canImport = usePage(isUsable);
  const isLocked = useIsLocked();
  const [dropped, setDropped] = useState<File | null>(null);
  const take = ({ files }: DataTransfer) => setDropped(files[0] ?? null);
  useDropped('weights', canImport && !isLocked ? take : null);
  return (
    <section className="column panel" aria-labelledby="weights-title">
      <h2 id="weights-title">{t`Weights`}</h2>
      <div className="row panel-buttons">
        <Editable>
          <DialogButton
            Dialog={ImportDialog}
            disabled={!canImport}
          >{t`Import weights`}</DialogButton>
        </Editable>
      </div>
      {dropped !== null && (
        <Suspense>
          <ImportDialog
            file={dropped}
            onClose={() => setDropped(null)}
            restoreFocus={() => undefined}
          />
        </Suspense>
      )}
      <p className="hint">{t`A trained ResNet from PyTorch, NumPy or this page, to test, compare or train further.`}</p>
    </section>
  );
}
