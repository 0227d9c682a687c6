/** The page in a frame of a course page: HTML to copy, and whether this server lets other pages do that. */
import { useEffect, useId, useState } from 'react';
import { useCopy } from '../useCopy.ts';

const PAGE = 'embed.html';

/** @param url of the link, in full. */
function frameCode(url: string): string {
  const src = new URL(PAGE, url);
  src.hash = new URL(url).hash;
  // What the address says is escaped there, but for its apostrophes and ampersands.
  const attribute = src.href.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<iframe src="${attribute}" title="Residual Playground" width="100%" height="760" style="border: 0" loading="lazy" allow="cross-origin-isolated; fullscreen; clipboard-write"></iframe>`;
}

/** Who may frame the page, by the header of its server; null: not known yet. */
async function framers(base: string): Promise<string> {
  const response = await fetch(new URL(PAGE, base), { method: 'HEAD', cache: 'no-store' }).catch(
    () => null,
  );
  if (!response?.ok) return `There is no ${PAGE} on this server, so no page can show it.`;
  const policy = response.headers.get('Content-Security-Policy') ?? '';
  const allowed = /frame-ancestors ([^;,]*)/.exec(policy)?.[1]?.trim();
  if (allowed === undefined || allowed === '*') return 'Any page may show it.';
  if (allowed === "'none'") {
    return 'This server lets no page show it. Whoever runs the server can name the course’s site (docs/hosting.md, “Inside a course page”).';
  }
  const here = new URL(base).origin;
  return `Pages of ${allowed.replaceAll("'self'", here).split(/\s+/).join(', ')} may show it.`;
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
      <label htmlFor={id}>HTML for a course page</label>
      <textarea
        id={id}
        rows={3}
        readOnly
        spellCheck={false}
        value={code}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className="row">
        <button type="button" onClick={copy}>
          Copy HTML
        </button>
        <p aria-live="polite" className="hint">
          {note === '' ? who : note}
        </p>
      </div>
    </div>
  );
}
