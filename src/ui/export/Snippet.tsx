/** The code that loads an exported file, to be copied. */
import { useEffect, useState } from 'react';
import type { SnippetContext, WeightsFormat } from '../../weights/formats/format.ts';
import { type FormatId, formatOf } from '../../weights/formats/registry.ts';
import { ScrollArea } from '../ScrollArea.tsx';

interface SnippetProps {
  readonly format: FormatId;
  readonly context: SnippetContext;
}

export function Snippet({ format, context }: SnippetProps) {
  const [loaded, setLoaded] = useState<{ format: FormatId; module: WeightsFormat } | null>(null);
  const [note, setNote] = useState('');
  useEffect(() => {
    let isCurrent = true;
    setNote('');
    formatOf(format)
      .load()
      .then((module) => isCurrent && setLoaded({ format, module }))
      .catch(() => isCurrent && setNote('The code can’t be loaded now. Check the connection.'));
    return () => {
      isCurrent = false;
    };
  }, [format]);
  const code = loaded?.format === format ? loaded.module.snippet(context) : '';
  const copy = () =>
    navigator.clipboard.writeText(code).then(
      () => setNote('Copied.'),
      () => setNote('The browser refused: select the code and copy it.'),
    );
  return (
    <section className="snippet" aria-label="Loading code">
      <div className="dialog-actions">
        <h3>Load it in {formatOf(format).language}</h3>
        <button type="button" disabled={code === ''} onClick={() => void copy()}>
          Copy code
        </button>
        <p aria-live="polite" className="hint">
          {note}
        </p>
      </div>
      <ScrollArea label="Code">
        <pre>
          <code>{code}</code>
        </pre>
      </ScrollArea>
    </section>
  );
}
