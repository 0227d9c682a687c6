/** The page's service worker (`src/serviceWorker`), as the page sees it. */
import { readText, sessionArea, writeText } from '../../storage/webStorage.ts';

/** Written beside the page by `scripts/lib/serviceWorkerPlugin.ts`; the dev server has none. */
const SCRIPT = './serviceWorker.js';
/** How long the page waits to be isolated before it opens without. */
const PATIENCE_MS = 3000;
const TRIED = 'isolation-tried';

/** Undefined where there are none: an insecure page, a private window of some browsers, the dev server. */
export function serviceWorkers(): ServiceWorkerContainer | undefined {
  if (import.meta.env.DEV) return undefined;
  try {
    // The types have it everywhere.
    return (navigator as { readonly serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  } catch {
    return undefined;
  }
}

/** Null where the browser refuses. */
export async function registerServiceWorker(
  container: ServiceWorkerContainer,
): Promise<ServiceWorkerRegistration | null> {
  try {
    const url = new URL(SCRIPT, document.baseURI);
    return (await container.register(url, { updateViaCache: 'none' })) ?? null;
  } catch {
    return null;
  }
}

/** Resolves when another service worker takes this page over, or after `PATIENCE_MS`. */
export const takenOver = (container: ServiceWorkerContainer): Promise<void> =>
  new Promise((resolve) => {
    container.addEventListener('controllerchange', () => resolve(), { once: true });
    setTimeout(resolve, PATIENCE_MS);
  });

/**
 * Called before anything else: where the server sends no headers for it, only a page that the service worker serves is
 * isolated, and only isolated pages train on several threads. So the first visit loads the page twice.
 * @returns whether the page is about to be loaded again.
 */
export async function reloadIsolated(container = serviceWorkers()): Promise<boolean> {
  if (crossOriginIsolated) {
    // A later load that passes the service worker by, by Shift and Reload, may try once more.
    if (readText(sessionArea, TRIED) === 'yes') writeText(sessionArea, TRIED, '');
    return false;
  }
  // Within another page isolation is that page's to have.
  const isWorthIt =
    container !== undefined && container.controller === null && window.top === window;
  if (!isWorthIt || readText(sessionArea, TRIED) === 'yes') return false;
  writeText(sessionArea, TRIED, 'yes');
  // Without a note of the first try there could be no end of them.
  if (readText(sessionArea, TRIED) !== 'yes') return false;
  const taken = takenOver(container);
  if ((await registerServiceWorker(container)) === null) return false;
  await taken;
  if (container.controller === null) return false;
  location.reload();
  return true;
}
