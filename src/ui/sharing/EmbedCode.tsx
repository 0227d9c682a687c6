/** The page in a frame of a course page: HTML to copy, and whether this server lets other pages do that. */
import { useEffect, useId, useState } from 'react';
import { frameCode, framers } from '../../app/address/framers.ts';
import { useCopy } from '../useCopy.ts';
import { language } from '../../text/language.ts';
import { t } from '../../text/t.ts';

export function EmbedCode({ url }: { readonly url: string }) {
  const id = useId();
  const code = frameCode(url, language);
  const { note, copy } = useCopy(code, 'code');
  const [who, setWho] = useState('');
  useEffect(() => {
    let isGone = false;
    void framers(document.baseURI).then((text) => {
      if (!isGone) setWho(text);
    });
    return () => {
      isGone = true;
    };
  }, []);
  return (
    <div className="column share-embed">
      <label htmlFor={id}>{t`HTML for a course page`}</label>
      <textarea
        id={id}
        rows={3}
        readOnly
        spellCheck={false}
        value={code}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className="row">
        <button type="button" onClick={copy}>{t`Copy HTML`}</button>
        <p aria-live="polite" className="hint">
          {note === '' ? who : note}
        </p>
      </div>
    </div>
  );
}
