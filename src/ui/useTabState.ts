import { useEffect } from 'react';
import type { PageSession } from '../app/pageSession.ts';
import { markOf, writeMark } from '../app/tabState.ts';

const SETTLE_MS = 300;

/** Notes what the tab is doing, to be found again after a reload. */
export function useTabMark(session: PageSession): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const write = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const mark = markOf(session.store.getState());
      if (mark !== null) writeMark(sessionStorage, mark);
    };
    const unsubscribe = session.store.subscribe(() => {
      timer ??= setTimeout(write, SETTLE_MS);
    });
    window.addEventListener('pagehide', write);
    return () => {
      if (timer !== null) clearTimeout(timer);
      unsubscribe();
      window.removeEventListener('pagehide', write);
    };
  }, [session]);
}
