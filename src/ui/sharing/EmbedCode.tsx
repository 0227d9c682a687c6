/** The page in a frame of a course page: HTML to copy, and whether this server lets other pages do that. */
import { useEffect, useId, useState } from 'react';
import { EMBED_PAGE, framers } from '../../app/address/framers.ts';
import { useCopy } from '../useCopy.ts';
import { withLanguage } from '../../text/choice.ts';
import { language } from '../../text/language.ts';
import { t } from '../../text/t.ts';

/** @param url of the link, in full. */
function frameCode(url: string): string {
  const src = new URL(EMBED_PAGE, url);
  src.hash = new URL(url).hash;
  // A course page is in one language, whatever its readers' browsers prefer.
  const inLanguage = language === 'en' ? src.href : withLanguage(src.href, language);
  // What the address says is escaped there, but for its apostrophes and ampersands.
  const attribute = inLanguage.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<iframe src="${attribute}" title="Residual Playground" width="100%" height="760" style="border: 0" loading="lazy" allow="cross-origin-isolated; fullscreen; clipboard-write"></iframe>`;
}

export function EmbedCode({ url }: { readonly url: string }) {
  const id = useId();
  const code = frameCode(url);
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
