/** The page's session, its builder, and the library of runs, which is loaded when first needed. */

import { deferred } from '../chunk.ts';
import { BuilderSession } from '../app/builderSession.ts';
import type { Library } from '../app/library/library.ts';
import { PageSession } from '../app/pageSession.ts';
import { isReturn, readTabState } from '../app/tabState.ts';
import { type EngineChoice, isEngineId } from '../engine/engineNames.ts';
import { onTrouble } from '../storage/troubles.ts';
import { createTrainer } from '../training/client.ts';
import { isEmbedded } from './embed.ts';
import { lastEngine } from './lastEngine.ts';
import { saveFile } from './saveFile.ts';
import { engineInQuery } from './sharing/useAddress.ts';

export type OpenLibrary = () => Promise<Library>;

const libraryCode = deferred(() => import('../app/library/library.ts'));

const RETRY_MS = 5000;

function engineOfPage(): EngineChoice {
  const wanted = engineInQuery();
  return wanted !== null && isEngineId(wanted) ? wanted : 'automatic';
}

export function createPage(): { builder: BuilderSession; openLibrary: OpenLibrary } {
  let library: Promise<Library> | null = null;
  const openLibrary = () => {
    library ??= libraryCode().then(
      ({ Library }) => {
        const opened = new Library(session, saveFile);
        void opened.refresh();
        return opened;
      },
      (error) => {
        library = null;
        throw error;
      },
    );
    return library;
  };
  // Frames of one page share the storage of its tab.
  const noted = isEmbedded() ? null : readTabState();
  const session = new PageSession({
    createTrainer,
    // Without the link's settings, which can be longer than any address the trainer takes.
    baseUrl: document.baseURI.replace(/[?#].*$/s, ''),
    engine: engineOfPage(),
    lastEngine: lastEngine(),
    saveFile,
    openLibrary: () => patiently(openLibrary),
    before: isReload() ? noted : null,
    lineage: noted?.lineage ?? null,
  });
  onTrouble((trouble) =>
    session.store.setState(({ storage }) => ({
      storage: { ...storage, troubles: [...storage.troubles, trouble] },
    })),
  );
  return { builder: new BuilderSession(session), openLibrary };
}

/** Opens the library however long its code can't be loaded: what is to be stored waits for it. */
async function patiently(open: OpenLibrary): Promise<Library> {
  for (;;) {
    try {
      return await open();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Whether this page takes the place of one that this tab has noted its state of. */
function isReload(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  const type = navigation instanceof PerformanceNavigationTiming ? navigation : undefined;
  const wasDiscarded = 'wasDiscarded' in document && document.wasDiscarded === true;
  return isReturn(type, wasDiscarded);
}
