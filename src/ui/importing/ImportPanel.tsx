/** Trained weights from elsewhere, to begin with. */
import { Editable } from '../sharing/Shown.tsx';
import { ImportButton } from './ImportButton.tsx';

export function ImportPanel() {
  return (
    <section className="panel" aria-labelledby="weights-title">
      <h2 id="weights-title">Weights</h2>
      <div className="panel-buttons">
        <Editable>
          <ImportButton />
        </Editable>
      </div>
      <p className="hint">
        A trained ResNet from PyTorch, NumPy or this page, to test, compare or train on.
      </p>
    </section>
  );
}
