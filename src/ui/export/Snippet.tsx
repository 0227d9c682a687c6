/** The code that loads an exported file, with a button that copies it. */
import { useEffect, useState } from 'react';
import type { SnippetContext, WeightsFormat } from '../../weights/formats/format.ts';
import { type FormatId, formatOf } from '../../weights/formats/registry.ts';
import { ScrollArea } from '../ScrollArea.tsx';
import { useCopy } from '../useCopy.ts';
import { t } from '../../text/t.ts';

interface SnippetProps {
  readonly format: FormatId;
  readonly context: SnippetContext;
}

export function Snippet({ format, context }: SnippetProps) {
  const [loaded, setLoaded] = useState<{ format: FormatId; module: WeightsFormat } | null>(null);
  const [fault, setFault] = useState('');
  useEffect(() => {
    let isCurrent = true;
    setFault('');
    formatOf(format)
      .load()
      .then((module) => isCurrent && setLoaded({ format, module }))
      .catch(() => isCurrent && setFault(t`The code could not be loaded. Check the connection.`));
    return () => {
      isCurrent = false;
    };
  }, [format]);
  const code = loaded?.format === format ? loaded.module.snippet(context) : '';
  const { note, copy } = useCopy(code, 'code');
  return (
    <section className="snippet" aria-label={t`Loading code`}>
      <div className="row">
        <h3>{t`Load it in ${formatOf(format).language}`}</h3>
        <button type="button" disabled={code === ''} onClick={copy}>{t`Copy code`}</button>
        <p aria-live="polite" className="hint">
          {fault || note}
        </p>
      </div>
      <ScrollArea label={t`Code`}>
        <pre>
          <code>{code}</code>
        </pre>
      </ScrollArea>
    </section>
  );
}
