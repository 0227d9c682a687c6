import { useState } from 'react';

/** Copies text to the clipboard; `note` says whether it worked, as long as `text` stays the same. */
export function useCopy(text: string, what: string): { note: string; copy: () => void } {
  const [done, setDone] = useState<{ readonly text: string; readonly note: string } | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone({ text, note: 'Copied.' });
    } catch {
      // Pages served without https:// have no clipboard at all.
      setDone({ text, note: `The browser refused. Select the ${what} and copy it.` });
    }
  };
  return { note: done?.text === text ? done.note : '', copy };
}
