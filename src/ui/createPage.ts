/** The page's session, its builder, and the library of runs, which is loaded when first needed. */

import { BuilderSession } from '../app/builderSession.ts';
import type { Library } from '../app/library/library.ts';
import { PageSession } from '../app/pageSession.ts';
import { isReturn, readTabState } from '../app/tabState.ts';
import { type EngineChoice, isEngineId } from '../engine/engineNames.ts';
import { createTrainer } from '../training/client.ts';
import { lastEngine } from './lastEngine.ts';
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
    library ??= import('../app/library/library.ts').then(({ Library }) => {
      const opened = new Library(session, saveFile);
      void opened.refresh();
      return opened;
    });
    return library;
  };
  const noted = readTabState();
  const session = new PageSession({
    createTrainer,
    // Without the link's settings, which can be longer than any address the trainer takes.
    baseUrl: document.baseURI.replace(/[?#].*$/s, ''),
    engine: engineOfPage(),
    lastEngine: lastEngine(),
    saveFile,
    openLibrary,
    before: isReload() ? noted : null,
    lineage: noted?.lineage ?? null,
  });
  return { builder: new BuilderSession(session), openLibrary };
}

/** Whether this page takes the place of one that this tab has noted its state of. */
function isReload(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  const type = navigation instanceof PerformanceNavigationTiming ? navigation : undefined;
  const wasDiscarded = 'wasDiscarded' in document && document.wasDiscarded === true;
  return isReturn(type, wasDiscarded);
}
