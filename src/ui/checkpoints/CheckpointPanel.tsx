/** Checkpoints: what is kept in this browser, and files to save and to open. */
import { useRef } from 'react';
import { formatBytes, formatCount } from '../../charts/format.ts';
import { usePage, useSession } from '../context.ts';

export function CheckpointPanel() {
  const session = useSession();
  const { kept, failure, otherAdapter, otherKernels, canSave, canOpen } = usePage((state) => ({
    kept: state.checkpoint.kept,
    failure: state.checkpoint.failure,
    otherAdapter: state.checkpoint.otherAdapter,
    otherKernels: state.checkpoint.otherKernels,
    canSave: state.stepsDone > 0 && state.failure === null,
    canOpen:
      state.phase !== 'opening' &&
      state.phase !== 'preparing' &&
      state.unsupported === null &&
      state.deviceLost === null &&
      state.failure === null,
  }));
  return (
    <section className="panel" aria-labelledby="checkpoint-title">
      <h2 id="checkpoint-title">Checkpoint</h2>
      <div className="panel-buttons">
        <button type="button" disabled={!canSave} onClick={() => session.queries.exportCheckpoint()}>
          Save checkpoint
        </button>
        <OpenButton disabled={!canOpen} onChoose={(file) => session.resume(file)} />
      </div>
      {failure !== null && (
        <p className="error" role="alert">
          {failure.message}
        </p>
      )}
      {otherAdapter !== null && (
        <p className="hint">
          These runs were begun on {otherAdapter}. On this adapter sums may round differently, so
          the last bits of what follows can differ.
        </p>
      )}
      {otherAdapter === null && otherKernels && (
        <p className="hint">
          These runs were begun with other kernels. Sums may round differently, so the last bits of
          what follows can differ.
        </p>
      )}
      <p className="hint">
        {kept === null
          ? 'While training, all runs are kept in this browser every few seconds and at every pause, to go on from exactly where they were.'
          : `Kept in this browser: step ${formatCount(kept.step)}, ${formatBytes(kept.bytes)}.`}
      </p>
    </section>
  );
}

interface OpenButtonProps {
  readonly disabled: boolean;
  readonly onChoose: (file: File) => void;
}

/** A button that opens the file dialog; the same file can be chosen twice in a row. */
function OpenButton({ disabled, onChoose }: OpenButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" disabled={disabled} onClick={() => input.current?.click()}>
        Open checkpoint…
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".safetensors"
        aria-label="Checkpoint file"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = '';
          if (file !== undefined) onChoose(file);
        }}
      />
    </>
  );
}
