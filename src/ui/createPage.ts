/** What the page works with: one session, the builder on it, and the library of runs, loaded when it is first needed. */
import { type EngineChoice, isEngineId } from '../engine/engineNames.ts';
import { BuilderSession } from '../runs/builderSession.ts';
import type { Library } from '../runs/library/library.ts';
import { Session } from '../runs/session.ts';
import { isReturn, readMark } from '../runs/tabMark.ts';
import { createTrainer } from '../training/client.ts';
import { saveFile } from './saveFile.ts';
import { engineInQuery } from './sharing/useAddress.ts';

export type OpenLibrary = () => Promise<Library>;

function engineOfPage(): EngineChoice {
  const wanted = engineInQuery();
  return wanted !== null && isEngineId(wanted) ? wanted : 'automatic';
}

export function createPage(): { builder: BuilderSession; openLibrary: OpenLibrary } {
  let library: Promise<Library> | null = null;
  const openLibrary = () => {
    library ??= import('../runs/library/library.ts').then(({ Library }) => {
      const opened = new Library(session, saveFile);
      void opened.refresh();
      return opened;
    });
    return library;
  };
  const session = new Session({
    createTrainer,
    baseUrl: document.baseURI,
    engine: engineOfPage(),
    saveFile,
    keeper: openLibrary,
    before: markOfTab(),
  });
  return { builder: new BuilderSession(session), openLibrary };
}

/** What this tab was doing before it was reloaded. */
function markOfTab() {
  const [navigation] = performance.getEntriesByType('navigation');
  const type = navigation instanceof PerformanceNavigationTiming ? navigation : undefined;
  const wasDiscarded = 'wasDiscarded' in document && document.wasDiscarded === true;
  return isReturn(type, wasDiscarded) ? readMark(sessionStorage) : null;
}
