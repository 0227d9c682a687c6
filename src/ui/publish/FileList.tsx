/** What will be uploaded, before anything is. */
import { formatBytes } from '../../charts/format.ts';
import { ScrollArea } from '../ScrollArea.tsx';
import { t } from '../../text/t.ts';

interface FileListProps {
  readonly files: readonly {
    readonly path: string;
    readonly content: ArrayBuffer;
    readonly what: string;
  }[];
  /** Markdown. */
  readonly card: string;
}

export function FileList({ files, card }: FileListProps) {
  return (
    <section className="column" aria-label={t`What will be uploaded`}>
      <h3>{t`What will be uploaded`}</h3>
      <ul>
        {files.map(({ path, content, what }) => (
          <li key={path}>
            <code>{path}</code>
            {t`, ${what}, ${formatBytes(content.byteLength)}`}
          </li>
        ))}
      </ul>
      <details>
        <summary>{t`Read the model card`}</summary>
        <ScrollArea label={t`Model card`}>
          <pre>
            <code>{card}</code>
          </pre>
        </ScrollArea>
      </details>
    </section>
  );
}
