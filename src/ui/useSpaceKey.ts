import { useEffect } from 'react';

/** What Space already does something with. */
const USES_SPACE =
  'a, button, input, select, textarea, summary, dialog, [tabindex], [contenteditable], [role]';

/** Calls `act` when Space is pressed and nothing on the page has the focus. */
export function useSpaceKey(act: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.key !== ' ' || event.repeat || event.defaultPrevented) return;
      if (target instanceof Element && target.closest(USES_SPACE) !== null) return;
      // Space would scroll the page.
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [act]);
}
