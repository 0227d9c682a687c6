import { useState } from 'react';
import { copyText } from '../storage/clipboard.ts';

/** Copies text to the clipboard; `note` says whether it worked, as long as `text` stays the same. */
export function useCopy(text: string, what: string): { note: string; copy: () => void } {
  const [done, setDone] = useState<{ readonly text: string; readonly note: string } | null>(null);
  const copy = async () => {
    const note = (await copyText(text))
      ? 'Copied.'
      : `The browser refused. Select the ${what} and copy it.`;
    setDone({ text, note });
  };
  return { note: done?.text === text ? done.note : '', copy };
}
