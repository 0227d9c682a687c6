import { useState } from 'react';
import { fullUrl } from './embed.ts';

/** From an embedded page to the whole one, with the setup of the address at that moment. */
export function OpenInFull() {
  const [url, setUrl] = useState(fullUrl);
  const update = () => setUrl(fullUrl());
  return (
    <a href={url} target="_blank" rel="noopener" onPointerDown={update} onFocus={update}>
      Open in full
    </a>
  );
}
