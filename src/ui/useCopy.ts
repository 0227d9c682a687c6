import { useState } from 'react';
import { copyText } from '../storage/clipboard.ts';
import { t } from '../text/t.ts';

type Copied = 'code' | 'hash' | 'link' | 'table';

const REFUSED: Readonly<Record<Copied, string>> = {
  code: t`The browser refused. Select the code and copy it.`,
  hash: t`The browser refused. Select the hash and copy it.`,
  link: t`The browser refused. Select the link and copy it.`,
  table: t`The browser refused. Select the table and copy it.`,
};

/** Copies text to the clipboard; `note` says whether it worked, as long as `text` stays the same. */
export function useCopy(text: string, what: Copied): { note: string; copy: () => void } {
  const [done, setDone] = useState<{ readonly text: string; readonly note: string } | null>(null);
  const copy = async () => {
    const note = (await copyText(text)) ? t`Copied.` : REFUSED[what];
    setDone({ text, note });
  };
  return { note: done?.text === text ? done.note : '', copy };
}
