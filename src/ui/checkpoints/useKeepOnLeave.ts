import { useEffect } from 'react';
import type { PageSession } from '../../app/pageSession.ts';

/** Saves a checkpoint when the page is hidden, and the latest snapshot when it closes. */
export function useKeepOnLeave(session: PageSession): void {
  useEffect(() => {
    const onVisibility = () => {
      if (document.visibilityState === 'hidden')
        session.send({ type: 'keepCheckpoint', isClosing: false });
    };
    const onPageHide = () => session.send({ type: 'keepCheckpoint', isClosing: true });
    document.addEventListener('visibilitychange', onVisibility);
    document.addEventListener('freeze', onPageHide);
    window.addEventListener('pagehide', onPageHide);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      document.removeEventListener('freeze', onPageHide);
      window.removeEventListener('pagehide', onPageHide);
    };
  }, [session]);
}
