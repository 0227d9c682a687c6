import { useState } from 'react';

/** Copies text to the clipboard; `note` says what came of it, as long as `text` stays the same. */
export function useCopy(text: string, what: string): { note: string; copy: () => void } {
  const [done, setDone] = useState<{ readonly text: string; readonly note: string } | null>(null);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setDone({ text, note: 'Copied.' }),
      () => setDone({ text, note: `The browser refused. Select the ${what} and copy it.` }),
    );
  };
  return { note: done?.text === text ? done.note : '', copy };
}
