/** Where a weights file is chosen, and what is known of the one that was. */
import { formatBytes } from '../../charts/format.ts';
import { networkName } from '../../model/networkName.ts';
import type { OpenedFile } from '../../weights/importer/weightsImport.ts';
import { WEIGHTS_EXTENSIONS } from '../../weights/read/extensions.ts';

export function FilePicker({ onChoose }: { onChoose: (file: File | undefined) => void }) {
  return (
    <div className="file-picker">
      <label>
        <span className="pick">Choose a file</span>
        <input
          type="file"
          className="visually-hidden"
          accept={WEIGHTS_EXTENSIONS.join()}
          aria-label="Weights file"
          onChange={(event) => {
            onChoose(event.target.files?.[0]);
            // So that the same file can be chosen again.
            event.target.value = '';
          }}
        />
      </label>
      <p className="hint">
        or drop it here: safetensors, PyTorch (.pth) or NumPy (.npz). It is read as data; nothing in
        it is run, and it does not leave this browser.
      </p>
    </div>
  );
}

const ORIGINS = { file: 'It says it is', shapes: 'By names and shapes it is' } as const;

export function FileFacts({ opened }: { opened: OpenedFile }) {
  const { fileName, format, fileBytes, tensors, remarks, cautions, proposal } = opened;
  return (
    <div className="file-facts">
      <p>
        <b>{fileName}</b>: {format}, {tensors} tensors, {formatBytes(fileBytes)}.{' '}
        {proposal !== null && `${ORIGINS[proposal.source]} ${networkName(proposal.model)}.`}{' '}
        {remarks.join(' ')}
      </p>
      {cautions.map((caution) => (
        <p key={caution} className="caution">
          {caution}
        </p>
      ))}
    </div>
  );
}
