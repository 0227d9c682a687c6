import { useEffect } from 'react';
import { isBehindDialog } from './behindDialog.ts';

/** Where a letter is typed, or chooses something. */
const TAKES_LETTERS =
  'input, select, textarea, [contenteditable], dialog, [role=dialog], [role=menu], [role=listbox]';

/**
 * Calls `act` when the key is pressed on the page and nothing has taken it.
 * @param act null: nothing is to be done now.
 * @param taken selects what does something of its own with the key.
 */
export function usePageKey(key: string, act: (() => void) | null, taken = TAKES_LETTERS): void {
  useEffect(() => {
    if (act === null) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.key !== key && event.key.toLowerCase() !== key) return;
      if (event.repeat || event.defaultPrevented || isBehindDialog()) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target instanceof Element && target.closest(taken) !== null) return;
      // Space would scroll the page.
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [key, act, taken]);
}
