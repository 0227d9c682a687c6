/** What is known of the weights file that was chosen. */
import { formatBytes } from '../../charts/format.ts';
import { networkName } from '../../model/networkName.ts';
import type { Findings, OpenedFile } from '../../weights/importer/weightsImport.ts';

export function FileFacts({ opened, findings }: { opened: OpenedFile; findings: Findings }) {
  const { fileName, fileBytes } = opened;
  const { format, tensors, remarks, cautions, repairs, config, isConfigInFile, dialect } = findings;
  const origin = isConfigInFile ? 'It says it is' : 'By its names and shapes it is';
  return (
    <div className="file-facts">
      <p>
        <b>{fileName}</b>: {format}, {tensors} tensors, {formatBytes(fileBytes)}.{' '}
        {config !== null && `${origin} ${networkName(config.model)}.`}{' '}
        {dialect !== null && `Names: ${dialect}.`} {remarks.join(' ')}
      </p>
      {repairs.map((repair) => (
        <p key={repair}>{repair}</p>
      ))}
      {cautions.map((caution) => (
        <p key={caution} className="warn">
          {caution}
        </p>
      ))}
    </div>
  );
}
