import { useEffect } from 'react';
import type { PageSession } from '../app/pageSession.ts';
import type { PageState } from '../app/state.ts';
import { loadDeferred } from '../chunk.ts';
import type { OpenLibrary } from './createPage.ts';

const hasBegun = ({ phase }: PageState): boolean =>
  phase === 'training' || phase === 'waitingForData';

/** Whenever training begins, loads what is not there yet: first what keeps runs, then every other part of the page. */
export function useLoadAhead(session: PageSession, openLibrary: OpenLibrary): void {
  useEffect(
    () =>
      session.store.subscribe((state, before) => {
        if (!hasBegun(state) || hasBegun(before)) return;
        // What can't be loaded now is tried again when it is wanted.
        openLibrary()
          .then(loadDeferred)
          .catch(() => undefined);
      }),
    [session, openLibrary],
  );
}
