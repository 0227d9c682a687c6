import { useEffect } from 'react';
import type { PageSession } from '../app/pageSession.ts';
import { tabStateOf, writeTabState } from '../app/tabState.ts';
import { isEmbedded } from './embed.ts';

const SETTLE_MS = 300;

/** Stores what the tab is doing, so that a reload can restore it. */
export function useTabState(session: PageSession): void {
  useEffect(() => {
    // Frames of one page share the storage of its tab.
    if (isEmbedded()) return;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const write = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const tab = tabStateOf(session.store.getState());
      if (tab !== null) writeTabState(tab);
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
