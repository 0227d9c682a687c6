/** The page's address: read before the session opens, and kept up to date from the first change on. */
import { deferred } from '../../chunk.ts';
import { useEffect } from 'react';
import type { AddressBar } from '../../app/address/address.ts';
import type { Refusal } from '../../app/address/decode.ts';
import type { PageSession } from '../../app/pageSession.ts';
import { isEngineId } from '../../engine/engineNames.ts';
import { replaceAddress } from '../../storage/addressBar.ts';
import { t } from '../../text/t.ts';

const QUERY = 'engine';

/** `?engine=tfjs-wasm`, as written by hand. */
export const engineInQuery = (): string | null => new URLSearchParams(location.search).get(QUERY);

/** The page's address without the hash and the parameters that the hash replaces. */
export function pageUrl(): URL {
  const url = new URL(location.href);
  url.searchParams.delete(QUERY);
  url.hash = '';
  return url;
}

const BAR: AddressBar = {
  read: () => location.hash.slice(1),
  replace(hash) {
    const url = pageUrl();
    url.hash = hash;
    replaceAddress(url);
  },
  subscribe(listener) {
    window.addEventListener('hashchange', listener);
    return () => window.removeEventListener('hashchange', listener);
  },
};

const load = deferred(() => import('../../app/address/address.ts'));

function refusedQuery(): Refusal[] {
  const wanted = engineInQuery();
  if (wanted === null || isEngineId(wanted)) return [];
  return [{ field: '?engine', message: t`There is no such engine. The fastest one is used.` }];
}

/** Opens the session with the setup of the address. */
async function begin(session: PageSession, hash: string, signal: AbortSignal): Promise<void> {
  const refused = refusedQuery();
  if (hash !== '' || refused.length > 0) {
    try {
      const { beginAddress } = await load();
      if (!signal.aborted) beginAddress(session, hash, refused);
    } catch {
      const message = t`The code that reads it could not be loaded. Reload the page to try again.`;
      const unread = { refused: [{ field: 'address', message }] };
      session.store.setState((state) => ({ address: { ...state.address, ...unread } }));
    }
  }
  if (!signal.aborted) session.open();
}

/** Resolves when the address has to change, or was changed. */
function firstNeed(session: PageSession, hash: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const before = session.store.getState().charts;
    const isNeeded = () => {
      const { isDefaultPair, view, experiment, linked, charts, engine } = session.store.getState();
      const isChosen = engine !== null && engineInQuery() !== null;
      return (
        !isDefaultPair ||
        view !== 'curves' ||
        experiment !== null ||
        !linked ||
        charts !== before ||
        isChosen ||
        BAR.read() !== hash
      );
    };
    const look = () => {
      if (!isNeeded() && !signal.aborted) return;
      unsubscribe();
      unlisten();
      resolve();
    };
    const unsubscribe = session.store.subscribe(look);
    const unlisten = BAR.subscribe(look);
    signal.addEventListener('abort', look);
    look();
  });
}

/** Opens the session with the setup of the address, and keeps the address up to date. */
export function useAddressOf(session: PageSession): void {
  useEffect(() => {
    const gone = new AbortController();
    let end = () => {};
    const keep = async () => {
      const hash = BAR.read();
      await begin(session, hash, gone.signal);
      await firstNeed(session, hash, gone.signal);
      if (gone.signal.aborted) return;
      const { followAddress } = await load();
      if (!gone.signal.aborted) end = followAddress(session, BAR, hash);
    };
    // If the code cannot be loaded, the address stays as it is.
    keep().catch(() => {});
    return () => {
      gone.abort();
      end();
      session.close();
    };
  }, [session]);
}
