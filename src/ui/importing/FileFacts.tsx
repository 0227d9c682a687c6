/** What is known of the weights file that was chosen. */
import { formatBytes } from '../../charts/format.ts';
import { networkName } from '../../model/networkName.ts';
import type { OpenedFile } from '../../weights/importer/weightsImport.ts';

const ORIGINS = { file: 'It says it is', shapes: 'By its names and shapes it is' } as const;

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
        <p key={caution} className="warn">
          {caution}
        </p>
      ))}
    </div>
  );
}
