/** What is known of the weights file that was chosen. */
import { formatBytes } from '../../charts/format.ts';
import { networkName } from '../../model/networkName.ts';
import type { Findings, OpenedFile } from '../../weights/importer/weightsImport.ts';
import { Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

export function FileFacts({ opened, findings }: { opened: OpenedFile; findings: Findings }) {
  const { fileName, fileBytes } = opened;
  const { format, tensors, remarks, cautions, repairs, config, isConfigInFile, dialect } = findings;
  return (
    <div className="file-facts">
      <p>
        <Rich
          text={t`<file/>: ${format}, ${tensors} tensors, ${formatBytes(fileBytes)}.`}
          marks={{ file: () => <b>{fileName}</b> }}
        />{' '}
        {config !== null &&
          (isConfigInFile
            ? t`It says it is ${networkName(config.model)}.`
            : t`By its names and shapes it is ${networkName(config.model)}.`)}{' '}
        {dialect !== null && t`Names: ${dialect}.`} {remarks.join(' ')}
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
