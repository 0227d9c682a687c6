import { useState } from 'react';
import { fullUrl } from './embed.ts';
import { t } from '../text/t.ts';

/** From an embedded page to the whole one, with the setup of the address at that moment. */
export function OpenInFull() {
  const [url, setUrl] = useState(fullUrl);
  const update = () => setUrl(fullUrl());
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener"
      onPointerDown={update}
      onFocus={update}
    >{t`Open in full`}</a>
  );
}
