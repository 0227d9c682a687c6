/** Imports trained weights. */
import { isUsable, usePage } from '../context.ts';
import { DialogButton, lazily } from '../lazily.tsx';
import { Editable } from '../sharing/Shown.tsx';

const ImportDialog = lazily(
  () => import('./ImportDialog.tsx'),
  ({ ImportDialog }) => ImportDialog,
);

export function ImportPanel() {
  const canImport = usePage(isUsable);
  return (
    <section className="column panel" aria-labelledby="weights-title">
      <h2 id="weights-title">Weights</h2>
      <div className="row panel-buttons">
        <Editable>
          <DialogButton Dialog={ImportDialog} disabled={!canImport}>
            Import weights
          </DialogButton>
        </Editable>
      </div>
      <p className="hint">
        A trained ResNet from PyTorch, NumPy or this page, to test, compare or train further.
      </p>
    </section>
  );
}
