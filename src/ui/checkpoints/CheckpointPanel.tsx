/** Checkpoints: the one kept in this browser, and files to save and open. */
import { useRef } from 'react';
import { formatBytes, formatCount } from '../../charts/format.ts';
import { isUsable, usePage, useSession } from '../context.ts';
import { ErrorText } from '../ErrorText.tsx';
import { useDropped } from '../fileDrops.ts';
import { adapterWords } from '../../engine/adapterWords.ts';
import { t } from '../../text/t.ts';

export function CheckpointPanel() {
  const session = useSession();
  const { kept, failure, otherAdapter, otherKernels, canSave, canOpen } = usePage((state) => ({
    kept: state.checkpoint.kept,
    failure: state.checkpoint.failure,
    otherAdapter: state.checkpoint.otherAdapter,
    otherKernels: state.checkpoint.otherKernels,
    canSave: state.stepsDone > 0 && state.failure === null,
    canOpen: isUsable(state) && (state.phase !== 'preparing' || state.rests),
  }));
  const panel = useRef<HTMLElement>(null);
  const take = ({ files: [file] }: DataTransfer) => {
    if (file === undefined) return;
    session.resume(file);
    // What is said of it is said here.
    panel.current?.scrollIntoView({ block: 'nearest' });
  };
  useDropped('checkpoint', canOpen ? take : null);
  return (
    <section ref={panel} className="column panel" aria-labelledby="checkpoint-title">
      <h2 id="checkpoint-title">{t`Checkpoint`}</h2>
      <div className="row panel-buttons">
        <button
          type="button"
          disabled={!canSave}
          onClick={() => session.queries.exportCheckpoint()}
        >{t`Save checkpoint`}</button>
        <OpenButton disabled={!canOpen} onChoose={(file) => session.resume(file)} />
      </div>
      <ErrorText>{failure?.message ?? null}</ErrorText>
      {otherAdapter !== null && (
        <p className="hint">{t`These runs were started on ${adapterWords(otherAdapter)}. Sums may round differently on this adapter, so the last bits of later results can differ.`}</p>
      )}
      {otherAdapter === null && otherKernels && (
        <p className="hint">{t`These runs were started with other kernels. Sums may round differently, so the last bits of later results can differ.`}</p>
      )}
      <p className="hint">
        {kept === null
          ? t`While training, all runs are saved in this browser every few seconds and at every pause, so that they can continue from exactly there.`
          : t`Kept in this browser: step ${formatCount(kept.step)}, ${formatBytes(kept.bytes)}.`}
      </p>
    </section>
  );
}

interface OpenButtonProps {
  readonly disabled: boolean;
  readonly onChoose: (file: File) => void;
}

/** Opens the file dialog; the same file can be chosen twice in a row. */
function OpenButton({ disabled, onChoose }: OpenButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        disabled={disabled}
        onClick={() => input.current?.click()}
      >{t`Open checkpoint…`}</button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".safetensors"
        aria-label={t`Checkpoint file`}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = '';
          if (file !== undefined) onChoose(file);
        }}
      />
    </>
  );
}
